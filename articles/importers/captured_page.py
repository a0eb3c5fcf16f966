"""Read the text of a page captured from a website of the old kind.

Such a text is, in this order:

    title
    首页 > category 人气:9 日期:2025-04-17 14:27:24
    文章正文                                            (may be missing)
    the body, in Markdown
    精彩评论                                            (may be missing, with all replies)
    头像 name-role 2025-04-17                           (a reply: this line, then its text)
    • title of another guide                            (any number of them, at the end)
"""

import datetime as dt
import re
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from articles.importers.records import GuideRecord, ImportProblem, ReplyRecord

SITE_ZONE = ZoneInfo("Asia/Shanghai")
# The most characters that a guide or a reply can hold of each part.
TITLE_LENGTH, CATEGORY_LENGTH, NAME_LENGTH, ROLE_LENGTH, REPLY_LENGTH = 80, 30, 30, 20, 2000
MOST_VIEWS = 2_000_000_000
BODY_MARKER = "文章正文"
REPLIES_MARKER = "精彩评论"

BREADCRUMB = re.compile(r"^首页\s*[>›»＞]\s*(?P<path>.*?)\s*(?=人气|日期|$)")
VIEWS = re.compile(r"人气\s*[:：]\s*(?P<views>[\d,，]+)(?=\s|$)")
DATE = re.compile(r"日期\s*[:：]\s*(?P<date>\S.*?)\s*$")
REPLY = re.compile(r"^头像\s+(?P<name>[^\s-]+)\s*[-－—]\s*(?P<role>\S+)\s+(?P<date>\S+)$")
OTHER_TITLE = re.compile(r"^\s*[•·●]\s*(?P<title>.+?)\s*$")

Line = tuple[int, str]  # number in the file, from 1, and text


def read_page(path: Path) -> GuideRecord:
    """Return the guide in the file at `path`, in UTF-8 or GB 18030.

    Raises ImportProblem if the file cannot be read or is not of the form above.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError as error:
        raise ImportProblem("文件不存在") from error
    except OSError as error:
        raise ImportProblem(f"文件读不出来（{error.strerror}）") from error
    return parse_page(decode(raw))


def parse_page(text: str) -> GuideRecord:
    """Return the guide that the captured `text` holds. Raises ImportProblem if it is not of the form above."""
    lines = [(number, line.rstrip()) for number, line in enumerate(re.split(r"\r\n?|\n", text), start=1)]
    filled = [line for line in lines if line[1].strip()]
    if len(filled) < 2:
        raise ImportProblem("文件是空的，或只有一行", line=1)
    title = _title(filled[0])
    category, views, published_at = _masthead(filled[1])
    body, replies, others = _split(lines[filled[1][0] :])
    return GuideRecord(
        title=title,
        category=category,
        views=views,
        published_at=published_at,
        body=_body(body, after=filled[1][0]),
        replies=_replies(replies),
        other_titles=[match["title"] for _, line in others if (match := OTHER_TITLE.match(line))],
    )


def decode(raw: bytes) -> str:
    """Return the text of a file in UTF-8 or GB 18030. Raises ImportProblem for anything else."""
    if b"\0" in raw:
        raise ImportProblem("不是文本文件")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ImportProblem("文字编码不对，应为 UTF-8 或 GB 18030")


def _title(line: Line) -> str:
    title = line[1].strip()
    if len(title) < 4:
        raise ImportProblem(f"标题“{title}”太短，至少 4 字", line=line[0])
    return _limited("标题", title, TITLE_LENGTH, line[0])


def _limited(what: str, text: str, most: int, number: int) -> str:
    if len(text) > most:
        raise ImportProblem(f"{what}最多 {most} 字，现有 {len(text)} 字", line=number)
    return text


def _masthead(line: Line) -> tuple[str, int, dt.datetime]:
    """Return category, views and time of publication from the line under the title."""
    number, text = line
    if not (breadcrumb := BREADCRUMB.match(text.strip())) or not breadcrumb["path"]:
        raise ImportProblem("这一行应以“首页 > 分类”开头", line=number)
    if not (views := VIEWS.search(text)):
        raise ImportProblem("找不到“人气:数字”", line=number)
    if not (date := DATE.search(text)):
        raise ImportProblem("找不到“日期:年-月-日 时:分:秒”", line=number)
    category = _limited("分类", re.split(r"\s*[>›»＞]\s*", breadcrumb["path"])[-1], CATEGORY_LENGTH, number)
    count = int(re.sub(r"\D", "", views["views"]) or 0)
    if count > MOST_VIEWS:
        raise ImportProblem(f"人气 {count} 太大，不可信", line=number)
    return category, count, _time(date["date"], number)


def _time(text: str, number: int) -> dt.datetime:
    for form in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"):
        try:
            return dt.datetime.strptime(text, form).replace(tzinfo=SITE_ZONE)
        except ValueError:
            continue
    raise ImportProblem(f"日期“{text}”不对，应为“年-月-日 时:分:秒”", line=number)


def _split(lines: list[Line]) -> tuple[list[Line], list[Line], list[Line]]:
    """Return the lines of the body, of the replies and of the other titles."""
    end = len(lines)
    while end and (not lines[end - 1][1].strip() or OTHER_TITLE.match(lines[end - 1][1])):
        end -= 1
    marker = next((i for i, (_, line) in enumerate(lines[:end]) if line.strip() == REPLIES_MARKER), end)
    return lines[:marker], lines[marker + 1 : end], lines[end:]


def _body(lines: list[Line], after: int) -> str:
    text = "\n".join(line for _, line in lines).strip()
    text = text.removeprefix(BODY_MARKER).strip()
    if not text:
        raise ImportProblem("没有正文", line=after + 1)
    return text + "\n"


def _replies(lines: list[Line]) -> list[ReplyRecord]:
    replies: list[ReplyRecord] = []
    heads = [i for i, (_, line) in enumerate(lines) if line.startswith("头像")]
    for number, line in lines[: heads[0] if heads else None]:
        if line.strip():
            raise ImportProblem("评论应以“头像 姓名-身份 日期”开头", line=number)
    for start, stop in pairwise([*heads, len(lines)]):
        number, head = lines[start]
        if not (match := REPLY.match(head)):
            raise ImportProblem("评论的第一行应为“头像 姓名-身份 日期”", line=number)
        text = "\n".join(line.strip() for _, line in lines[start + 1 : stop]).strip()
        if not text:
            raise ImportProblem(f"{match['name']}的评论没有内容", line=number)
        replies.append(
            ReplyRecord(
                name=_limited("姓名", match["name"], NAME_LENGTH, number),
                role=_limited("身份", match["role"], ROLE_LENGTH, number),
                posted_on=_time(match["date"], number).date(),
                text=_limited("评论", text, REPLY_LENGTH, number + 1),
            )
        )
    return replies

"""How the body is built: headings, pictures, callouts, paragraphs."""

import re
from collections.abc import Iterator

from articles.checks.drafts import Draft
from articles.checks.problems import ERROR, WARNING, Found, check
from articles.rendering import CALLOUTS

TOP = 2  # the page around the body has the only h1; `#` becomes one of these
LONGEST_PARAGRAPH = 300
EXCERPT = 16
FENCE = re.compile(r"^\s*(?:[-*+]\s+|\d+[.)]\s+|>\s*)*:{3,}[ \t]*(.*?)[ \t]*$")


@check("body_missing", ERROR, "body")
def body_missing(draft: Draft) -> Iterator[Found]:
    if not draft.body.strip():
        yield Found("正文是空的")


@check("heading_level", ERROR, "body")
def heading_level(draft: Draft) -> Iterator[Found]:
    """Levels go down by one at a time, from ## on."""
    before = TOP - 1
    for block in draft.blocks:
        if not block.level:
            continue
        level = max(block.level, TOP)
        if level > before + 1:
            wanted, is_first = "#" * (before + 1), before < TOP
            why = f"第一个小标题应从 {wanted} 开始" if is_first else f"小标题跳了一级，这里应是 {wanted}"
            yield Found(why, block.lines[0].number, block.text[:EXCERPT])
        before = level


@check("heading_empty", ERROR, "body")
def heading_empty(draft: Draft) -> Iterator[Found]:
    for line in draft.source_lines:
        if re.fullmatch(r"\s{0,3}#{1,6}\s*", line.text):
            yield Found("小标题是空的", line.number)


@check("picture_without_alt", ERROR, "body")
def picture_without_alt(draft: Draft) -> Iterator[Found]:
    for picture in draft.pictures:
        if not picture.text.strip():
            yield Found("图片没有替代文字，请在方括号里写图里有什么", picture.line, picture.address[-40:])


@check("picture_elsewhere", ERROR, "body")
def picture_elsewhere(draft: Draft) -> Iterator[Found]:
    """The Content-Security-Policy lets pages show none but our own pictures."""
    for picture in draft.pictures:
        if re.match(r"[a-z]+:|//", picture.address) and not picture.address.startswith("data:"):
            yield Found("别的网站的图片在这里显示不出来，请上传到图片库", picture.line, picture.address[:40])


@check("callout_unknown", ERROR, "body")
def callout_unknown(draft: Draft) -> Iterator[Found]:
    for number, name in _fences(draft):
        if name and name.split()[0] not in CALLOUTS:
            yield Found(f"没有叫“{name[:EXCERPT]}”的提示框，只有{'、'.join(CALLOUTS)}", number)


@check("callout_open", ERROR, "body")
def callout_open(draft: Draft) -> Iterator[Found]:
    """Each ends before the next begins: one within another would end with it."""
    opened: int | None = None
    for number, name in _fences(draft):
        if name and opened:
            yield Found("提示框没有收尾，请另起一行写 :::", opened)
        elif not name and not opened:
            yield Found("多了一行 :::，前面没有要收尾的提示框", number)
        opened = number if name else None
    if opened:
        yield Found("提示框没有收尾，请另起一行写 :::", opened)


@check("heading_top", WARNING, "body")
def heading_top(draft: Draft) -> Iterator[Found]:
    for block in draft.blocks:
        if block.level == 1:
            yield Found("小标题用了 #，请改用 ##", block.lines[0].number, block.text[:EXCERPT])


@check("paragraph_long", WARNING, "body")
def paragraph_long(draft: Draft) -> Iterator[Found]:
    for block in draft.blocks:
        if block.kind == "paragraph" and (length := len(block.text)) > LONGEST_PARAGRAPH:
            yield Found(f"这一段有 {length} 个字，手机上不好读，请分段", block.lines[0].number, block.text[:EXCERPT])


def _fences(draft: Draft) -> Iterator[tuple[int, str]]:
    """Yield the lines that open or close a callout, with the name of one that opens."""
    for line in draft.source_lines:
        if match := FENCE.match(line.text):
            yield line.number, match[1]

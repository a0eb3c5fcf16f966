"""A guide as a Markdown file with front matter: reading and writing it. docs/formats.md describes the fields.

Only strings are taken from the YAML, so that a title such as “on” or “2026” stays what somebody typed.
"""

import contextlib
import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import yaml

from articles.importers.captured_page import SITE_ZONE
from articles.importers.records import ImportProblem

FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?P<yaml>.*?\n|)---[ \t]*(?:\n|\Z)", re.DOTALL)
FIRST_HEADING = re.compile(r"\A\s*#[ \t]+(?P<title>\S.*?)[ \t]*#*[ \t]*(?:\n|\Z)\n?")
MOST_FRONT_MATTER = 1_000_000  # characters
MOST_NUMBER = 2_000_000_000
UNKEEPABLE = re.compile("[\\0\ud800-\udfff]")
YEARS = range(1900, 9000)
# What other systems call our fields.
ALIASES = {"date": "published_at", "lastmod": "corrected_at", "description": "summary", "author": "byline"}


@dataclass(frozen=True)
class GuideFile:
    """What a file says of a guide. Fields that it does not name are empty and not in `given`."""

    title: str
    body: str
    id: int | None = None
    category: str = ""  # slug, or name
    tags: list[str] = field(default_factory=list)
    summary: str = ""
    status: str = ""
    published_at: dt.datetime | None = None
    corrected_at: dt.datetime | None = None
    correction_note: str = ""
    corrections: dict[dt.datetime, str] = field(default_factory=dict)  # what readers were told, of each
    review_by: dt.date | None = None
    byline: str = ""
    source: list[str] = field(default_factory=list)  # lines
    cover: str = ""  # below media/
    cover_alt: str = ""
    created_at: dt.datetime | None = None
    updated_at: dt.datetime | None = None
    import_key: str = ""
    pinned: list[int] = field(default_factory=list)  # numbers of guides
    views: int = 0
    helpful: int = 0
    unhelpful: int = 0
    daily_views: dict[dt.date, int] = field(default_factory=dict)
    given: Mapping[str, int] = field(default_factory=dict, compare=False)  # the fields that it names, and their lines
    unknown: tuple[str, ...] = field(default=(), compare=False)


def parse(text: str) -> GuideFile:
    """Return the guide that a file with this `text` holds. Raises ImportProblem for what is wrong in it."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    if not (match := FRONT_MATTER.match(text)):
        return _without_front_matter(text)
    values, given, unknown = _values(match["yaml"])
    body = text[match.end() :].removeprefix("\n")
    if not values.get("title"):
        raise ImportProblem("没有标题（title）", line=1)
    given["body"] = text[: match.end()].count("\n") + 1
    return GuideFile(body=body, given=given, unknown=tuple(unknown), **values)


def dump(guide: GuideFile) -> str:
    """Return the text of a file that `parse` reads as the same guide."""
    data = {}
    for name in READERS:
        value = getattr(guide, name)
        if isinstance(value, dt.datetime):
            value = value.astimezone(SITE_ZONE)
        if name == "corrections":
            value = {moment.astimezone(SITE_ZONE): note for moment, note in value.items()}
        if value not in (None, "", [], {}, 0):
            data[name] = value
    front = yaml.dump(data, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=10_000)
    return f"---\n{front}---\n\n{guide.body}"


def _without_front_matter(text: str) -> GuideFile:
    if text.startswith("---\n"):
        raise ImportProblem("文件开头的“---”没有结束的“---”", line=1)
    if not (match := FIRST_HEADING.match(text)):
        raise ImportProblem("没有标题：文件应以“---”之间的说明，或“# 标题”开头", line=1)
    return GuideFile(title=match["title"], body=text[match.end() :], given={"title": 1, "body": 2})


def _values(text: str) -> tuple[dict[str, Any], dict[str, int], list[str]]:
    """Return the fields of the front matter, the lines in which they stand, and the names that mean nothing here."""
    if len(text) > MOST_FRONT_MATTER:
        raise ImportProblem("文件开头的说明太长", line=1)
    try:
        root = yaml.compose(text, Loader=yaml.CBaseLoader)
    except yaml.YAMLError as error:
        raise ImportProblem(f"文件开头的说明不是 YAML：{_reason(error)}", line=_line(error)) from error
    if root is None:
        return {}, {}, []
    if not isinstance(root, yaml.MappingNode):
        raise ImportProblem("文件开头的说明应为“名称: 内容”", line=2)
    values: dict[str, Any] = {}
    given: dict[str, int] = {}
    unknown = []
    for key, node in root.value:
        name = ALIASES.get(key.value, key.value) if isinstance(key, yaml.ScalarNode) else ""
        if name not in READERS:
            unknown.append(str(key.value)[:40])
            continue
        given[name] = key.start_mark.line + 2
        try:
            values[name] = READERS[name](node)
        except (TypeError, ValueError) as error:
            raise ImportProblem(f"{key.value}：{error}", line=given[name]) from error
    return values, given, unknown


def _reason(error: yaml.YAMLError) -> str:
    return str(getattr(error, "problem", None) or error).splitlines()[0]


def _line(error: yaml.YAMLError) -> int:
    mark = getattr(error, "problem_mark", None)
    return mark.line + 2 if mark else 1


# --- How each field is read ----------------------------------------------------------------------------------------


def _text(node: Any) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise TypeError("应为一段文字")
    if UNKEEPABLE.search(node.value):
        raise ValueError("有不能保存的字符")
    return "" if node.value == "~" and node.style is None else str(node.value)


def _number(node: Any) -> int:
    text = _text(node).strip() or "0"
    if not re.fullmatch(r"[0-9]{1,10}", text) or int(text) > MOST_NUMBER:
        raise ValueError(f"“{text[:20]}”不是合适的数字")
    return int(text)


def _moment(node: Any) -> dt.datetime | None:
    if not (text := _text(node).strip()):
        return None
    moment = None
    with contextlib.suppress(ValueError):
        moment = dt.datetime.fromisoformat(text)
    if moment is None or moment.year not in YEARS:
        raise ValueError(f"时间“{text[:40]}”不对，应为“年-月-日 时:分:秒”")
    return moment if moment.tzinfo else moment.replace(tzinfo=SITE_ZONE)


def _date(node: Any) -> dt.date | None:
    if not (text := _text(node).strip()):
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"日期“{text[:40]}”不对，应为“年-月-日”") from None


def _lines(node: Any) -> list[str]:
    """Return a list of texts; a single text counts as its lines."""
    if isinstance(node, yaml.SequenceNode):
        return [_text(item) for item in node.value]
    text = _text(node)
    return text.split("\n") if text else []


def _tags(node: Any) -> list[str]:
    """Return tags, each once; in a single text they are separated by commas, as editors write them."""
    names = _lines(node) if isinstance(node, yaml.SequenceNode) else re.split(r"[,，、;；\n]+", _text(node))
    return list(dict.fromkeys(name.strip() for name in names if name.strip()))


def _numbers(node: Any) -> list[int]:
    if not isinstance(node, yaml.SequenceNode):
        raise TypeError("应为编号的列表")
    return [_number(item) for item in node.value]


def _series(node: Any) -> dict[dt.date, int]:
    if not isinstance(node, yaml.MappingNode):
        raise TypeError("应为“日期: 次数”")
    series = {}
    for key, value in node.value:
        if (day := _date(key)) is not None:
            series[day] = _number(value)
    return series


def _notes(node: Any) -> dict[dt.datetime, str]:
    if not isinstance(node, yaml.MappingNode):
        raise TypeError("应为“时间: 说明”")
    read = [(_moment(key), _text(value)) for key, value in node.value]
    return {moment: note for moment, note in read if moment and note}


# In the order in which they are written.
READERS: dict[str, Callable[[Any], Any]] = {
    "title": _text,
    "id": _number,
    "category": _text,
    "tags": _tags,
    "summary": _text,
    "status": _text,
    "published_at": _moment,
    "corrected_at": _moment,
    "correction_note": _text,
    "corrections": _notes,
    "review_by": _date,
    "byline": _text,
    "source": _lines,
    "cover": _text,
    "cover_alt": _text,
    "created_at": _moment,
    "updated_at": _moment,
    "import_key": _text,
    "pinned": _numbers,
    "views": _number,
    "helpful": _number,
    "unhelpful": _number,
    "daily_views": _series,
}

assert {f.name for f in fields(GuideFile)} - {"body", "given", "unknown"} == set(READERS)  # noqa: S101

"""HTML as WordPress keeps it, turned into the Markdown of our guides.

Nothing of the HTML is left: what Markdown cannot say is taken out, and told in `Converted.lost`.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from bs4.element import PageElement
from markdownify import MarkdownConverter

from articles.importers.records import ImportProblem
from articles.importers.wordpress_text import as_html
from articles.rendering import ALLOWED_SCHEMES

LONGEST = 1_000_000  # characters
MOST_COLUMNS = 20

# What Markdown has no words for, with what is told of it.
LOST = {
    **dict.fromkeys(("script", "style", "noscript", "template"), ""),
    **dict.fromkeys(("iframe", "embed", "object", "applet", "frame"), "嵌入的内容"),
    **dict.fromkeys(("video", "audio", "source", "track"), "音频或视频"),
    **dict.fromkeys(("form", "input", "select", "textarea", "button"), "表单"),
    **dict.fromkeys(("svg", "canvas", "math", "map"), "图形"),
}
HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]

_AT_LINE_START = re.compile(r"(?m)^([ \t]*)(#{1,6}(?=\s|$)|[+-](?=\s|$)|>|~{3,}|:{3,}|=+[ \t]*$|-{2,}[ \t]*$)")
_NUMBER_AT_LINE_START = re.compile(r"(?m)^([ \t]*\d{1,9})([.)](?=\s|$))")
_SIGNS = re.compile(r"([\\`*\[\]])")
_UNDERSCORE = re.compile(r"(?<!\w)_|_(?!\w)")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_AUTOLINK = re.compile(r"<(?=[a-zA-Z/!])")
_BLANK_LINES = re.compile(r"\n[ \t]*\n(?:[ \t]*\n)+")

Picture = Callable[[str, str], str | None]  # address and alternative text -> address in our library
Link = Callable[[str], str]


@dataclass(frozen=True)
class Converted:
    markdown: str
    lost: list[str]  # what was left out, each kind once


def to_markdown(html: str, *, picture: Picture, link: Link = str) -> Converted:
    """Return a post as Markdown. `picture` finds where a picture is now (None: nowhere), `link` where a link leads.

    Raises ImportProblem for one that is too long or too deeply nested to be read.
    """
    if len(html) > LONGEST:
        raise ImportProblem(f"正文超过 {LONGEST // 10_000} 万字")
    source = as_html(html)
    try:
        soup = BeautifulSoup(source.html, "html.parser", multi_valued_attributes=None, element_classes={Tag: _Element})
        elements = [element for element in soup.find_all(True) if isinstance(element, Tag)]
        lost = [*source.lost, *_take_out(elements)]
        _raise_headings(elements)
        converter = _Converter(picture, link)
        markdown = converter.convert_soup(soup)
    except RecursionError as error:
        raise ImportProblem("正文一层套一层，太多层了") from error
    lines = _BLANK_LINES.sub("\n\n", markdown).strip()
    return Converted(f"{lines}\n" if lines else "", list(dict.fromkeys([*lost, *converter.lost])))


def to_text(html: str) -> str:
    """Return the words of a piece of HTML, one block to a line, such as an excerpt or a comment."""
    if "<" not in html:
        return _tidy(unescape(html))
    soup = BeautifulSoup(html[:LONGEST], "html.parser")
    for element in soup(["script", "style"]):
        element.decompose()
    for element in soup(["p", "br", "li", "div", "blockquote", "pre", *HEADINGS]):
        element.insert_after("\n")
    return _tidy(soup.get_text())


def _tidy(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _take_out(elements: Iterable[Tag]) -> Iterator[str]:
    for element in elements:
        if element.name in LOST and not element.decomposed:
            if LOST[element.name]:
                yield LOST[element.name]
            element.decompose()


def _raise_headings(elements: Iterable[Tag]) -> None:
    """Let the highest heading be of the second level; the title of the page is of the first."""
    found = [element for element in elements if element.name in HEADINGS]
    by = 2 - min((int(heading.name[1]) for heading in found), default=2)
    for heading in found:
        heading.name = f"h{min(6, int(heading.name[1]) + by)}"


class _Element(Tag):
    """An element that answers the one question that the converter asks of each, without setting up a search for it."""

    def find_parent(self, name: Any = None, *args: Any, **kwargs: Any) -> Any:
        if args or kwargs or not isinstance(name, str):
            return super().find_parent(name, *args, **kwargs)
        return next((parent for parent in self.parents if parent.name == name), None)


class _Converter(MarkdownConverter):
    def __init__(self, picture: Picture, link: Link) -> None:
        super().__init__(heading_style="atx", bullets="-", autolinks=False, table_infer_header=True)
        self.picture, self.link = picture, link
        self.lost: list[str] = []

    def escape(self, text: str, parent_tags: set[str]) -> str:
        """Keep words from being taken for Markdown, with as few backslashes as that needs."""
        text = _ENTITY.sub("&amp;", _SIGNS.sub(r"\\\1", text))
        text = _AUTOLINK.sub(r"\\<", _UNDERSCORE.sub(r"\\_", text)).replace("~~", r"\~\~")
        if parent_tags & {"td", "th"}:
            text = text.replace("|", r"\|")
        text = _NUMBER_AT_LINE_START.sub(r"\1\\\2", text)
        return _AT_LINE_START.sub(r"\1\\\2", text)

    def convert_strong(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return _emphasised(el, text, "**", parent_tags, {"strong", "b"})

    def convert_em(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return _emphasised(el, text, "*", parent_tags, {"em", "i", "cite"})

    def convert_del(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return _emphasised(el, text, "~~", parent_tags, {"del", "s", "strike"})

    convert_b = convert_strong
    convert_i = convert_cite = convert_em
    convert_s = convert_strike = convert_del

    def convert_a(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        address = _safe(str(el.get("href") or ""))
        if address.startswith("#") or "a" in parent_tags:
            address = ""  # the anchors of the page are gone
        if not address or not text.strip() or "_noformat" in parent_tags:
            return text
        if text.strip().startswith("!["):
            return text  # a picture that led to itself in full size
        label, before, after = text.strip(), text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        return f"{before}[{' '.join(label.split())}]({_as_target(self.link(address))}){after}"

    def convert_img(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        alt = " ".join(str(el.get("alt") or "").split())
        address = self.picture(str(el.get("src") or ""), alt)
        if address is None:
            self.lost.append("图片（没有找到文件）")
            return ""
        shown = f"![{self.escape(alt, set())}]({_as_target(address)})"
        return shown if "_inline" in parent_tags or parent_tags & {"p", "a", "li"} else f"\n\n{shown}\n\n"

    def convert_q(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return f"“{text}”"

    def convert_dt(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return f"\n\n{_emphasised(el, ' '.join(text.split()), '**', parent_tags, set())}\n\n"

    def convert_dd(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return f"\n\n{text.strip()}\n\n"

    def convert_pre(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        code = text.strip("\n")
        longest = max((len(run) for run in re.findall("`+", code)), default=0)
        fence = "`" * max(3, longest + 1)
        return f"\n\n{fence}\n{code}\n{fence}\n\n" if code.strip() else ""

    def convert_td(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        span = str(el.get("colspan") or "1")
        columns = min(MOST_COLUMNS, max(1, int(span))) if span.isascii() and span.isdigit() else 1
        return f" {' '.join(text.split())} |" + " |" * (columns - 1)

    convert_th = convert_td

    def convert_sub(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return text

    convert_sup = convert_sub


def _emphasised(el: Tag, text: str, sign: str, parent_tags: set[str], same: set[str]) -> str:
    """Return `text` between two signs.

    Where a word follows at once, as it does in Chinese, marks at the end go outside: the sign would stand for itself
    there (**注意：**内容). The same holds for the beginning.
    """
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    if _is_letter(_edge(el.previous_sibling, -1)):
        while start < end and _is_mark(text[start]):
            start += 1
    if _is_letter(_edge(el.next_sibling, 0)):
        while end > start and _is_mark(text[end - 1]):
            end -= 1
    is_plain = "_noformat" in parent_tags or parent_tags & {*same, *HEADINGS} or "\n\n" in text
    inner = text[start:end]
    if not inner or is_plain or "![" in text or inner.count("[") != inner.count("]"):
        return text
    if text[start - 1 : start] == "\\" or inner.endswith("\\"):
        return text
    return f"{text[:start]}{sign}{inner}{sign}{text[end:]}"


def _edge(neighbour: PageElement | None, place: int) -> str:
    """Return the first or last character of what stands beside an element."""
    text = neighbour.get_text() if neighbour is not None else ""
    return text[place] if text else ""


def _is_letter(character: str) -> bool:
    return bool(character) and not _is_mark(character)


def _is_mark(character: str) -> bool:
    return character.isspace() or unicodedata.category(character)[0] in "PS"


def _safe(address: str) -> str:
    """Return an address that a guide may link to, or nothing."""
    address = "".join(address.split())
    try:
        scheme = urlsplit(address).scheme.lower()
    except ValueError:
        return ""
    return address if not scheme or scheme in ALLOWED_SCHEMES else ""


def _as_target(address: str) -> str:
    return address.replace("\\", "%5C").replace("(", "%28").replace(")", "%29").replace("<", "%3C").replace(">", "%3E")

"""Markdown to sanitised HTML, and headings to a table of contents.

The only place where HTML is trusted: whatever an editor or an import wrote
passes through `render` before it is stored, and `trusted` hands the stored
result to the templates.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NotRequired, TypedDict

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.container import container_plugin

from articles.picture_address import MODERN, PREFIX, PictureAddress
from articles.slugs import pinyin_slug

# The callouts an editor can write as `::: 注意` … `:::`, with the CSS class of each.
CALLOUTS = {"注意": "warning", "法条": "law", "话术": "script"}

ALLOWED_TAGS = {
    *("h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "blockquote", "hr", "br", "pre", "code"),
    *("strong", "em", "s", "a", "img", "div", "table", "thead", "tbody", "tr", "th", "td"),
    *("picture", "source", "figure", "figcaption"),
}
ALLOWED_ATTRIBUTES = {
    **{f"h{level}": {"id"} for level in range(2, 7)},
    "a": {"href", "title", "class"},
    "img": {"src", "alt", "title", "loading", "class", "srcset", "sizes", "width", "height", "decoding"},
    "source": {"type", "srcset", "sizes"},
    "ol": {"start"},
    "div": {"class", "role", "tabindex", "aria-label"},
    "p": {"class"},
    "th": {"class", "scope"},
    "td": {"class"},
}
ALLOWED_SCHEMES = {"http", "https", "mailto", "tel"}


class Heading(TypedDict):
    """An entry of the table of contents; `children` are the headings one or more levels below."""

    id: str
    text: str
    level: int
    children: NotRequired[list["Heading"]]


@dataclass(frozen=True)
class Rendered:
    html: str
    toc: list[Heading]


@dataclass(frozen=True)
class TermLink:
    """A term of the glossary: the words it goes by, where it is explained, and its meaning in short."""

    words: list[str]
    url: str
    meaning: str


def render(markdown: str, terms: Sequence[TermLink] = ()) -> Rendered:
    """Return the body of a guide as safe HTML with anchored headings, and its table of contents.

    The page around it has the only h1, so `#` and `##` both become h2. Each of `terms` is linked where it first
    occurs in running text, outside headings, links and code.
    """
    env: EnvType = {}
    tokens = _parser.parse(markdown, env)
    toc = _anchor_headings(tokens)
    _dress_tables(tokens)
    _caption_pictures(tokens)
    _link_terms(tokens, terms)
    html = _parser.renderer.render(tokens, _parser.options, env)
    return Rendered(html=sanitise(html), toc=toc)


def parse(markdown: str) -> Sequence[Token]:
    """Return the parts of a body, with their lines, for what reads a guide without showing it."""
    return _parser.parse(markdown)


def trusted(html: str) -> SafeString:
    """Mark HTML that `render` made as safe to show."""
    return mark_safe(html)  # noqa: S308


def _render_callout(self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    token = tokens[index]
    if token.nesting == -1:
        return "</div>\n"
    name = token.info.split()[0]  # what stands after the name is not shown
    return f'<div class="callout callout-{CALLOUTS[name]}"><p class="callout-title">{name}</p>\n'


def _make_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    for name in CALLOUTS:
        parser.use(container_plugin, name=name, render=_render_callout)
    return parser


_parser = _make_parser()


def _anchor_headings(tokens: Sequence[Token]) -> list[Heading]:
    """Give every heading its level on the page and a unique anchor; return the top ones with those below them."""
    toc: list[Heading] = []
    taken: set[str] = set()
    for index, token in enumerate(tokens):
        if token.type != "heading_open":
            continue
        inline, close = tokens[index + 1], tokens[index + 2]
        token.tag = close.tag = f"h{max(2, int(token.tag[1:]))}"
        heading = Heading(id="", text=_plain_text(inline), level=int(token.tag[1:]))
        heading["id"] = _unique(f"s-{pinyin_slug(heading['text'], fallback='section')}", taken)
        token.attrSet("id", heading["id"])
        if toc and heading["level"] > toc[-1]["level"]:
            toc[-1].setdefault("children", []).append(heading)
        else:
            toc.append(heading)
    return toc


def _plain_text(inline: Token) -> str:
    return "".join(child.content for child in inline.children or () if child.type in {"text", "code_inline", "image"})


def _unique(name: str, taken: set[str]) -> str:
    candidate, number = name, 1
    while candidate in taken:
        number += 1
        candidate = f"{name}-{number}"
    taken.add(candidate)
    return candidate


def _dress_tables(tokens: Sequence[Token]) -> None:
    """Mark heading cells for screen readers, and say alignment by class: inline styles are forbidden by our CSP."""
    for token in tokens:
        if token.type == "th_open":
            token.attrSet("scope", "col")
        if token.type in {"th_open", "td_open"} and (style := token.attrGet("style")):
            token.attrSet("class", str(style).replace("text-align:", "align-"))
            del token.attrs["style"]


def _table_open(self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    # A wide table scrolls by itself on a phone; tabindex lets the keyboard scroll it.
    return '<div class="table-scroll" role="region" tabindex="0" aria-label="表格"><table>\n'


def _table_close(self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    return "</table></div>\n"


# How wide a picture is on the page: the text's width, less where a picture is higher than wide, as of a phone's screen.
WIDE_SIZES, TALL_SIZES = "(min-width: 760px) 720px, calc(100vw - 38px)", "(min-width: 444px) 405px, calc(100vw - 38px)"
SRCSET = re.compile(rf"{PREFIX}images/[0-9a-z.-]+ [0-9]+w(?:, {PREFIX}images/[0-9a-z.-]+ [0-9]+w)*")


def _image(self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    token = tokens[index]
    address = PictureAddress.parse(str(token.attrGet("src")))
    if address is None:
        token.attrSet("loading", "lazy")
        return self.image(tokens, index, options, env)
    is_tall = address.height > address.width * 1.2
    sizes = TALL_SIZES if is_tall else WIDE_SIZES
    attributes = {"srcset": _srcset(address, address.suffix), "sizes": sizes, "width": address.width}
    attributes |= {"height": address.height, "loading": "lazy", "decoding": "async"}
    for name, value in (attributes | ({"class": "tall"} if is_tall else {})).items():
        token.attrSet(name, str(value))
    sources = [f'<source type="image/{kind}" srcset="{_srcset(address, kind)}" sizes="{sizes}">' for kind in MODERN]
    return f"<picture>{''.join(sources)}{self.image(tokens, index, options, env)}</picture>"


def _srcset(address: PictureAddress, suffix: str) -> str:
    return ", ".join(f"{address.variant_url(width, suffix)} {width}w" for width in address.widths)


def _caption_pictures(tokens: Sequence[Token]) -> None:
    """Make a figure of every picture of the library that has a title and stands alone in its paragraph."""
    for start, inline, end in zip(tokens, tokens[1:], tokens[2:], strict=False):
        children = inline.children or []
        if start.type != "paragraph_open" or len(children) != 1:
            continue
        image = children[0]
        if image.type != "image" or PictureAddress.parse(str(image.attrGet("src"))) is None:
            continue
        if title := image.attrs.pop("title", ""):
            start.tag = end.tag = "figure"
            start.hidden = end.hidden = False
            caption = [Token("caption_open", "figcaption", 1), Token("text", "", 0, content=str(title))]
            inline.children = [image, *caption, Token("caption_close", "figcaption", -1)]


_parser.add_render_rule("table_open", _table_open)
_parser.add_render_rule("table_close", _table_close)
_parser.add_render_rule("image", _image)


def _link_terms(tokens: Sequence[Token], terms: Sequence[TermLink]) -> None:
    by_word = {word: term for term in terms for word in term.words}
    if not by_word:
        return
    # The longest word first: 失信被执行人 is not 被执行人. A title of a law is no place for a link.
    words = "|".join(re.escape(word) for word in sorted(by_word, key=len, reverse=True))
    pattern = re.compile(f"《[^《》]*》|({words})")
    linked: set[str] = set()
    for before, token in pairwise(tokens):
        if token.type == "inline" and before.type != "heading_open":
            token.children = list(_with_links(token.children or [], pattern, by_word, linked))


def _with_links(
    children: Sequence[Token], pattern: re.Pattern[str], by_word: dict[str, TermLink], linked: set[str]
) -> Iterator[Token]:
    """Yield `children` with each term linked that is not yet among the addresses `linked`."""
    inside_link = 0
    for child in children:
        inside_link += child.nesting if child.type in {"link_open", "link_close"} else 0
        if child.type != "text" or inside_link:
            yield child
            continue
        position = 0
        for match in pattern.finditer(child.content):
            term = by_word.get(match[0])
            if term is None or term.url in linked:
                continue
            linked.add(term.url)
            yield Token("text", "", 0, content=child.content[position : match.start()])
            yield Token("link_open", "a", 1, attrs={"href": term.url, "title": term.meaning, "class": "term"})
            yield Token("text", "", 0, content=match[0])
            yield Token("link_close", "a", -1)
            position = match.end()
        yield Token("text", "", 0, content=child.content[position:])


def sanitise(html: str) -> str:
    """Keep only what a guide may consist of. The parser lets no HTML through; this holds even if it had a hole."""
    return nh3.clean(
        html,
        tags=ALLOWED_TAGS,
        attributes=ALLOWED_ATTRIBUTES,
        url_schemes=ALLOWED_SCHEMES,
        link_rel=None,
        attribute_filter=_own_srcset,
    )


def _own_srcset(element: str, attribute: str, value: str) -> str | None:
    """Drop a list of addresses that `render` has not made: the sanitiser looks at single addresses only."""
    return value if attribute != "srcset" or SRCSET.fullmatch(value) else None

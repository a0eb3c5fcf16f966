"""A guide as checks read it: parsed once, with the line of everything in it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from markdown_it.token import Token

from articles import rendering

# Stands in running text for what is not words: code, a picture.
NO_WORDS = "\ufffc"


@dataclass(frozen=True)
class Known:
    """What checks must know of the rest of the site: about addresses in the body, and about the title."""

    missing: frozenset[str] = frozenset()
    scheduled: frozenset[str] = frozenset()
    same_title: bool = False


@dataclass(frozen=True)
class Line:
    number: int
    text: str


@dataclass(frozen=True)
class Block:
    """A paragraph, a heading or a cell: its running text by lines. `level` is that of a heading, else 0."""

    kind: str
    level: int
    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        return "".join(line.text for line in self.lines)


@dataclass(frozen=True)
class Target:
    """A link or a picture: where it leads, and what it says."""

    line: int
    address: str
    text: str


@dataclass(frozen=True)
class Draft:
    """What is written so far. `look_up` is asked once, and only if a check needs to know more of the site."""

    title: str = ""
    summary: str = ""
    body: str = ""
    tags: Sequence[str] = ()
    sources: Sequence[str] = ()
    cover_alt: str = ""
    has_category: bool = False
    has_cover: bool = False
    has_review_date: bool = False
    pk: int | None = None
    look_up: Callable[["Draft"], Known] = field(default=lambda draft: Known())

    @cached_property
    def known(self) -> Known:
        return self.look_up(self)

    @cached_property
    def tokens(self) -> Sequence[Token]:
        return rendering.parse(self.body)

    @cached_property
    def blocks(self) -> list[Block]:
        return [
            Block(
                kind=before.type.removesuffix("_open"),
                level=int(before.tag[1:]) if before.type == "heading_open" else 0,
                lines=tuple(_lines(token)),
            )
            for before, token in pairwise(self.tokens)
            if token.type == "inline"
        ]

    @cached_property
    def text_lines(self) -> list[Line]:
        """Running text, without code and addresses."""
        return [line for block in self.blocks for line in block.lines]

    @cached_property
    def source_lines(self) -> list[Line]:
        """The body as it was typed, without code."""
        code = {number for token in self.tokens if token.type in {"fence", "code_block"} for number in _span(token)}
        lines = enumerate(self.body.split("\n"))
        return [Line(number + 1, text) for number, text in lines if number not in code]

    @cached_property
    def links(self) -> list[Target]:
        return [link for token in self.tokens if token.type == "inline" for link in _links(token)]

    @cached_property
    def pictures(self) -> list[Target]:
        return [
            Target(number, str(child.attrGet("src") or ""), child.content)
            for token in self.tokens
            if token.type == "inline"
            for number, child in _numbered(token)
            if child.type == "image"
        ]


def _span(token: Token) -> range:
    return range(*token.map) if token.map else range(0)


def _numbered(inline: Token) -> Iterator[tuple[int, Token]]:
    """Yield what is in a paragraph or the like with the number of its line."""
    number = (inline.map[0] if inline.map else 0) + 1
    for child in inline.children or ():
        yield number, child
        number += child.type in {"softbreak", "hardbreak"}


def _lines(inline: Token) -> Iterator[Line]:
    texts: dict[int, str] = {}
    for number, child in _numbered(inline):
        words = NO_WORDS if child.type in {"code_inline", "image"} else child.content
        texts[number] = texts.get(number, "") + words
    yield from (Line(number, text) for number, text in texts.items())


def _links(inline: Token) -> Iterator[Target]:
    opened: tuple[int, Token] | None = None
    text = ""
    for number, child in _numbered(inline):
        if child.type == "link_open":
            opened, text = (number, child), ""
        elif child.type == "link_close" and opened:
            line, token = opened
            yield Target(line, str(token.attrGet("href") or ""), text)
            opened = None
        elif opened:
            text += child.content

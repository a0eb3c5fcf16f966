"""Read the XML of a WordPress export piece by piece, also where it is broken in the middle.

Never more than one child of `<channel>` is in memory. After a broken place reading goes on with the next `<item>`.
"""

import gzip
import io
import re
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from articles.importers.records import ImportProblem

LINE = 65_536  # characters that are read at once
LONGEST_PIECE = 20_000_000  # characters of one child of the channel
LONGEST_NESTING = 100
NO_EXPORT = "不是 WordPress 的导出文件（WXR）"

# How the names of the elements are written here, whatever the version of the format.
PREFIXES = (
    (re.compile(r"^\{https?://wordpress\.org/export/[\d.]+/excerpt/\}"), "excerpt:"),
    (re.compile(r"^\{https?://wordpress\.org/export/[\d.]+/\}"), "wp:"),
    (re.compile(r"^\{https?://purl\.org/rss/1\.0/modules/content/\}"), "content:"),
    (re.compile(r"^\{https?://purl\.org/dc/elements/1\.1/\}"), "dc:"),
)
# What stands before the first item, for a parser that begins anew in the middle.
HEAD = (
    '<rss xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:wp="http://wordpress.org/export/1.2/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:wfw="http://wellformedweb.org/CommentAPI/" xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
)
# Old blogs were kept in encodings of which expat knows nothing.
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*\bencoding=["']([A-Za-z0-9._-]{1,20})["']""")
_ITEM = re.compile(r"(?=<item>)")
_FORBIDDEN = dict.fromkeys([*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF])


class BrokenPiece(Exception):
    """A piece that cannot be read; what comes after it may be whole."""


class NestedItem(BrokenPiece):
    """An item that begins before the one before it has ended."""


class _Pieces:
    """Takes what the parser meets, and puts the children of the channel together, one at a time."""

    def __init__(self) -> None:
        self.whole: list[Element] = []
        self.depth = 0
        self.has_begun = False
        self._size = 0
        self._builder = TreeBuilder()

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        name = _name(tag)
        if self.depth == 1 and name != "rss":
            raise ImportProblem(NO_EXPORT)
        if self.depth > 3 and name == "item":
            raise NestedItem("上一条没有结束，下一条就开始了")
        if self.depth > LONGEST_NESTING:
            raise BrokenPiece("一层套一层，太多层了")
        if self.depth == 3:
            self.has_begun = True
            self._builder, self._size = TreeBuilder(), 0
        if self.depth >= 3:
            self._builder.start(name, attributes)

    def data(self, text: str) -> None:
        if self.depth >= 3:
            self._size += len(text)
            if self._size > LONGEST_PIECE:
                raise BrokenPiece("这一条太长了")
            self._builder.data(text)

    def end(self, tag: str) -> None:
        if self.depth >= 3:
            self._builder.end(_name(tag))
        if self.depth == 3:
            self.whole.append(self._builder.close())
            self._builder = TreeBuilder()
        self.depth -= 1

    def close(self) -> None:
        pass


def pieces(path: Path) -> Iterator[tuple[int, Element | ImportProblem]]:
    """Yield each child of `<channel>` with the line in which it ends; a broken one as the problem that it is.

    Raises ImportProblem if the file is no export of WordPress, or has a document type, which an export never has.
    """
    try:
        with path.open("rb") as raw, _as_text(raw) as text:
            yield from _pieces(text)
    except FileNotFoundError as error:
        raise ImportProblem("文件不存在") from error
    except OSError as error:
        raise ImportProblem(f"文件读不出来（{error.strerror or error}）") from error


def _as_text(raw: IO[bytes]) -> IO[str]:
    packed = raw.read(2) == b"\x1f\x8b"
    raw.seek(0)
    stream: IO[bytes] = gzip.GzipFile(fileobj=raw) if packed else raw  # type: ignore[assignment]
    try:
        match = _ENCODING.match(stream.read(200))
        encoding = match[1].decode().lower() if match else "utf-8"
        stream.seek(0)
        # GB 18030 has everything that its forerunners had.
        encoding = {"gbk": "gb18030", "gb2312": "gb18030", "utf-8": "utf-8-sig"}.get(encoding, encoding)
        return io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="")
    except LookupError as error:
        raise ImportProblem(f"不认识的文字编码“{encoding}”") from error


def _pieces(text: IO[str]) -> Iterator[tuple[int, Element | ImportProblem]]:
    target = _Pieces()
    parser: DefusedXMLParser | None = _parser(target)
    number = 1
    try:
        for number, chunk in _chunks(text):
            is_read = False
            while not is_read:
                if parser is None:
                    if not chunk.startswith("<item>"):
                        break
                    parser, target = _anew()
                try:
                    parser.feed(chunk)
                    is_read = True
                except (ParseError, BrokenPiece) as error:
                    yield from _taken(target, number)
                    if not target.has_begun:
                        raise ImportProblem(NO_EXPORT, line=number) from error
                    yield number, ImportProblem(f"文件在这里坏了，这一条读不出来（{_why(error)}）", line=number)
                    parser, is_read = None, not isinstance(error, NestedItem)
            yield from _taken(target, number)
        if parser is not None:
            parser.close()
            yield from _taken(target, number)
    except DefusedXmlException as error:
        reason = "文件里有文档类型或实体声明。WordPress 的导出文件没有这些，为安全起见不读"
        raise ImportProblem(reason, line=number) from error
    except (ParseError, EOFError, gzip.BadGzipFile, zlib.error) as error:
        yield from _taken(target, number)
        if not target.has_begun:
            raise ImportProblem(NO_EXPORT, line=number) from error
        yield number, ImportProblem("文件到这里就断了，最后一条不完整", line=number)


def _chunks(text: IO[str]) -> Iterator[tuple[int, str]]:
    """Yield the text with the number of its line, cut so that an item begins only where a piece begins."""
    number = 1
    while line := text.readline(LINE):
        for chunk in _ITEM.split(line.translate(_FORBIDDEN)):
            yield number, chunk
        number += line.endswith("\n")


def _taken(target: _Pieces, number: int) -> Iterator[tuple[int, Element | ImportProblem]]:
    """Yield what is whole by now, and forget it."""
    yield from ((number, piece) for piece in target.whole)
    target.whole.clear()


def _anew() -> tuple[DefusedXMLParser, _Pieces]:
    """Return a parser that stands where the first item of a file is expected."""
    target = _Pieces()
    parser = _parser(target)
    parser.feed(HEAD)
    return parser, target


def _parser(target: _Pieces) -> DefusedXMLParser:
    return DefusedXMLParser(target=target, forbid_dtd=True)


def _why(error: Exception) -> str:
    return str(error) if isinstance(error, BrokenPiece) else f"XML 语法：{str(error).split(':')[0]}"


@cache
def _name(tag: str) -> str:
    for pattern, prefix in PREFIXES:
        if tag.startswith("{") and pattern.match(tag):
            return prefix + tag[tag.index("}") + 1 :]
    return tag

"""Read the export of a WordPress site (WXR 1.0 to 1.2): its posts, pages, comments and the names of its files.

Reading yields plain records as they stand in the file, one after the other; what becomes of them is decided elsewhere.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element
from zoneinfo import ZoneInfo

from articles.importers.html import to_text
from articles.importers.records import ImportProblem
from articles.importers.wxr_stream import pieces

SITE_ZONE = ZoneInfo("Asia/Shanghai")
NO_CATEGORY = {"uncategorized", "未分类", "wei-fen-lei"}


@dataclass(frozen=True)
class CommentRecord:
    """A comment as the export has it, but for what identifies its writer: address and mail are not even read."""

    number: str
    parent: str  # "0" where it answers none
    nickname: str
    body: str  # HTML
    posted_at: dt.datetime | None
    approved: str  # "1", "0", "spam", "trash", "post-trashed"
    kind: str  # "", "comment", "pingback", "trackback"


@dataclass(frozen=True)
class PostRecord:
    """A post or a page."""

    line: int
    number: str
    guid: str
    kind: str
    status: str
    title: str
    link: str
    byline: str
    posted_at: dt.datetime | None
    excerpt: str  # HTML
    body: str  # HTML, with bare line breaks and short codes
    has_password: bool
    categories: list[tuple[str, str]] = field(default_factory=list)  # nicename and name
    tags: list[str] = field(default_factory=list)
    comments: list[CommentRecord] = field(default_factory=list)

    @property
    def key(self) -> str:
        """By what the same post is known when it is imported again."""
        identity = f"{self.guid or self.link}\n{self.number}"  # copies of a post may share its guid
        return f"wp:{hashlib.sha256(identity.encode()).hexdigest()[:40]}"

    @property
    def path(self) -> str:
        """The path of the address by which readers know the post, as a request for it has it; empty without one."""
        with suppress(ValueError):
            path = unquote(urlsplit(self.link).path)
            if path.startswith("/") and path.strip("/"):
                return path
        return ""


@dataclass(frozen=True)
class FileRecord:
    """A file that was uploaded to the old site, where it was, and its alternative text."""

    line: int
    title: str
    url: str
    alt: str


@dataclass
class Site:
    """What the export says of the old site before its posts."""

    url: str = ""
    authors: dict[str, str] = field(default_factory=dict)  # login -> name as shown
    is_wordpress: bool = False

    @property
    def host(self) -> str:
        with suppress(ValueError):
            return (urlsplit(self.url).hostname or "").removeprefix("www.")
        return ""


Record = PostRecord | FileRecord | ImportProblem


def read(path: Path, site: Site) -> Iterator[Record]:
    """Yield posts, files and broken places of the export at `path`, and fill `site` with what is told of it.

    Raises ImportProblem if it is no such export.
    """
    for line, piece in pieces(path):
        if isinstance(piece, ImportProblem):
            yield piece
        elif piece.tag != "item":
            _note(site, piece)
        elif piece.find("wp:post_type") is None:
            raise ImportProblem("不是 WordPress 的导出文件（WXR）：这一条没有类型", line=line)
        elif _text(piece, "wp:post_type") == "attachment":
            yield _file(piece, line)
        else:
            yield _post(piece, line, site)
    if not site.is_wordpress:
        raise ImportProblem("不是 WordPress 的导出文件（WXR）：没有 wxr_version")


def _note(site: Site, piece: Element) -> None:
    match piece.tag:
        case "wp:wxr_version":
            site.is_wordpress = True
        case "wp:base_blog_url":
            site.url = (piece.text or "").strip()
        case "link":
            site.url = site.url or (piece.text or "").strip()
        case "wp:author":
            site.authors[_text(piece, "wp:author_login")] = _text(piece, "wp:author_display_name")


def _post(item: Element, line: int, site: Site) -> PostRecord:
    author = _text(item, "dc:creator")
    terms = [
        (term.get("domain") or "category", term.get("nicename") or "", unescape(term.text or "").strip())
        for term in item.iter("category")
    ]
    return PostRecord(
        line=line,
        number=_text(item, "wp:post_id"),
        guid=_text(item, "guid"),
        kind=_text(item, "wp:post_type"),
        status=_text(item, "wp:status"),
        title=" ".join(to_text(_text(item, "title")).split()),
        link=_text(item, "link"),
        byline=site.authors.get(author) or author,
        posted_at=_time(item, "wp:post_date"),
        excerpt=_text(item, "excerpt:encoded"),
        body=_text(item, "content:encoded"),
        has_password=bool(_text(item, "wp:post_password")),
        categories=[
            (unquote(nicename), name)
            for domain, nicename, name in terms
            if domain == "category" and name and name.lower() not in NO_CATEGORY and nicename not in NO_CATEGORY
        ],
        tags=[name for domain, _, name in terms if domain in {"post_tag", "tag"} and name],
        comments=[_comment(comment) for comment in item.iter("wp:comment")],
    )


def _comment(element: Element) -> CommentRecord:
    return CommentRecord(
        number=_text(element, "wp:comment_id"),
        parent=_text(element, "wp:comment_parent") or "0",
        nickname=_text(element, "wp:comment_author"),
        body=_text(element, "wp:comment_content"),
        posted_at=_time(element, "wp:comment_date"),
        approved=_text(element, "wp:comment_approved"),
        kind=_text(element, "wp:comment_type"),
    )


def _file(item: Element, line: int) -> FileRecord:
    meta = {_text(m, "wp:meta_key"): _text(m, "wp:meta_value") for m in item.iter("wp:postmeta")}
    return FileRecord(
        line=line,
        title=_text(item, "title"),
        url=_text(item, "wp:attachment_url") or _text(item, "guid"),
        alt=meta.get("_wp_attachment_image_alt", ""),
    )


def _time(element: Element, name: str) -> dt.datetime | None:
    """Return the moment that `name` tells: in UTC where that is known, else in the time of this site's zone."""
    for tag, zone in ((f"{name}_gmt", dt.UTC), (name, SITE_ZONE)):
        with suppress(ValueError):
            moment = dt.datetime.strptime(_text(element, tag), "%Y-%m-%d %H:%M:%S").replace(tzinfo=zone)
            if moment.year > 1900:  # where none is known, the export has zeros, or the year 1
                return moment
    return None


def _text(element: Element, name: str) -> str:
    return (element.findtext(name) or "").strip()

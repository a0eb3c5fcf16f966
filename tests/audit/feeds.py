"""Atom as RFC 4287 wants it and RSS as the RSS 2.0 specification does: well formed, complete, nothing twice."""

import datetime as dt
import re
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from tests.audit.crawl import FEEDS, Answer, Crawl
from tests.audit.report import Report

ATOM = "{http://www.w3.org/2005/Atom}"
DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"

RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
RFC822 = re.compile(r"((Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?\d\d? [A-Z][a-z]{2} \d{4} \d\d:\d\d(:\d\d)? (GMT|[+-]\d{4})")

# RFC 4287, 4.1.1 and 4.1.2: children that must be there once, and those that may be there once.
ATOM_FEED = ({"id", "title", "updated"}, {"generator", "icon", "logo", "rights", "subtitle"})
ATOM_ENTRY = ({"id", "title", "updated"}, {"content", "published", "rights", "source", "summary"})
ATOM_MANY = {"author", "category", "contributor", "entry", "link"}
# RSS 2.0, "Required channel elements", "Optional channel elements" and "Elements of <item>".
RSS_CHANNEL = (
    {"title", "link", "description"},
    {"language", "copyright", "managingEditor", "webMaster", "pubDate", "lastBuildDate", "generator", "docs", "cloud"}
    | {"ttl", "image", "rating", "textInput", "skipHours", "skipDays"},
)
RSS_ITEM = (set(), {"title", "link", "description", "author", "comments", "enclosure", "guid", "pubDate", "source"})
RSS_MANY = {"category", "item"}


def audit(found: Crawl) -> Report:
    report = Report()
    feeds = found.feeds()
    kinds = {feed.content_type for feed in feeds}
    report.failures += [f"no page links a feed of type {kind}" for kind in sorted(FEEDS - kinds)]
    for feed in feeds:
        problems, entries = check(feed)
        report.lines.append(f"{feed.path} ({entries} entries)")
        report.failures += [f"{feed.path}: {problem}" for problem in problems]
    return report


def check(feed: Answer) -> tuple[list[str], int]:
    """Return what is wrong with a feed, and how many entries it has."""
    if feed.status != 200:
        return [f"answers {feed.status}"], 0
    try:
        root = ElementTree.fromstring(feed.body)  # noqa: S314 (the answer of our own site)
    except ElementTree.ParseError as error:
        return [f"not well formed: {error}"], 0
    if root.tag == f"{ATOM}feed":
        return check_atom(root, feed), len(root.findall(f"{ATOM}entry"))
    if root.tag == "rss":
        return check_rss(root, feed), len(root.findall("channel/item"))
    return [f"neither Atom nor RSS but {root.tag}"], 0


def check_atom(root: Element, feed: Answer) -> list[str]:
    problems = [] if feed.content_type == "application/atom+xml" else [f"served as {feed.content_type}"]
    problems += _children(root, ATOM, ATOM_FEED, ATOM_MANY)
    problems += _atom_parts(root)
    selves = [link.get("href") for link in root.findall(f"{ATOM}link[@rel='self']")]
    if selves != [feed.url]:
        problems.append(f"link rel=self is {selves}, the address is {feed.url}")
    entries = root.findall(f"{ATOM}entry")
    problems += _doubles([entry.findtext(f"{ATOM}id", "") for entry in entries])
    for number, entry in enumerate(entries, 1):
        wrong = _children(entry, ATOM, ATOM_ENTRY, ATOM_MANY - {"entry"}) + _atom_parts(entry)
        if root.find(f"{ATOM}author") is None and entry.find(f"{ATOM}author") is None:
            wrong.append("no author, nor has the feed one")
        content = entry.find(f"{ATOM}content")
        alternates = [link for link in entry.findall(f"{ATOM}link") if link.get("rel", "alternate") == "alternate"]
        if content is None and not alternates:
            wrong.append("neither content nor link rel=alternate")
        kinds = [(link.get("type"), link.get("hreflang")) for link in alternates]
        if len(set(kinds)) < len(kinds):
            wrong.append("two links rel=alternate of the same type and language")
        if content is not None and content.get("src") and entry.find(f"{ATOM}summary") is None:
            wrong.append("content elsewhere needs a summary")
        problems += [f"entry {number}: {problem}" for problem in wrong]
    return problems


def _atom_parts(parent: Element) -> list[str]:
    """Check identifiers, dates, texts, persons, links and categories that are children of a feed or an entry."""
    problems = []
    for child in parent:
        name, text = child.tag.removeprefix(ATOM), (child.text or "").strip()
        if name in {"updated", "published"} and not _is_date(text, RFC3339):
            problems.append(f"{name} {text!r} is no RFC 3339 date")
        elif name in {"id", "icon", "logo"} and not urlsplit(text).scheme:
            problems.append(f"{name} {text!r} is no absolute IRI")
        elif name in {"title", "subtitle", "summary", "rights", "content"}:
            problems += _atom_text(name, child)
        elif name in {"author", "contributor"}:
            problems += _children(child, ATOM, ({"name"}, {"uri", "email"}), set(), where=name)
            if not child.findtext(f"{ATOM}name", "").strip():
                problems.append(f"{name} has an empty name")
        elif name == "link" and not _is_url(child.get("href", "")):
            problems.append(f"link to {child.get('href')!r} is no absolute URL")
        elif name == "category" and not child.get("term"):
            problems.append("category without term")
    return problems


def _atom_text(name: str, element: Element) -> list[str]:
    kind = element.get("type", "text")
    if kind in {"text", "html"} and len(element):
        return [f"{name} of type {kind} has elements inside"]
    if kind not in {"text", "html", "xhtml"} and name != "content":
        return [f"{name} is of type {kind!r}"]
    if name in {"title", "content"} and not element.get("src") and not "".join(element.itertext()).strip():
        return [f"{name} is empty"]
    return _relative_links(name, element) if kind == "html" else []


def check_rss(root: Element, feed: Answer) -> list[str]:
    problems = [] if feed.content_type == "application/rss+xml" else [f"served as {feed.content_type}"]
    if root.get("version") != "2.0":
        problems.append(f"version is {root.get('version')!r}")
    channels = root.findall("channel")
    if len(channels) != 1:
        return [*problems, f"{len(channels)} channels"]
    channel = channels[0]
    problems += _children(channel, "", RSS_CHANNEL, RSS_MANY) + _rss_parts(channel)
    selves = [link.get("href") for link in channel.findall(f"{ATOM}link[@rel='self']")]
    if selves != [feed.url]:
        problems.append(f"atom:link rel=self is {selves}, the address is {feed.url}")
    items = channel.findall("item")
    problems += _doubles([item.findtext("guid", "") for item in items])
    for number, item in enumerate(items, 1):
        wrong = _children(item, "", RSS_ITEM, RSS_MANY - {"item"}) + _rss_parts(item)
        if item.find("title") is None and item.find("description") is None:
            wrong.append("neither title nor description")
        if item.find("guid") is None:
            wrong.append("no guid, so that readers see a changed guide as a new one")
        problems += [f"item {number}: {problem}" for problem in wrong]
    return problems


def _rss_parts(parent: Element) -> list[str]:
    """Check dates, addresses and persons that are children of a channel or an item."""
    problems = []
    for child in parent:
        text = (child.text or "").strip()
        if child.tag in {"pubDate", "lastBuildDate"} and not _is_date(text, RFC822):
            problems.append(f"{child.tag} {text!r} is no RFC 822 date")
        elif child.tag in {"link", "comments", "docs"} and not _is_url(text):
            problems.append(f"{child.tag} {text!r} is no absolute URL")
        elif child.tag == "guid" and child.get("isPermaLink", "true") == "true" and not _is_url(text):
            problems.append(f"guid {text!r} is no address and says not isPermaLink=false")
        elif child.tag in {"author", "managingEditor", "webMaster"} and "@" not in text:
            problems.append(f"{child.tag} {text!r} is no e-mail address; a name goes into dc:creator")
        elif child.tag == "enclosure" and not (child.get("url") and child.get("type") and child.get("length")):
            problems.append("enclosure needs url, length and type")
        elif child.tag == "ttl" and not text.isdigit():
            problems.append(f"ttl {text!r} is no number of minutes")
        elif child.tag in {"title", f"{DUBLIN_CORE}creator"} and not text:
            problems.append(f"{child.tag} is empty")
        elif child.tag in {"description", "{http://purl.org/rss/1.0/modules/content/}encoded"}:
            problems += _relative_links(child.tag.rpartition("}")[2], child)
    return problems


def _children(
    parent: Element, namespace: str, once: tuple[set[str], set[str]], many: set[str], where: str = ""
) -> list[str]:
    """Check that the required children are there, none of those that may stand once stands twice, none is unknown.

    Children of other namespaces are extensions, which both formats allow.
    """
    required, optional = once
    own = [child.tag.removeprefix(namespace) for child in parent if child.tag.rpartition("}")[0] == namespace[:-1]]
    place = f"{where}: " if where else ""
    problems = [f"{place}no {name}" for name in sorted(required - set(own))]
    problems += [f"{place}{name} twice" for name in sorted(required | optional) if own.count(name) > 1]
    return problems + [f"{place}unknown element {name}" for name in sorted(set(own) - required - optional - many)]


def _doubles(identifiers: list[str]) -> list[str]:
    return [f"the identifier {one!r} twice" for one in sorted(set(identifiers)) if one and identifiers.count(one) > 1]


def _relative_links(name: str, element: Element) -> list[str]:
    """A reader of feeds has no page that a relative address in the text could start from."""
    relative = re.findall(r"""\b(?:href|src)=["'](?!https?:|mailto:|tel:)([^"']*)""", element.text or "")
    return [f"{name} leads to relative addresses: {', '.join(sorted(set(relative))[:3])}"] if relative else []


def _is_url(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def _is_date(text: str, pattern: re.Pattern[str]) -> bool:
    if not pattern.fullmatch(text):
        return False
    try:
        dt.datetime.fromisoformat(text) if pattern is RFC3339 else parsedate_to_datetime(text)
    except ValueError:
        return False
    return True

"""Sitemaps as the protocol 0.9 of sitemaps.org and its two schemas (sitemap.xsd, siteindex.xsd) want them."""

import datetime as dt
import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from tests.audit.crawl import Answer, Crawl, fetch
from tests.audit.report import Report

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
MOST_ENTRIES = 50_000
MOST_BYTES = 50 * 1024 * 1024  # uncompressed
ADDRESS_LENGTH = range(12, 2049)  # characters, as the schema bounds them
FREQUENCIES = {"always", "hourly", "daily", "weekly", "monthly", "yearly", "never"}
# A date or a date with time and zone: what the schema's xsd:date and xsd:dateTime and W3C Datetime have in common.
DATETIME = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?")
KINDS = {f"{SITEMAP}urlset": "url", f"{SITEMAP}sitemapindex": "sitemap"}
CHILDREN = {"url": {"loc", "lastmod", "changefreq", "priority"}, "sitemap": {"loc", "lastmod"}}


@dataclass
class Sitemap:
    """What a sitemap holds and what is wrong with it."""

    is_index: bool
    addresses: list[str]
    problems: list[str]


def audit(found: Crawl) -> Report:
    report = Report()
    robots = fetch(f"{found.base}/robots.txt")
    starts = re.findall(r"(?im)^sitemap:\s*(\S+)", robots.body.decode()) if robots.status == 200 else []
    if not starts:
        report.failures.append("/robots.txt names no sitemap")
    pages: list[str] = []
    for start in starts or [f"{found.base}/sitemap.xml"]:
        first = _read(urljoin(found.base, start), found.base, report)
        parts = [_read(url, found.base, report) for url in first.addresses] if first.is_index else [first]
        report.failures += [f"{start}: a sitemap index inside a sitemap index" for part in parts if part.is_index]
        pages += [url for part in parts for url in part.addresses]
    report.failures += [f"{url} is listed twice" for url in sorted({url for url in pages if pages.count(url) > 1})]
    if starts and not pages:
        report.failures.append("no page is listed")
    return report


def _read(url: str, base: str, report: Report) -> Sitemap:
    answer = fetch(url)
    sitemap = check(answer, base)
    report.lines.append(f"{answer.path} ({len(sitemap.addresses)} addresses)")
    report.failures += [f"{answer.path}: {problem}" for problem in sitemap.problems]
    return sitemap


def check(answer: Answer, base: str) -> Sitemap:
    """Read one sitemap or sitemap index of the site at `base`."""
    if answer.status != 200:
        return Sitemap(False, [], [f"answers {answer.status}"])
    problems = []
    if answer.content_type not in {"application/xml", "text/xml"}:
        problems.append(f"served as {answer.content_type}")
    if len(answer.body) > MOST_BYTES:
        problems.append(f"{len(answer.body):,} bytes, more than {MOST_BYTES:,}")
    try:
        answer.body.decode()
        root = ElementTree.fromstring(answer.body)  # noqa: S314 (the answer of our own site)
    except (UnicodeDecodeError, ElementTree.ParseError) as error:
        return Sitemap(False, [], [*problems, f"not well-formed UTF-8: {error}"])
    if root.tag not in KINDS:
        return Sitemap(False, [], [*problems, f"the root is {root.tag}"])
    kind = KINDS[root.tag]
    if not 1 <= len(root) <= MOST_ENTRIES:
        problems.append(f"{len(root)} entries, not 1 to {MOST_ENTRIES:,}")
    for number, entry in enumerate(root, 1):
        problems += [f"{kind} {number}: {problem}" for problem in _entry(entry, kind, base)]
    addresses = [(loc.text or "").strip() for loc in root.iterfind(f"{SITEMAP}{kind}/{SITEMAP}loc")]
    return Sitemap(kind == "sitemap", addresses, problems)


def _entry(entry: Element, kind: str, base: str) -> list[str]:
    """Check one <url> or <sitemap>; the order of its children does not matter."""
    if entry.tag != f"{SITEMAP}{kind}":
        return [f"is {entry.tag}"]
    names = [child.tag.removeprefix(SITEMAP) for child in entry if child.tag.startswith(SITEMAP)]
    problems = [] if "loc" in names else ["no loc"]
    problems += [f"{name} twice" for name in sorted(set(names)) if names.count(name) > 1]
    problems += [f"unknown element {name}" for name in sorted(set(names) - CHILDREN[kind])]
    if kind == "sitemap":  # the schema of the index has no room for extensions
        problems += [f"foreign element {child.tag}" for child in entry if not child.tag.startswith(SITEMAP)]
    for child in entry:
        text = (child.text or "").strip()
        match child.tag.removeprefix(SITEMAP):
            case "loc" if wrong := _address_problem(text, base):
                problems.append(f"loc {text!r} {wrong}")
            case "lastmod" if not _is_past(text):
                problems.append(f"lastmod {text!r} is no W3C date or lies ahead")
            case "changefreq" if text not in FREQUENCIES:
                problems.append(f"changefreq {text!r}")
            case "priority" if not re.fullmatch(r"0(\.\d+)?|1(\.0+)?", text):
                problems.append(f"priority {text!r} is not 0.0 to 1.0")
    return problems


def _address_problem(url: str, base: str) -> str:
    parts, own = urlsplit(url), urlsplit(base)
    if (parts.scheme, parts.netloc) != (own.scheme, own.netloc):
        return f"is no absolute address of {base}"
    if len(url) not in ADDRESS_LENGTH:
        return f"has {len(url)} characters"
    if not re.fullmatch(r"[!#-;=?-\[\]_a-z~%]+", url) or re.search(r"%(?![0-9A-Fa-f]{2})", url):
        return "is not escaped as RFC 3986 wants it"
    return "has a fragment" if parts.fragment else ""


def _is_past(text: str) -> bool:
    if not DATETIME.fullmatch(text):
        return False
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return False
    return moment.replace(tzinfo=moment.tzinfo or dt.UTC) <= dt.datetime.now(dt.UTC)

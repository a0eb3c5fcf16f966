"""Every public page of a site, found as a search engine finds them: by its sitemap and from link to link."""

import urllib.error
import urllib.request
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from urllib.parse import quote, urldefrag, urljoin, urlsplit
from xml.etree import ElementTree

MOST_PAGES = 300  # HTML pages; more are left out, and the crawl says so
NOT_PUBLIC = "/admin/"
MISSING = "/no-such-page/"  # the address that shows the 404 page
FEEDS = {"application/atom+xml", "application/rss+xml"}
_VERBATIM = "%/:=&?~#+!$,;'@()*[]"  # what quote() leaves alone in a whole address


class Markup(HTMLParser):
    """The few elements of a page that lead somewhere or that machines read."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.anchors: list[str] = []
        self.stylesheets: list[str] = []
        self.feeds: list[str] = []
        self.json_ld: list[str] = []
        self._inside_json_ld = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        relations = given.get("rel", "").lower().split()
        if tag == "a" and "href" in given:
            self.anchors.append(given["href"])
        elif tag == "link" and "stylesheet" in relations:
            self.stylesheets.append(given["href"])
        elif tag == "link" and "alternate" in relations and given.get("type") in FEEDS:
            self.feeds.append(given["href"])
        elif tag == "script" and given.get("type") == "application/ld+json":
            self.json_ld.append("")
            self._inside_json_ld = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._inside_json_ld = False

    def handle_data(self, data: str) -> None:
        if self._inside_json_ld:
            self.json_ld[-1] += data


@dataclass(frozen=True)
class Answer:
    """What the site answered. `url` is the address after redirects, `found_on` the page that led here."""

    url: str
    status: int
    content_type: str  # without parameters, in small letters
    body: bytes
    found_on: str = ""

    @property
    def path(self) -> str:
        parts = urlsplit(self.url)
        return parts.path + (f"?{parts.query}" if parts.query else "")

    @property
    def is_html(self) -> bool:
        return self.content_type == "text/html"

    @cached_property
    def markup(self) -> Markup:
        return Markup(self.body.decode())

    def absolute(self, address: str) -> str:
        """Return `address` as it stands on this page in full, without a fragment."""
        return quote(urldefrag(urljoin(self.url, address)).url, safe=_VERBATIM)

    def links(self) -> list[str]:
        """Return the addresses to which a page or a sitemap leads."""
        if self.is_html:
            return [self.absolute(href) for href in self.markup.anchors]
        if self.content_type.endswith("/xml"):
            root = ElementTree.fromstring(self.body)  # noqa: S314 (the answer of our own site)
            return [(element.text or "").strip() for element in root.iterfind("{*}*/{*}loc")]
        return []


@dataclass
class Crawl:
    """All answers of the site at `base`, each address once."""

    base: str
    answers: list[Answer] = field(default_factory=list)
    is_complete: bool = True

    @property
    def pages(self) -> list[Answer]:
        """The pages for readers, the 404 page among them."""
        return [answer for answer in self.answers if answer.is_html]

    def stylesheets(self) -> list[Answer]:
        return self._fetch_all(page.absolute(href) for page in self.pages for href in page.markup.stylesheets)

    def feeds(self) -> list[Answer]:
        """Return the feeds that pages announce to programs or link for people."""
        linked = [answer.url for answer in self.answers if answer.content_type in FEEDS]
        announced = [page.absolute(href) for page in self.pages for href in page.markup.feeds]
        return self._fetch_all([*announced, *linked])

    def first(self, prefix: str) -> Answer | None:
        """Return the first page found whose path begins with `prefix` and is longer."""
        return next((page for page in self.pages if page.path.startswith(prefix) and page.path != prefix), None)

    def broken(self) -> list[str]:
        """Return a line for each address that was linked or listed and is not there."""
        return [
            f"{answer.path} answers {answer.status}, found on {answer.found_on or 'no page'}"
            for answer in self.answers
            if answer.status != 200 and not answer.path.startswith(MISSING)
        ]

    @staticmethod
    def _fetch_all(addresses: Iterable[str]) -> list[Answer]:
        return [fetch(address) for address in dict.fromkeys(addresses)]


_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # the site is on this machine


def fetch(url: str, found_on: str = "") -> Answer:
    """Return the answer to GET `url` after redirects, whatever its status."""
    try:
        response = _opener.open(url, timeout=30)
    except urllib.error.HTTPError as error:
        response = error
    with response:
        content_type = response.headers.get_content_type()
        return Answer(response.url, response.status, content_type, response.read(), found_on)


def crawl(base: str) -> Crawl:
    """Fetch every public page of the site at `base`, MOST_PAGES at most, nearest to the home page first."""
    found = Crawl(base)
    waiting = deque([(f"{base}/", ""), (f"{base}/sitemap.xml", ""), (f"{base}{MISSING}", "")])
    seen = {url for url, _ in waiting}
    while waiting:
        if len(found.pages) >= MOST_PAGES:
            found.is_complete = False
            break
        answer = fetch(*waiting.popleft())
        if answer.url in {other.url for other in found.answers}:
            continue  # a redirect led to a page that is known
        found.answers.append(answer)
        for url in answer.links():
            if url not in seen and url.startswith(f"{base}/") and not urlsplit(url).path.startswith(NOT_PUBLIC):
                seen.add(url)
                waiting.append((url, answer.path))
    return found

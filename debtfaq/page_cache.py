"""Whole pages for readers, answered from the memory of the process before Django is asked.

A page is kept for one revision of the content (`debtfaq.content_revision`), so it is never wrong for longer than a
process takes to look that up, a second. What may be kept is said in `debtfaq.public_pages`, and Django's answer must
say so too: 200 and `Cache-Control: public`. A request with a cookie or credentials, for an unknown host or with a
parameter that no public page has goes to Django as it is. For the others Django is asked with a request that holds
nothing but what the key holds, so no other header can change a page.
"""

import contextlib
import hashlib
import io
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.db import DatabaseError, connection
from django.http.request import split_domain_port, validate_host
from django.urls import Resolver404, resolve

from debtfaq.compression import compressed, decompressed
from debtfaq.content_revision import Revision, Watch
from debtfaq.public_pages import PARAMETERS, is_public_page

PAGE_SECONDS = 60  # after which even an unchanged page is made anew: counts, and what lapses by itself
LARGEST = 1 << 20  # bytes of a page that is kept
WAIT_SECONDS = 5.0  # for another thread that makes the same page
MOST_HOSTS = 100

# Added by those who pass links on; no page of ours reads them.
IGNORED = frozenset({"from", "isappinstalled", "scene", "utm_source", "utm_medium", "utm_campaign", "utm_content"})

_PERSONAL = ("HTTP_COOKIE", "HTTP_AUTHORIZATION")
_PASSED_ON = ("SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL", "HTTP_HOST", "SCRIPT_NAME")
_REPLACED = {"etag", "content-length", "vary"}

Key = tuple[str, str, str, str]  # scheme, host, path, query
Headers = list[tuple[str, str]]


@dataclass(frozen=True)
class Page:
    """An answer that is the same for everybody; kept compressed, in each coding that somebody asked for."""

    status: str
    headers: Headers
    revision: Revision | None
    made_at: float
    etag: str
    bodies: dict[str, bytes]  # by coding, one at least

    @property
    def size(self) -> int:
        """Return how much memory the page takes, in bytes, with a guess at what is not its body."""
        return sum(map(len, self.bodies.values())) + 2048

    def plain(self) -> bytes:
        coding, body = next(iter(self.bodies.items()))
        return decompressed(body, coding)

    def coded(self, coding: str) -> bytes:
        return self.plain() if coding == "identity" else self.bodies[coding]


class PageCache:
    """A WSGI application in front of `application`, keeping at most `capacity` bytes of pages."""

    def __init__(
        self,
        application: WSGIApplication,
        *,
        hosts: list[str],
        capacity: int,
        https_header: tuple[str, str] | None = None,
        watch: Watch | None = None,
    ) -> None:
        self._application, self._hosts, self._capacity = application, hosts, capacity
        self._https_header, self._watch = https_header, watch or Watch()
        self._pages: OrderedDict[Key, Page] = OrderedDict()
        self._size = 0
        self._known_hosts: set[str] = set()
        self._lock = threading.Lock()
        self._making: dict[Key, threading.Lock] = {}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        key = self._key(environ)
        page = None
        if key is not None:
            revision = self._revision()
            page = self._kept(key, revision)
            if page is None and revision is not None and _is_public(key):
                page = self._make(key, revision, environ)
        if key is None or page is None:
            return self._application(environ, start_response)
        coding = _coding(environ)
        if coding != "identity" and coding not in page.bodies:
            page = self._add_coding(key, page, coding)
        return _answer(page, coding, environ, start_response, is_checked=revision is not None)

    def _key(self, environ: WSGIEnvironment) -> Key | None:
        """Return under what the answer is kept, or None if the request is Django's business."""
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"} or any(name in environ for name in _PERSONAL):
            return None
        query: str | None = environ.get("QUERY_STRING", "")
        if query:
            query = _clean(query)
        host = environ.get("HTTP_HOST", "")
        if query is None or not self._is_known(host):
            return None
        return self._scheme(environ), host, environ["PATH_INFO"], query

    def _is_known(self, host: str) -> bool:
        if host in self._known_hosts:
            return True
        domain, _ = split_domain_port(host)
        is_known = bool(domain) and validate_host(domain, self._hosts)
        if is_known and len(self._known_hosts) < MOST_HOSTS:
            self._known_hosts.add(host)
        return is_known

    def _scheme(self, environ: WSGIEnvironment) -> str:
        """Return the scheme as Django sees it."""
        if self._https_header and (said := environ.get(self._https_header[0])) is not None:
            return "https" if said.split(",")[0].strip() == self._https_header[1] else "http"
        return str(environ["wsgi.url_scheme"])

    def _revision(self) -> Revision | None:
        """Return the present revision, or None while the database cannot be asked."""
        try:
            return self._watch.current()
        except DatabaseError:
            connection.close_if_unusable_or_obsolete()
            return None

    def _kept(self, key: Key, revision: Revision | None) -> Page | None:
        """Return the page if it is as it should be; without a database, as it was when there was one."""
        page = self._pages.get(key)
        if page is None:
            return None
        if revision is not None and (page.revision != revision or self._watch.clock() - page.made_at >= PAGE_SECONDS):
            return None
        with contextlib.suppress(KeyError):  # another thread has just put it out; it is right all the same
            self._pages.move_to_end(key)
        return page

    def _make(self, key: Key, revision: Revision, environ: WSGIEnvironment) -> Page:
        """Have Django make the page, once for all who wait for it."""
        with self._lock:
            making = self._making.setdefault(key, threading.Lock())
        is_ours = making.acquire(timeout=WAIT_SECONDS)
        try:
            return self._kept(key, revision) or self._render(key, revision, environ)
        finally:
            if is_ours:
                making.release()
                with self._lock:
                    self._making.pop(key, None)

    def _render(self, key: Key, revision: Revision, environ: WSGIEnvironment) -> Page:
        answer: dict[str, Any] = {}

        def start(status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], object]:
            answer["status"], answer["headers"] = status, headers
            return lambda _: None

        chunks = self._application(self._plain_request(key, environ), start)
        try:
            body = b"".join(chunks)
        finally:
            getattr(chunks, "close", lambda: None)()
        page = Page(
            status=answer["status"],
            headers=[(name, value) for name, value in answer["headers"] if name.lower() not in _REPLACED],
            revision=revision,
            made_at=self._watch.clock(),
            etag=hashlib.blake2b(body, digest_size=12).hexdigest(),
            bodies=_compressed(body, _coding(environ)),
        )
        if _may_be_kept(page) and len(body) <= LARGEST:
            self._keep(key, page)
        return page

    def _plain_request(self, key: Key, environ: WSGIEnvironment) -> WSGIEnvironment:
        """Return a request for what `key` says, of nobody in particular."""
        scheme, _, path, query = key
        request = {name: environ[name] for name in _PASSED_ON if name in environ}
        request |= {name: value for name, value in environ.items() if name.startswith("wsgi.")}
        request |= {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.input": io.BytesIO(),
            "wsgi.url_scheme": scheme,
        }
        if self._https_header and scheme == "https":
            request[self._https_header[0]] = self._https_header[1]
        return request

    def _add_coding(self, key: Key, page: Page, coding: str) -> Page:
        """Return the page with one coding more, and keep it so if it is kept."""
        more = replace(page, bodies=page.bodies | _compressed(page.plain(), coding))
        if self._pages.get(key) is page:
            self._keep(key, more)
        return more

    def _keep(self, key: Key, page: Page) -> None:
        with self._lock:
            if old := self._pages.pop(key, None):
                self._size -= old.size
            self._pages[key] = page
            self._size += page.size
            while self._size > self._capacity:
                _, oldest = self._pages.popitem(last=False)
                self._size -= oldest.size


def _clean(query: str) -> str | None:
    """Return the query string without what others add, in order; None if a public page has no such parameters."""
    pairs = [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] not in IGNORED]
    if any(name not in PARAMETERS for name, _ in pairs):
        return None
    return urlencode(sorted(pairs))


def _is_public(key: Key) -> bool:
    try:
        match = resolve(key[2].encode("latin-1").decode())  # PEP 3333: bytes in the guise of characters
    except (Resolver404, UnicodeError):
        return False
    return is_public_page(match, {name for name, _ in parse_qsl(key[3], keep_blank_values=True)})


def _may_be_kept(page: Page) -> bool:
    found = {name.lower(): value for name, value in page.headers}
    return page.status.startswith("200 ") and "public" in found.get("cache-control", "") and "set-cookie" not in found


def _coding(environ: WSGIEnvironment) -> str:
    """Return the best coding that is accepted."""
    accepted = environ.get("HTTP_ACCEPT_ENCODING", "")
    return "br" if "br" in accepted else "gzip" if "gzip" in accepted else "identity"


def _compressed(body: bytes, coding: str) -> dict[str, bytes]:
    """Return what is kept for those who ask for `coding`, by its own coding."""
    coding = "br" if coding == "br" else "gzip"
    return {coding: compressed(body, coding)}


def _answer(
    page: Page, coding: str, environ: WSGIEnvironment, start_response: StartResponse, *, is_checked: bool
) -> Iterable[bytes]:
    etag = f'"{page.etag}-{coding}"'
    headers = [*page.headers, ("ETag", etag), ("Vary", "Accept-Encoding")]
    if not is_checked:  # better than nothing, but no cache in front shall take it for the newest
        headers = [(name, value) for name, value in headers if name.lower() != "cache-control"]
        headers += [("Cache-Control", "no-cache"), ("Warning", '111 - "Revalidation Failed"')]
    # A cache that asks whether its copy is still good gets no 304 for what nobody has checked.
    if is_checked and page.status.startswith("200 ") and etag in environ.get("HTTP_IF_NONE_MATCH", ""):
        start_response("304 Not Modified", headers)
        return []
    body = page.coded(coding)
    headers.append(("Content-Length", str(len(body))))
    if coding != "identity":
        headers.append(("Content-Encoding", coding))
    start_response(page.status, headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

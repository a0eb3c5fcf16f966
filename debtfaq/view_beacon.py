"""Readings counted before Django is asked, which would take several times as long as the counting.

This decides nothing: the rules are in `articles.reader_counts`, and what is answered is what Django answered before to
the same scheme and host, down to the headers. Whatever is out of the ordinary is Django's business, as is every
request until its answers are known.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.core.handlers.wsgi import WSGIRequest
from django.db import DatabaseError, close_old_connections, connection

from articles.models import Article
from articles.reader_counts import count_view
from debtfaq.content_revision import Revision, Watch

BLOCK, MOST_BLOCKS = 64, 1500  # neighbouring guides that one query tells of, and how many are remembered; 10 MB
MOST_ANSWERS = 100

_BEACON = re.compile(r"/articles/([0-9]{1,18})/views/")
_PERSONAL = ("HTTP_COOKIE", "HTTP_AUTHORIZATION")

Place = tuple[
    str, str | None, str | None
]  # what Django's answer depends on: scheme, host, and the scheme that a proxy tells
Headers = list[tuple[str, str]]


class ViewBeacon:
    """A WSGI application in front of `application` that answers POST /articles/…/views/."""

    def __init__(
        self, application: WSGIApplication, *, https_header: tuple[str, str] | None = None, watch: Watch | None = None
    ) -> None:
        self._application, self._watch = application, watch or Watch()
        self._https_header = https_header[0] if https_header else ""
        self._answers: dict[tuple[Place, bool], tuple[str, Headers, bytes]] = {}
        # The public guides of a revision, by the blocks that were asked for.
        self._known: tuple[Revision | None, dict[int, frozenset[int]]] = None, {}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        guide = _BEACON.fullmatch(environ["PATH_INFO"]) if environ["REQUEST_METHOD"] == "POST" else None
        if guide is None or environ.get("QUERY_STRING") or any(name in environ for name in _PERSONAL):
            return self._application(environ, start_response)
        place = (environ["wsgi.url_scheme"], environ.get("HTTP_HOST"), environ.get(self._https_header))
        if (place, True) not in self._answers:
            return self._learn(place, environ, start_response)
        return self._count(place, int(guide[1]), environ, start_response)

    def _count(
        self, place: Place, guide: int, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        close_old_connections()  # as Django does around each request
        try:
            if not self._is_public(guide):
                return self._application(environ, start_response)
            answer = self._answers.get((place, count_view(WSGIRequest(environ), guide)))
        finally:
            close_old_connections()
        if answer is None:  # not counted, and Django has not said yet what it says then
            return self._learn(place, environ, start_response)
        status, headers, body = answer
        start_response(status, list(headers))
        return [body]

    def _is_public(self, guide: int) -> bool:
        """Return whether readers see the guide, asking the database once for each revision and block of guides."""
        block = guide // BLOCK
        try:
            revision = self._watch.current()
            if revision != self._known[0]:
                self._known = revision, {}
            _, blocks = self._known
            if block not in blocks:
                if len(blocks) >= MOST_BLOCKS:
                    blocks.clear()
                public = Article.objects.published(few=True).order_by()
                numbers = public.filter(pk__gte=block * BLOCK, pk__lt=(block + 1) * BLOCK)
                blocks[block] = frozenset(numbers.values_list("pk", flat=True))
        except DatabaseError:
            connection.close_if_unusable_or_obsolete()  # what was public while there was a database still is
            _, blocks = self._known
        return guide in blocks.get(block, ())

    def _learn(self, place: Place, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Have Django answer, and remember what it says of a reading that counts, or of one that does not."""
        said: dict[str, Any] = {}

        def start(status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], object]:
            said["status"], said["headers"] = status, headers
            return start_response(status, headers, exc_info) if exc_info else start_response(status, headers)

        chunks = self._application(environ, start)
        try:
            body = b"".join(chunks)
        finally:
            getattr(chunks, "close", lambda: None)()
        is_for_everybody = all(name.lower() != "set-cookie" for name, _ in said["headers"])
        if said["status"][:4] in {"200 ", "201 "} and is_for_everybody:
            if len(self._answers) >= MOST_ANSWERS:
                self._answers.clear()
            self._answers[place, said["status"].startswith("201")] = said["status"], list(said["headers"]), body
        return [body]

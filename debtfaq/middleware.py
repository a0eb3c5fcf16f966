import secrets
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.urls import Resolver404, resolve
from django.utils.cache import patch_cache_control, patch_vary_headers

from debtfaq import content_revision, replica
from debtfaq.compression import compressed, named
from debtfaq.public_pages import is_public_page

SHORT = 200  # bytes; less is sent as it is


class GZipWords(GZipMiddleware):
    """Does what GZipMiddleware does, in half the time; and leaves pictures alone, which are compressed already."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.get("Content-Type", "").startswith("image/"):
            return response
        if not isinstance(response, HttpResponse):  # it is streamed
            return super().process_response(request, response)
        if len(response.content) < SHORT or response.has_header("Content-Encoding"):
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        if "gzip" not in request.headers.get("Accept-Encoding", ""):
            return response
        # A name of any length, so that secrets cannot be told from how long a page is (BREACH).
        name = b"a" * secrets.randbelow(self.max_random_bytes)
        packed = named(compressed(response.content, "gzip"), name)
        if len(packed) < len(response.content):
            response.content = packed
            response["Content-Encoding"], response["Content-Length"] = "gzip", str(len(packed))
            if response.get("ETag", "").startswith('"'):
                response["ETag"] = f"W/{response['ETag']}"  # RFC 9110, 8.8.1
        return response


def no_transform(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Forbid search engines and carriers to rebuild our pages for phones; they are made for phones already."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        patch_cache_control(response, no_transform=True)
        return response

    return middleware


class ReadFromReplica:
    """Has the pages that are the same for everybody read from the replica, if there is one and it is fit.

    The page cache asks for the revision before it asks for the page. Asked again here, that can only be newer, so a
    page is never made from older data than the revision it is kept under.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if replica.ALIAS not in settings.DATABASES:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not _is_for_everybody(request):
            return self.get_response(request)
        with replica.reading_from(_fit_database()):
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """Make the page from the primary where the replica went away in the middle of it."""
        if not replica.is_read() or not isinstance(exception, (OperationalError, InterfaceError)):
            return None
        if content_revision.present.replica:
            content_revision.present.replica.give_up(str(exception).strip())
        match = request.resolver_match
        if match is None:
            return None
        with replica.reading_from(DEFAULT_DB_ALIAS):
            response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
            return response


def _is_for_everybody(request: HttpRequest) -> bool:
    if request.method not in {"GET", "HEAD"} or request.COOKIES or "Authorization" in request.headers:
        return False
    try:
        return is_public_page(resolve(request.path_info), set(request.GET))
    except Resolver404:
        return False


def _fit_database() -> str:
    try:
        content_revision.present.current()
    except DatabaseError:
        return DEFAULT_DB_ALIAS
    return content_revision.present.database

"""Which addresses are pages for readers that any cache may keep, and with which parameters."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch
from django.utils.cache import patch_cache_control

PAGES_OF_A_LIST = frozenset({"before", "after"})
NONE: frozenset[str] = frozenset()

# Whatever stands here must be a pure function of its address and of what is published.
PUBLIC_PAGES: dict[str, frozenset[str]] = {
    **dict.fromkeys(("articles:home", "articles:article", "articles:archive", "articles:glossary"), NONE),
    **dict.fromkeys(("articles:page", "articles:shared", "comments:expert"), NONE),
    **dict.fromkeys(("articles:index", "articles:category", "articles:tag", "articles:archive_month"), PAGES_OF_A_LIST),
    **dict.fromkeys(("articles:atom", "articles:rss", "articles:category_atom", "articles:category_rss"), NONE),
    **dict.fromkeys(("articles:robots", "articles:sitemap", "articles:sitemap_site", "articles:sitemap_guides"), NONE),
}
PARAMETERS = frozenset().union(*PUBLIC_PAGES.values())

# A cache that many share asks once a second; a browser asks every time, and is told that nothing has changed. A page
# may be shown while the next one is fetched, and when we cannot be reached.
SHARED_SECONDS, STALE_SECONDS, STALE_IF_ERROR_SECONDS = 1, 1, 24 * 60 * 60


def is_public_page(match: ResolverMatch | None, parameters: set[str]) -> bool:
    return match is not None and match.view_name in PUBLIC_PAGES and parameters <= PUBLIC_PAGES[match.view_name]


def allow_caches(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Tell caches in front of us which answers are for everybody."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if (
            response.status_code == 200
            and request.method in {"GET", "HEAD"}
            and not response.cookies
            and is_public_page(request.resolver_match, set(request.GET))
        ):
            patch_cache_control(
                response,
                public=True,
                max_age=0,
                s_maxage=SHARED_SECONDS,
                stale_while_revalidate=STALE_SECONDS,
                stale_if_error=STALE_IF_ERROR_SECONDS,
            )
        return response

    return middleware

"""Pages of a list of guides, each found by where the page before it ended.

No page is reached by counting rows from the start, so the two hundredth costs
what the first costs.
"""

from dataclasses import dataclass

from django.http import Http404, HttpRequest

from articles.models import Article
from articles.querysets import ArticleQuerySet

PAGE_SIZE = 20


@dataclass(frozen=True)
class Page:
    """Guides of one page; `newer` and `older` are query strings of its neighbours, None where there is none."""

    articles: list[Article]
    newer: str | None = None
    older: str | None = None
    is_first: bool = True


def get_page(guides: ArticleQuerySet, request: HttpRequest) -> Page:
    """Return the page of `guides` that `request` asks for with `?before=` or `?after=` (the number of a guide).

    Raises Http404 for a cursor that names no guide.
    """
    guides = guides.for_lists().newest_first()
    if "before" in request.GET:
        return _page_before(guides, _cursor(request.GET["before"]))
    if "after" in request.GET:
        return _page_after(guides, _cursor(request.GET["after"]))
    return _first_page(guides)


def _first_page(guides: ArticleQuerySet) -> Page:
    rows = list(guides[: PAGE_SIZE + 1])
    return Page(rows[:PAGE_SIZE], older=_older(rows))


def _page_before(guides: ArticleQuerySet, cursor: Article) -> Page:
    rows = list(guides.older_than(cursor)[: PAGE_SIZE + 1])
    newer = f"?after={rows[0].pk}" if rows else "?"
    return Page(rows[:PAGE_SIZE], newer=newer, older=_older(rows), is_first=False)


def _page_after(guides: ArticleQuerySet, cursor: Article) -> Page:
    rows = list(guides.newer_than(cursor).order_by("published_at", "pk")[: PAGE_SIZE + 1])
    if len(rows) <= PAGE_SIZE:
        return _first_page(guides)
    shown = rows[PAGE_SIZE - 1 :: -1]
    return Page(shown, newer=f"?after={shown[0].pk}", older=f"?before={shown[-1].pk}", is_first=False)


def _older(rows: list[Article]) -> str | None:
    return f"?before={rows[PAGE_SIZE - 1].pk}" if len(rows) > PAGE_SIZE else None


def _cursor(number: str) -> Article:
    """Return what is needed of a guide to go on from it."""
    moments = Article.objects.values_list("published_at", flat=True)
    moment = moments.filter(pk=number).first() if number.isdecimal() else None
    if moment is None:
        raise Http404("没有这一页")
    return Article(pk=int(number), published_at=moment)

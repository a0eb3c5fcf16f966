"""Pages of a list of guides, each found by where the page before it ended.

No page is reached by counting rows from the start, so the two hundredth costs
what the first costs.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import DateTimeField
from django.http import Http404, HttpRequest
from django.utils import timezone

from articles.models import Article
from articles.prepared import Given, Prepared
from articles.querysets import ArticleQuerySet

PAGE_SIZE = 20


@dataclass(frozen=True)
class Page:
    """Guides of one page; `newer` and `older` are query strings of its neighbours, None where there is none."""

    articles: list[Article]
    newer: str | None = None
    older: str | None = None
    is_first: bool = True


class Pages:
    """The pages of a list of guides. What else the list is `Given` must be told when a page is asked for.

    `is_gathered`: its guides are known by something else than their order, so that all of them are put in order for
    each page. Then what is shown of a guide is looked up for those of the page alone.

    For `plans_differ` see `Prepared`.
    """

    def __init__(
        self,
        guides: ArticleQuerySet,
        size: int = PAGE_SIZE,
        *,
        is_gathered: bool = False,
        plans_differ: bool = False,
    ) -> None:
        def prepared(listed: ArticleQuerySet) -> Prepared[Article]:
            page = listed[: size + 1]
            if is_gathered:
                page = Article.objects.filter(pk__in=page.values("pk")).order_by(*listed.query.order_by)
            return Prepared(page.for_lists(), plans_differ=plans_differ)

        cursor = Given("cursor"), Given("moment", DateTimeField())
        self._size = size
        self._newest = prepared(guides.newest_first())
        self._older = prepared(guides.older_than(*cursor).newest_first())
        self._newer = prepared(guides.newer_than(*cursor).order_by("published_at", "pk"))

    def get(self, request: HttpRequest, **given: Any) -> Page:
        """Return the page that `request` asks for with `?before=` or `?after=` (the number of a guide).

        Raises Http404 for a cursor that names no guide.
        """
        if "before" in request.GET:
            return self._before(given | _cursor(request.GET["before"]))
        if "after" in request.GET:
            return self._after(given | _cursor(request.GET["after"]))
        return self._first(given)

    def _first(self, given: dict[str, Any]) -> Page:
        rows = self._newest(**given)
        return Page(rows[: self._size], older=self._next(rows))

    def _before(self, given: dict[str, Any]) -> Page:
        # SQLite goes by one bound, the first, and would pass over all that is newer than the second.
        bound = min(given["moment"], timezone.now())
        rows = self._older(**given, now=bound)
        newer = f"?after={rows[0].pk}" if rows else "?"
        return Page(rows[: self._size], newer=newer, older=self._next(rows), is_first=False)

    def _after(self, given: dict[str, Any]) -> Page:
        rows = self._newer(**given)
        if len(rows) <= self._size:
            return self._first(given)
        shown = rows[self._size - 1 :: -1]
        return Page(shown, newer=f"?after={shown[0].pk}", older=f"?before={shown[-1].pk}", is_first=False)

    def _next(self, rows: list[Article]) -> str | None:
        return f"?before={rows[self._size - 1].pk}" if len(rows) > self._size else None


_place = Prepared(Article.objects.filter(pk=Given("pk"), published_at__isnull=False).only("published_at"))


def _cursor(number: str) -> dict[str, Any]:
    """Return what is needed of a guide to go on from it."""
    is_number = number.isascii() and number.isdecimal() and len(number) < 20
    guide = _place.first(pk=int(number)) if is_number else None
    if guide is None:
        raise Http404("没有这一页")
    return {"cursor": guide.pk, "moment": guide.published_at}

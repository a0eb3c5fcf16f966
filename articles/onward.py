"""Where a guide's page leads on to."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F, Value

from articles.models import Article, Tag

RELATED = 5
OTHERS = 10
PINNED, COMPUTED, NEAR = "pinned", "computed", "near"


@dataclass(frozen=True)
class Onward:
    """Related guides, the next older and newer of the category, and other titles named nowhere else."""

    related: list[Article]
    older: Article | None
    newer: Article | None
    others: list[Article]


def onward(article: Article, tags: list[Tag]) -> Onward:
    """Return where the page of the public guide `article` leads on to.

    One query, and another for a guide whose related ones are not known yet; whatever the size of the site.
    """
    rows = _rows(article)
    related = _related(rows)
    if all(row.why != COMPUTED for row in rows):
        related = _first([*related, *_sharing_tags(article, tags)], RELATED)
    older, newer, newest = _around(article, [row for row in rows if row.why == NEAR])
    named = {article.pk, *(other.pk for other in [*related, *older[:1], *newer[:1]])}
    candidates = [other for other in [*older, *newer, *newest] if other.pk not in named]
    return Onward(
        related=related,
        older=older[0] if older else None,
        newer=newer[0] if newer else None,
        others=_first(candidates, OTHERS),
    )


def _rows(article: Article) -> list[Any]:
    """Return all guides that a page may name, each as often as there is a reason for it.

    `why` is that reason, and `place` the order among those of the same one. A union, because a database reads the
    whole table for conditions joined by OR.
    """
    public = Article.objects.published().for_titles().order_by()
    pinned = public.filter(pinned_to_guides__article=article).annotate(
        why=Value(PINNED), place=F("pinned_to_guides__position")
    )
    computed = public.filter(related_to_guides__article=article).annotate(
        why=Value(COMPUTED), place=-F("related_to_guides__score")
    )
    near = (public.filter(pk__in=some).annotate(why=Value(NEAR), place=Value(0)) for some in _near(article))
    return list(pinned.union(computed, *near, all=True))


def _near(article: Article) -> list[Any]:
    """Return the nearest older and newer guides of the category, and the newest of the site, as subqueries."""
    public = Article.objects.published()
    beside = public.filter(category=article.category_id)
    reach = OTHERS // 2 + RELATED + 1  # enough to fill half of the other titles when related ones are left out
    return [
        beside.older_than(article).newest_first().values("pk")[:reach],
        beside.newer_than(article).order_by("published_at", "pk").values("pk")[:reach],
        public.newest_first().values("pk")[: OTHERS + RELATED + 3],
    ]


def _related(rows: list[Any]) -> list[Article]:
    """Return what editors pinned, then what was computed."""
    reasons = [PINNED, COMPUTED]
    found = [row for row in rows if row.why in reasons]
    found.sort(key=lambda row: (reasons.index(row.why), row.place, -row.pk))
    return _first(found, RELATED)


def _sharing_tags(article: Article, tags: list[Tag]) -> list[Article]:
    public = Article.objects.published().for_titles()
    return list(public.related_to(article, [tag.pk for tag in tags])[:RELATED])


def _around(article: Article, rows: list[Article]) -> tuple[list[Article], list[Article], list[Article]]:
    """Return, of `rows`, the older and newer guides of the category, nearest first, and all, newest first."""

    def place(row: Article) -> Any:
        return (row.published_at, row.pk)

    newest = sorted(rows, key=place, reverse=True)
    same = [row for row in newest if row.category_id == article.category_id]
    older = [row for row in same if place(row) < place(article)]
    newer = [row for row in reversed(same) if place(row) > place(article)]
    return older, newer, newest


def _first(articles: list[Article], most: int) -> list[Article]:
    """Return the first of `articles`, each once."""
    return list({article.pk: article for article in articles}.values())[:most]

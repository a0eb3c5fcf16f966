"""Where a guide's page leads on to."""

from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.utils import timezone

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


_SHOWN = "a.id, a.published_at, a.title, a.slug, a.category_id"
_PUBLIC = "a.status = 'published' AND a.published_at <= %(now)s"
_REACH = OTHERS // 2 + RELATED + 1  # enough to fill half of the other titles when related ones are left out
# CROSS JOIN keeps SQLite to the order of the tables, which it does not always find by itself.
_QUERY = f"""
SELECT {_SHOWN}, '{PINNED}' AS why, pinned.position AS place
FROM articles_pinnedguide AS pinned CROSS JOIN articles_article AS a
WHERE pinned.article_id = %(guide)s AND a.id = pinned.other_id AND {_PUBLIC}
UNION ALL
SELECT {_SHOWN}, '{COMPUTED}', -computed.score
FROM articles_relatedguide AS computed CROSS JOIN articles_article AS a
WHERE computed.article_id = %(guide)s AND a.id = computed.other_id AND {_PUBLIC}
UNION ALL
SELECT * FROM (
    SELECT {_SHOWN}, '{NEAR}', 0 FROM articles_article AS a
    WHERE a.category_id = %(category)s AND {_PUBLIC} AND a.published_at <= %(published_at)s
    AND (a.published_at < %(published_at)s OR a.id < %(guide)s)
    ORDER BY a.published_at DESC, a.id DESC LIMIT {_REACH}
) AS older
UNION ALL
SELECT * FROM (
    SELECT {_SHOWN}, '{NEAR}', 0 FROM articles_article AS a
    WHERE a.category_id = %(category)s AND {_PUBLIC} AND a.published_at >= %(published_at)s
    AND (a.published_at > %(published_at)s OR a.id > %(guide)s)
    ORDER BY a.published_at, a.id LIMIT {_REACH}
) AS newer
UNION ALL
SELECT * FROM (
    SELECT {_SHOWN}, '{NEAR}', 0 FROM articles_article AS a
    WHERE {_PUBLIC} ORDER BY a.published_at DESC, a.id DESC LIMIT {OTHERS + RELATED + 3}
) AS newest
"""  # noqa: S608  (no words in it)


def _rows(article: Article) -> list[Any]:
    """Return all guides that a page may name, each as often as there is a reason for it.

    `why` is that reason, and `place` the order among those of the same one. Written out, because Django takes five
    times as long to put it together as a database does to answer it.
    """
    adapt = connections[Article.objects.db].ops.adapt_datetimefield_value
    values = {
        "guide": article.pk,
        "category": article.category_id,
        "published_at": adapt(article.published_at),
        "now": adapt(timezone.now()),
    }
    return list(Article.objects.raw(_QUERY, values))


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

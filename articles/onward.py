"""Where a guide's page leads on to."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connections
from django.utils import timezone

from articles import planned
from articles.addresses import path_to
from articles.models import Article, Tag

RELATED = 5
OTHERS = 10
OF_EACH_TAG = 100  # guides that are compared by their tags
PINNED, COMPUTED, OLDER, NEWER, NEWEST = "pinned", "computed", "older", "newer", "newest"


class Named(NamedTuple):
    """A guide that a page may name; `why` is the reason, and `place` the order among those of the same one.

    No `Article`: a page names some twenty, and to make as many takes longer than to find them.
    """

    pk: int
    title: str
    slug: str
    published_at: Any = None  # as the database tells it, which is enough to compare
    why: str = ""
    place: float = 0

    def get_absolute_url(self) -> str:
        return path_to("articles:article", self.pk, self.slug)


@dataclass(frozen=True)
class Onward:
    """Related guides, the next older and newer of the category, and other titles named nowhere else."""

    related: list[Named]
    older: Named | None
    newer: Named | None
    others: list[Named]


def onward(article: Article, tags: list[Tag]) -> Onward:
    """Return where the page of the public guide `article` leads on to.

    One query, and another for a guide whose related ones are not known yet; whatever the size of the site.
    """
    rows: dict[str, list[Named]] = {why: [] for why in (PINNED, COMPUTED, OLDER, NEWER, NEWEST)}
    for row in _rows(article):
        rows[row.why].append(row)
    related = _related(rows[PINNED], rows[COMPUTED])
    if not rows[COMPUTED]:
        related = _first([*related, *_sharing_tags(article, tags)], RELATED)
    # The parts of a union come in any order.
    older = sorted(rows[OLDER], key=_moment, reverse=True)
    newer = sorted(rows[NEWER], key=_moment)
    newest = sorted(rows[NEWEST], key=_moment, reverse=True)
    named = {article.pk, *(guide.pk for guide in related), *(row.pk for row in [*older[:1], *newer[:1]])}
    others = _first([row for row in [*older, *newer, *newest] if row.pk not in named], OTHERS)
    return Onward(
        related=related,
        older=older[0] if older else None,
        newer=newer[0] if newer else None,
        others=others,
    )


_SHOWN = "a.id, a.title, a.slug, a.published_at"
_PUBLIC = "a.status = 'published' AND a.published_at <= %(now)s"
_REACH = OTHERS // 2 + RELATED + 1  # enough to fill half of the other titles when related ones are left out
# CROSS JOIN keeps SQLite to the order of the tables, which it does not always find by itself.
_QUERY = f"""
SELECT {_SHOWN}, '{PINNED}', pinned.position
FROM articles_pinnedguide AS pinned CROSS JOIN articles_article AS a
WHERE pinned.article_id = %(guide)s AND a.id = pinned.other_id AND {_PUBLIC}
UNION ALL
SELECT {_SHOWN}, '{COMPUTED}', -computed.score
FROM articles_relatedguide AS computed CROSS JOIN articles_article AS a
WHERE computed.article_id = %(guide)s AND a.id = computed.other_id AND {_PUBLIC}
UNION ALL
SELECT * FROM (
    SELECT {_SHOWN}, '{OLDER}', 0 FROM articles_article AS a
    WHERE a.category_id = %(category)s AND {_PUBLIC} AND a.published_at <= %(published_at)s
    AND (a.published_at < %(published_at)s OR a.id < %(guide)s)
    ORDER BY a.published_at DESC, a.id DESC LIMIT {_REACH}
) AS older
UNION ALL
SELECT * FROM (
    SELECT {_SHOWN}, '{NEWER}', 0 FROM articles_article AS a
    WHERE a.category_id = %(category)s AND {_PUBLIC} AND a.published_at >= %(published_at)s
    AND (a.published_at > %(published_at)s OR a.id > %(guide)s)
    ORDER BY a.published_at, a.id LIMIT {_REACH}
) AS newer
UNION ALL
SELECT * FROM (
    SELECT {_SHOWN}, '{NEWEST}', 0 FROM articles_article AS a
    WHERE {_PUBLIC} ORDER BY a.published_at DESC, a.id DESC LIMIT {OTHERS + RELATED + 3}
) AS newest
"""  # noqa: S608  (no words in it)
_LAST_TAGGED = f"""SELECT * FROM (
    SELECT content_object_id FROM articles_taggedarticle WHERE tag_id = %({{}})s ORDER BY id DESC LIMIT {OF_EACH_TAG}
) AS last"""  # noqa: S608


def _rows(article: Article) -> list[Named]:
    """Return all guides that a page may name, each as often as there is a reason for it.

    Written out, because Django takes five times as long to put it together as a database does to answer it.
    """
    connection = connections[Article.objects.db]
    values = {
        "guide": article.pk,
        "category": article.category_id,
        "published_at": connection.ops.adapt_datetimefield_value(article.published_at),
        "now": connection.ops.adapt_datetimefield_value(timezone.now()),
    }
    return [Named._make(row) for row in planned.rows(connection, _QUERY, values)]


def _moment(row: Named) -> Any:
    return (row.published_at, row.pk)


def _related(pinned: list[Named], computed: list[Named]) -> list[Named]:
    """Return what editors pinned, then what was computed."""
    for rows in (pinned, computed):
        rows.sort(key=lambda row: (row.place, -row.pk))
    return _first([*pinned, *computed], RELATED)


def _sharing_tags(article: Article, tags: list[Tag]) -> list[Named]:
    """Return other guides that share tags with `article`, those that share the most first.

    Only the guides that were given a tag last are looked at: a common tag is that of most guides of a large site.
    """
    if not tags:
        return []
    connection = connections[Article.objects.db]
    given = {f"tag_{number}": tag.pk for number, tag in enumerate(tags)}
    tagged = " UNION ALL ".join(map(_LAST_TAGGED.format, given))
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT a.id, a.title, a.slug
            FROM (SELECT content_object_id, count(*) AS shared FROM ({tagged}) AS tagged
                  WHERE content_object_id <> %(guide)s GROUP BY content_object_id) AS alike
            CROSS JOIN articles_article AS a
            WHERE a.id = alike.content_object_id AND {_PUBLIC}
            ORDER BY shared DESC, a.published_at DESC, a.id DESC LIMIT {RELATED}""",  # noqa: S608
            {**given, "guide": article.pk, "now": now},
        )
        return [Named(*row) for row in cursor.fetchall()]


def _first(guides: Iterable[Named], most: int) -> list[Named]:
    """Return the first of `guides`, each once."""
    return list({guide.pk: guide for guide in guides}.values())[:most]

"""Where a guide's page leads on to."""

from dataclasses import dataclass

from django.db.models import Q

from articles.models import Article, Tag

RELATED = 5
OTHERS = 10


@dataclass(frozen=True)
class Onward:
    """Guides that share tags, the next older and newer of the category, and other titles named nowhere else."""

    related: list[Article]
    older: Article | None
    newer: Article | None
    others: list[Article]


def onward(article: Article, tags: list[Tag]) -> Onward:
    """Return where the page of the public guide `article` leads on to. Two queries, whatever the size of the site."""
    related = list(Article.objects.published().for_titles().related_to(article, [tag.pk for tag in tags])[:RELATED])
    older, newer, newest = _around(article)
    named = {article.pk, *(other.pk for other in [*related, *older[:1], *newer[:1]])}
    candidates = {other.pk: other for other in [*older, *newer, *newest] if other.pk not in named}
    return Onward(
        related=related,
        older=older[0] if older else None,
        newer=newer[0] if newer else None,
        others=list(candidates.values())[:OTHERS],
    )


def _around(article: Article) -> tuple[list[Article], list[Article], list[Article]]:
    """Return the nearest older and newer guides of the category, nearest first, and the newest of the site."""
    public = Article.objects.published()
    beside = public.filter(category=article.category_id)
    reach = OTHERS // 2 + RELATED + 1  # enough to fill half of the other titles when related ones are left out
    newest_reach = OTHERS + RELATED + 3
    wanted = (
        Q(pk__in=beside.older_than(article).newest_first().values("pk")[:reach])
        | Q(pk__in=beside.newer_than(article).order_by("published_at", "pk").values("pk")[:reach])
        | Q(pk__in=public.newest_first().values("pk")[:newest_reach])
    )
    rows = list(public.for_titles().filter(wanted).newest_first())
    place = (article.published_at, article.pk)
    same = [row for row in rows if row.category_id == article.category_id]
    older = [row for row in same if (row.published_at, row.pk) < place]
    newer = [row for row in reversed(same) if (row.published_at, row.pk) > place]
    return older, newer, rows[:newest_reach]

"""Telling editors that two guides are nearly the same text."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.db.models.signals import post_save
from django.dispatch import receiver

from articles.after_commit import after_commit
from articles.models import Article, TextBand
from articles.related import in_batches
from articles.similarity import bands, likeness, runs

ALIKE = 0.8
COMPARED = 5  # texts, those with the most bands in common: an editor is told of three, and waits for it


@dataclass(frozen=True)
class NearDuplicate:
    article: Article
    likeness: float

    @property
    def percent(self) -> int:
        return int(self.likeness * 100)


@receiver(post_save, sender=Article)
def follow_text(instance: Article, update_fields: frozenset[str] | None = None, **kwargs: Any) -> None:
    if update_fields is None or "body" in update_fields:
        after_commit(store_bands_of, instance.pk, is_slow=True)


def store_bands_of(article_ids: list[int]) -> None:
    """Keep by what guides with nearly the same text find these, whatever their status."""
    articles = Article.objects.filter(pk__in=article_ids).only("body")
    wanted = {(article.pk, band) for article in articles for band in bands(runs(article.body))}
    with transaction.atomic():
        known = set(TextBand.objects.filter(article__in=article_ids).values_list("article", "band"))
        gone: dict[int, list[int]] = defaultdict(list)
        for article_id, band in known - wanted:
            gone[article_id].append(band)
        for article_id, old in gone.items():
            TextBand.objects.filter(article=article_id, band__in=old).delete()
        new = (TextBand(article_id=article_id, band=band) for article_id, band in sorted(wanted - known))
        TextBand.objects.bulk_create(new, ignore_conflicts=True, batch_size=500)


def store_all_bands() -> Iterator[int]:
    """Keep the bands of every guide as its text is. Yield, after each batch, how many guides are done."""
    done = 0
    for batch in in_batches(Article.objects.only("pk")):
        store_bands_of([article.pk for article in batch])
        done += len(batch)
        yield done


def near_duplicates(article: Article) -> list[NearDuplicate]:
    """Return the other guides, of any status, of whose text at least ALIKE is that of `article`, most alike first."""
    own = runs(article.body)
    shared = (
        TextBand.objects.filter(band__in=bands(own))
        .exclude(article=article.pk)
        .values("article")
        .annotate(bands=Count("pk"))
        .order_by("-bands", "article")
        .values_list("article", flat=True)[:COMPARED]
    )
    others = (
        Article.objects.not_in_trash()
        .filter(pk__in=list(shared))
        .only("title", "slug", "status", "published_at", "body")
    )
    found = [NearDuplicate(other, likeness(own, runs(other.body))) for other in others]
    return sorted((one for one in found if one.likeness >= ALIKE), key=lambda one: (-one.likeness, one.article.pk))

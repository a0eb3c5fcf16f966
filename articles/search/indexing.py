"""Keeping the index as the guides are."""

from collections.abc import Collection, Iterable, Iterator

from django.db import transaction

from articles.models import Article, IndexEntry, IndexState
from articles.search.documents import Provider, documents
from articles.search.scopes import Database
from articles.search.tokens import VERSION
from articles.search.words import forget_words_of_guides, keep_words

BATCH = 100  # guides that are written in one transaction

FIELDS = ["slot", "published_at", "title", "summary", "keywords", "text"]

_providers: list[Provider] = []


def also_search(provider: Provider) -> Provider:
    """Have `provider` give more text of guides: called with their numbers, it returns what there is, by number.

    It is part of their body for the search. Whoever gives it calls `update_later` when it changes.
    """
    _providers.append(provider)
    return provider


def update(database: Database, article_ids: Iterable[int]) -> None:
    wanted = list(dict.fromkeys(article_ids))
    for start in range(0, len(wanted), BATCH):
        _write(database, wanted[start : start + BATCH])


def reindex(database: Database, *, restart: bool = False) -> Iterator[tuple[int, int]]:
    state = IndexState.current()
    if restart or state.next_version != VERSION:
        state.next_version, state.done_to = VERSION, 0
        state.save()
        forget_words_of_guides()
    # Guides that left the website while nobody was watching, too: an entry is looked at as a guide is.
    total = max(Article.objects.announced().count(), 1)
    done = Article.objects.announced().filter(pk__lte=state.done_to).count()
    while article_ids := _next_ids(state.done_to):
        with transaction.atomic():
            _write(database, article_ids)
            state.done_to = article_ids[-1]
            state.save()
        done += len(article_ids)
        yield min(done, total), total
    database.tidy()
    state.version, state.next_version, state.done_to = VERSION, 0, 0
    state.save()


def _next_ids(after: int) -> list[int]:
    public = Article.objects.announced().filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH]
    indexed = IndexEntry.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH]
    return sorted({*public, *indexed})[:BATCH]


def _write(database: Database, article_ids: Collection[int]) -> None:
    made = documents(article_ids, _providers)
    entries = [document.entry for document in made]
    with transaction.atomic():
        slots = dict(IndexEntry.objects.filter(pk__in=article_ids).values_list("pk", "slot"))
        gone = slots.keys() - {entry.pk for entry in entries}
        IndexEntry.objects.filter(pk__in=gone).delete()  # `freshness` has their tokens removed
        moved = [slots[entry.pk] for entry in entries if slots.get(entry.pk, entry.slot) != entry.slot]
        database.remove(moved)
        IndexEntry.objects.bulk_create(entries, update_conflicts=True, unique_fields=["article"], update_fields=FIELDS)
        database.write([document.posting for document in made])
        keep_words(word for document in made for word in document.words)

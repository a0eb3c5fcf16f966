"""Keeping suggestions and known words as what is published. Importing this module connects its receivers."""

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Sum
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils import timezone

from articles.after_commit import after_commit
from articles.models import Article, DailyViews, SearchCount, Suggestion, SuggestionKey, Tag, TaggedArticle, Term
from articles.models.suggestion import Tier
from articles.querysets import ArticleQuerySet
from articles.signals import guide_changed
from articles.suggestions.keys import squeeze, title_keys, word_keys, words_of
from articles.suggestions.known_words import add_words, put_words

BATCH = 500
MOST_READ = 1000  # titles
DAYS = 30
# A search is offered to others only when it is surely nobody's own words.
LEAST_SEARCHES, LEAST_SEARCH_DAYS = 5, 2


def refresh() -> Iterator[int]:
    """Make all suggestions and known words anew, a batch at a time; yield how many guides are done after each."""
    _put_terms(Term.objects.all())
    _put_tags(Tag.objects.all())
    _put_queries()
    words: Counter[str] = Counter()
    since = timezone.localdate() - dt.timedelta(days=DAYS - 1)
    series = DailyViews.objects.filter(day__gte=since).values_list("article").order_by()
    reads = Counter(dict(series.annotate(reads=Sum("count"))))
    most_read = {pk for pk, _ in reads.most_common(MOST_READ)}
    done = last = 0
    # No cursor stays open between batches: SQLite would not let it write after somebody else has written.
    while batch := list(Article.objects.announced().filter(pk__gt=last).only("title").order_by("pk")[:BATCH]):
        weights = {guide.pk: _weight(reads[guide.pk]) for guide in batch}
        _put_titles(batch, weights, most_read)
        for guide in batch:
            words.update(set(words_of(guide.title)))
        done, last = done + len(batch), batch[-1].pk
        yield done
    # Asked of each: a list of very many guides would be gone through for each.
    announced = Article.objects.announced().filter(pk=OuterRef("article"))
    Suggestion.objects.filter(~Exists(announced), article__isnull=False).delete()
    put_words(words + _other_words())


# --- What happens to single guides, terms and tags -----------------------------------------------------------------


@receiver(guide_changed)
def follow_guide(article: Article, **kwargs: Any) -> None:
    after_commit(_follow_guides, article.pk, is_slow=True)


@receiver([post_save, post_delete], sender=TaggedArticle)
def follow_tagging(instance: TaggedArticle, **kwargs: Any) -> None:
    after_commit(_put_tags_of, instance.tag_id)


@receiver(post_save, sender=Tag)
def follow_tag(instance: Tag, **kwargs: Any) -> None:
    after_commit(_put_tags_of, instance.pk)


@receiver(post_save, sender=Term)
def follow_term(instance: Term, **kwargs: Any) -> None:
    transaction.on_commit(lambda: _put_terms(Term.objects.filter(pk=instance.pk)))


def _put_tags_of(tag_ids: list[int]) -> None:
    _put_tags(Tag.objects.filter(pk__in=tag_ids))


def _follow_guides(article_ids: list[int]) -> None:
    for article_id in article_ids:
        _follow_guide(article_id)


def _follow_guide(pk: int) -> None:
    guides = list(Article.objects.announced().filter(pk=pk).only("title"))
    if guides:
        before = Suggestion.objects.filter(article=pk).first()
        is_most_read = before is not None and before.tier == Tier.MOST_READ
        _put_titles(guides, {pk: before.weight if before else 0}, {pk} if is_most_read else set())
        add_words(words_of(guides[0].title))
    else:
        Suggestion.objects.filter(article=pk).delete()
    _put_tags(Tag.objects.filter(tagged_items__content_object=pk))


# --- Writing -------------------------------------------------------------------------------------------------------


def _put_titles(guides: list[Article], weights: dict[int, int], most_read: set[int]) -> None:
    before = {row.article_id: row for row in Suggestion.objects.filter(article__in=guides)}
    changed = []
    for guide in guides:
        row = Suggestion(
            kind=Suggestion.Kind.TITLE,
            text=guide.title,
            weight=weights[guide.pk],
            tier=Tier.MOST_READ if guide.pk in most_read else Tier.OTHERS,
            article=guide,
        )
        old = before.get(guide.pk)
        if old is None or (old.text, old.weight, old.tier) != (row.text, row.weight, row.tier):
            changed.append(row)
    with transaction.atomic():
        Suggestion.objects.filter(article__in=[row.article_id for row in changed]).delete()
        _create(changed)


def _put_terms(terms: Iterable[Term]) -> None:
    terms = list(terms)
    kind = Suggestion.Kind.TERM
    with transaction.atomic():
        Suggestion.objects.filter(term__in=terms).delete()
        _create(Suggestion(kind=kind, text=word, term=term) for term in terms for word in term.words)
    add_words(word for term in terms for word in term.words)


def _put_tags(tags: Iterable[Tag]) -> None:
    """Tags are offered that stand on a guide which readers can see, or will: one without weight is looked at anew."""
    tags = list(tags)
    kind = Suggestion.Kind.TAG
    used = _guides_with(tags, Article.objects.published(few=True))
    announced = _guides_with(tags, Article.objects.scheduled()) | used
    with transaction.atomic():
        Suggestion.objects.filter(tag__in=tags).delete()
        _create(
            Suggestion(kind=kind, text=tag.name, tag=tag, weight=_weight(used[tag.pk]))
            for tag in tags
            if announced[tag.pk]
        )
    add_words(tag.name for tag in tags if announced[tag.pk])


def _guides_with(tags: list[Tag], guides: ArticleQuerySet) -> Counter[int]:
    """Return on how many of `guides` each tag stands."""
    counted = guides.filter(tagged_items__tag__in=tags).values_list("tagged_items__tag").annotate(guides=Count("pk"))
    return Counter(dict(counted.order_by()))


def _put_queries() -> None:
    kind = Suggestion.Kind.QUERY
    with transaction.atomic():
        Suggestion.objects.filter(kind=kind).delete()
        _create(Suggestion(kind=kind, text=text, weight=_weight(searches)) for text, searches in _popular_searches())


def _popular_searches() -> list[tuple[str, int]]:
    """Return what several visitors found something by, on several days, and how often."""
    return list(
        SearchCount.objects.filter(found__gt=0)
        .values_list("text")
        .annotate(searches=Sum("count"), days=Count("pk"))
        .filter(searches__gte=LEAST_SEARCHES, days__gte=LEAST_SEARCH_DAYS)
        .values_list("text", "searches")
    )


def _weight(count: int) -> int:
    """Return how much it weighs that something is read, used or searched for so often."""
    return round(100 * math.log2(1 + count))


def _create(suggestions: Iterable[Suggestion]) -> None:
    made = Suggestion.objects.bulk_create(suggestions, batch_size=BATCH)
    SuggestionKey.objects.bulk_create(
        (
            SuggestionKey(suggestion=row, key=key, is_whole=is_whole, tier=row.tier)
            for row in made
            for key, is_whole in _keys(row).items()
        ),
        batch_size=BATCH,
    )


def _keys(row: Suggestion) -> dict[bytes, bool]:
    return title_keys(row.text) if row.kind == Suggestion.Kind.TITLE else word_keys(row.text)


def _other_words() -> Counter[str]:
    """Return the words that stand in the glossary, on guides as tags, and in popular searches."""
    kinds = [Suggestion.Kind.TERM, Suggestion.Kind.TAG, Suggestion.Kind.QUERY]
    texts = Suggestion.objects.filter(kind__in=kinds).values_list("text", flat=True)
    return Counter(dict.fromkeys(map(squeeze, texts), 10))

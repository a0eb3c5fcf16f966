"""What is offered while a reader types, and “did you mean”.

`building` keeps the tables as what is published, `suggest` and `corrections` read them.
"""

from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Exists, OuterRef
from django.db.models.functions import Length

from articles.models import Article, Suggestion, SuggestionKey, Tag
from articles.models.suggestion import Tier
from articles.suggestions.keys import prefix

MOST_OFFERED = 8
MOST_WORDS = 4  # before the first title, if there are titles
MOST_LOOKED_AT = 300  # keys that begin alike, of each tier
LONGEST_TEXT = 30  # characters; who types more has left the suggestions behind


@dataclass(frozen=True)
class Offer:
    text: str
    kind: Suggestion.Kind
    url: str = ""  # of the guide, where the text is its title


class _Row(NamedTuple):
    """Fields of a suggestion."""

    kind: str
    text: str
    article: int | None
    term: int | None
    tag: int | None
    weight: int


def suggest(text: str) -> list[Offer]:
    """Return what a reader who has typed `text` may be about to ask: words first, then titles, the likeliest first."""
    if len(text) > LONGEST_TEXT or not (key := prefix(text)):
        return []
    words = _words(_best(key, Tier.WORDS))
    titles = _titles(_best(key, Tier.MOST_READ))
    if len(titles) < MOST_OFFERED - min(len(words), MOST_WORDS):
        titles |= _titles(_best(key, Tier.OTHERS))
    shown = list(titles.values())[: max(MOST_OFFERED - len(words), MOST_OFFERED - MOST_WORDS)]
    return [*words[: MOST_OFFERED - len(shown)], *shown]


def _best(key: bytes, tier: Tier) -> list[_Row]:
    """Return suggestions of which a key begins with `key`, the best of the first so many."""
    found = SuggestionKey.objects.filter(tier=tier, key__gte=key, key__lt=key + b"\xff").order_by("key")
    # Those that begin so come before those with a later word that does; of two alike, the shorter.
    best = SuggestionKey.objects.filter(pk__in=found.values("pk")[:MOST_LOOKED_AT]).order_by(
        "-is_whole", "-suggestion__weight", Length("suggestion__text"), "suggestion__text"
    )
    fields = [f"suggestion__{field}" for field in _Row._fields]
    return list(map(_Row._make, best.values_list(*fields)[: 2 * MOST_OFFERED]))


def _words(rows: list[_Row]) -> list[Offer]:
    """Return offers of words, each once, and a term by one of its names only."""
    words: dict[str, Offer] = {}
    terms: set[int] = set()
    hidden = _hidden({row.tag for row in rows if row.tag and not row.weight})
    for row in rows:
        if row.text not in words and row.term not in terms and row.tag not in hidden:
            words[row.text] = Offer(row.text, Suggestion.Kind(row.kind))
            terms.update([row.term] if row.term else [])
    return list(words.values())


def _hidden(tags: set[int]) -> set[int]:
    """Return those of `tags` that stand on no guide which readers see yet."""
    if not tags:
        return set()
    on_a_guide = Article.objects.published().filter(tagged_items__tag=OuterRef("pk"))
    return tags - set(Tag.objects.filter(Exists(on_a_guide), pk__in=tags).values_list("pk", flat=True))


def _titles(rows: list[_Row]) -> dict[str, Offer]:
    """Return offers of those guides that readers may see, each title once."""
    ids = [row.article for row in rows if row.article]
    guides = Article.objects.published(few=True).for_titles().in_bulk(ids) if ids else {}
    titles = {guides[pk].title: guides[pk] for pk in ids if pk in guides}
    return {title: Offer(title, Suggestion.Kind.TITLE, guide.get_absolute_url()) for title, guide in titles.items()}

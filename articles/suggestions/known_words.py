"""The words that this site knows, by which misspelled ones are mended."""

from collections import Counter
from collections.abc import Iterable

from django.db import transaction

from articles.models import KnownWord, KnownWordKey
from articles.pinyin import initials, syllables
from articles.suggestions.keys import initials_key, is_han, likeness_keys, squeeze

LONGEST_WORD = 12
SHORTEST_INITIALS = 3
BATCH = 500


def add_words(words: Iterable[str]) -> None:
    """Add words that are new; what is no longer used goes when all is made anew."""
    new = {word for word in map(squeeze, words) if _is_worth_knowing(word)}
    new -= set(KnownWord.objects.filter(word__in=new).values_list("word", flat=True))
    with transaction.atomic():
        _create_known_words(dict.fromkeys(sorted(new), 1))


def put_words(weights: Counter[str]) -> None:
    weights = Counter({word: weight for word, weight in weights.items() if _is_worth_knowing(word)})
    known = dict(KnownWord.objects.values_list("word", "pk"))
    gone = [pk for word, pk in known.items() if word not in weights]
    for start in range(0, len(gone), BATCH):
        KnownWord.objects.filter(pk__in=gone[start : start + BATCH]).delete()
    kept = [KnownWord(pk=pk, weight=weights[word]) for word, pk in known.items() if word in weights]
    KnownWord.objects.bulk_update(kept, ["weight"], batch_size=BATCH)
    with transaction.atomic():
        _create_known_words({word: weight for word, weight in weights.items() if word not in known})


def _create_known_words(weights: dict[str, int]) -> None:
    rows = [KnownWord(word=word, weight=weight) for word, weight in weights.items()]
    KnownWord.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    made = KnownWord.objects.in_bulk(list(weights), field_name="word")
    KnownWordKey.objects.bulk_create(
        (KnownWordKey(known_word=row, key=key) for row in made.values() for key in _known_word_keys(row.word)),
        batch_size=BATCH,
    )


def _known_word_keys(word: str) -> set[str]:
    keys = likeness_keys(word)
    letters = initials(syllables(word))
    if len(letters) >= SHORTEST_INITIALS:
        keys.add(initials_key(letters))
    return keys


def _is_worth_knowing(word: str) -> bool:
    return 1 < len(word) <= LONGEST_WORD and is_han(word)

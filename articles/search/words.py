"""The words that the site knows: from editors' synonyms, the glossary, tags and titles."""

import re
from collections.abc import Iterable, Iterator

import rjieba
from django.db import transaction
from django.db.models import CharField, Q

from articles.models import SearchWord, SynonymGroup, Term
from articles.pinyin import initials, syllables
from articles.prepared import Given, Prepared
from articles.search.query import Known, possible_sounds, possible_words
from articles.search.tokens import HAN, fold
from articles.tagging import split_tags

LONGEST = 20
MOST_KNOWN = 100  # that are looked at for one question
AT_ONCE = 60  # parts of a question that one query looks up, at most

_HAN = re.compile(f"[{HAN}]+")
_rows = SearchWord.objects.select_related("group", "term").order_by("pk")
_have_the_same = Q(group__isnull=False) | Q(term__isnull=False)
_written = Prepared(_rows.filter(_have_the_same, word__in=Given.several("words", AT_ONCE, CharField()))[:MOST_KNOWN])


def known_in(folded: str) -> list[Known]:
    """Return the words in a question that mean the same as others, and those that its Latin letters sound like."""
    pinyin, letters = possible_sounds(folded)
    words = list(possible_words(folded))
    if pinyin or len(words) > AT_ONCE:
        wanted = Q(word__in=words) & _have_the_same | Q(pinyin__in=pinyin) | Q(initials__in=letters)
        rows = list(_rows.filter(wanted)[:MOST_KNOWN])
    else:
        rows = _written(words=words) if words else []
    known: dict[str, Known] = {}
    for row in rows:
        same = [*(split_tags(row.group.words) if row.group else ()), *(row.term.words if row.term else ())]
        before = known[row.word].forms if row.word in known else ()
        forms = dict.fromkeys([*before, *(fold(word) for word in same)])
        forms.pop(row.word, None)
        known[row.word] = Known(row.word, row.pinyin, row.initials, tuple(forms))
    return list(known.values())


def keep_group(group: SynonymGroup) -> None:
    """Have the words of a group known as it is now."""
    with transaction.atomic():
        group.search_words.all().delete()
        SearchWord.objects.bulk_create(_row(word, group=group) for word in _worth_keeping(split_tags(group.words)))


def keep_term(term: Term) -> None:
    """Have a term of the glossary and its other names known as they are now."""
    with transaction.atomic():
        term.search_words.all().delete()
        SearchWord.objects.bulk_create(_row(word, term=term) for word in _worth_keeping(term.words))


def keep_words(words: Iterable[str]) -> None:
    """Add words of guides to those known by their sound."""
    wanted = set(_worth_keeping(words))
    if missing := wanted - set(SearchWord.objects.filter(word__in=wanted).values_list("word", flat=True)):
        SearchWord.objects.bulk_create([_row(word) for word in sorted(missing)], ignore_conflicts=True)


def words_of_title(folded: str) -> Iterator[str]:
    return (word for run in _HAN.findall(folded) for word in rjieba.cut(run))


def forget_words_of_guides() -> None:
    SearchWord.objects.filter(group=None, term=None).delete()


def _worth_keeping(words: Iterable[str]) -> list[str]:
    folded = dict.fromkeys(map(fold, words))
    return [word for word in folded if 1 < len(word) <= LONGEST and _HAN.search(word)]


def _row(word: str, group: SynonymGroup | None = None, term: Term | None = None) -> SearchWord:
    readings = syllables(word)
    return SearchWord(word=word, pinyin="".join(readings), initials=initials(readings), group=group, term=term)

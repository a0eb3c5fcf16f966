"""Which of the guides that were found comes first. The same rules for both databases."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from articles.search.query import Query, Word
from articles.search.scopes import Found

TITLE, SUMMARY, KEYWORDS = 8.0, 4.0, 2.0  # what a word there counts against one occurrence in a body
MOST_KEYWORDS, MOST_IN_TEXT = 2, 8  # occurrences that count
SATURATION = 6.0  # the sum at which a word has given half of what it can
OTHER_FORM = 0.85  # what a synonym counts against the word itself
PAIR = 0.5  # what a pair of characters counts against a word
ALIKE_TITLE = 0.5  # of what all words can give: for a title that has every pair of characters of the question
# In the same measure, and more than all else: a guide with the exact phrase goes first.
PHRASE_IN_TITLE, PHRASE_IN_SUMMARY, PHRASE_IN_TEXT = 2.4, 2.0, 1.6
LEAST = 0.3  # what a word counts that every guide has
USUAL_LENGTH = 1500  # characters of a body


@dataclass(frozen=True)
class Weights:
    """What the words of a question count: the rarer, the more. Words that no guide has are left out."""

    by_word: dict[Word, float]
    missing: float  # the weight of those
    frequencies: Mapping[Word, int]

    @cached_property
    def total(self) -> float:
        return sum(self.by_word.values()) + self.missing

    def most_selective(self, number: int) -> list[Word]:
        return sorted(self.by_word, key=self.by_word.__getitem__, reverse=True)[:number]


def weigh(query: Query, total: int, frequencies: Mapping[Word, int]) -> Weights:
    """Return what to look for, by how many of `total` guides have each word and each pair of characters."""
    by_word = {word: _weight(total, frequencies[word]) for word in query.words if frequencies[word]}
    said = {form for word in by_word for form in word.forms}
    for pair in query.pairs:
        if frequencies[pair] and not any(pair.forms[0] in word for word in said):
            by_word[pair] = PAIR * _weight(total, frequencies[pair])
    return Weights(by_word, LEAST * (len(query.words) - len(by_word.keys() & set(query.words))), frequencies)


def _weight(total: int, frequency: int) -> float:
    return LEAST + math.log(1 + max(total - frequency, 0) / frequency)


def score(query: Query, weights: Weights, found: Found, text: str = "") -> float:
    """Return how well a guide answers. `text` is its folded body, where that was read."""
    answer, covered = 0.0, 0.0
    for word, weight in weights.by_word.items():
        if hits := _hits(word, found, text):
            answer += weight * hits / (hits + SATURATION)
            covered += weight
    answer *= math.sqrt(covered / weights.total)
    return answer + ALIKE_TITLE * weights.total * _likeness(query, found.title)


def phrase_bonus(query: Query, weights: Weights, found: Found, text: str = "") -> float:
    """Return what a guide gets for having exactly what was typed."""
    if query.text in found.title:
        return PHRASE_IN_TITLE * weights.total
    if query.text in found.summary:
        return PHRASE_IN_SUMMARY * weights.total
    return PHRASE_IN_TEXT * weights.total if query.text in text else 0.0


def _hits(word: Word, found: Found, text: str) -> float:
    """Return how much there is of a word in a guide, in the form of which there is most."""
    best = 0.0
    for form in word.forms:
        hits = 0.0
        if form in found.title:
            hits += TITLE
        if form in found.summary:
            hits += SUMMARY
        if form in found.keywords:
            hits += KEYWORDS * min(found.keywords.count(form), MOST_KEYWORDS)
        if text and form in text:
            length = (1 + len(text) / USUAL_LENGTH) / 2
            hits += min(text.count(form) / length, MOST_IN_TEXT)
        if form != word.forms[0]:
            hits *= OTHER_FORM
        best = max(best, hits)
    return best


def _likeness(query: Query, title: str) -> float:
    """Return which share of the pairs of characters in the question are in the title."""
    pairs = query.all_pairs
    return sum(map(title.__contains__, pairs)) / len(pairs) if pairs else 0.0

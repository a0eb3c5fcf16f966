"""Word lists that moderators change, in the form the phases search with."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from comments.screening.normalisation import NormalText
from comments.screening.tries import WILDCARD, trie_pattern
from comments.word_lists import DEFAULT_WORDS


class WordLists:
    """Words by kind (see comments/word_lists.py). Immutable; keep one and use it for many texts.

    Patterns are compiled at the first use, some 50 ms in all. A kind that is missing has no words.
    """

    def __init__(self, words: Mapping[str, Iterable[str]]) -> None:
        self._words = {kind: tuple(words_of_kind) for kind, words_of_kind in words.items()}

    @cached_property
    def _patterns(self) -> dict[str, re.Pattern[str]]:
        return {kind: re.compile(trie_pattern(map(_plain, words))) for kind, words in self._words.items()}

    def find(self, kind: str, dense: str) -> Iterator[re.Match[str]]:
        """Yield the words of `kind` in `dense`, the dense form of a text: the longest at each place, also where two
        overlap, but none that lies inside the one before it.
        """
        pattern = self._patterns.get(kind)
        match = pattern.search(dense) if pattern else None
        end = 0
        while pattern and match:
            if match.end() > end:
                yield match
                end = match.end()
            match = pattern.search(dense, match.start() + 1)

    def find_meant(self, kind: str, dense: str) -> list[re.Match[str]]:
        """Return the words of `kind` that are not part of a harmless saying."""
        matches = list(self.find(kind, dense))
        if not matches:
            return matches
        harmless = bytearray(len(dense))
        for saying in self.find("harmless", dense):
            harmless[saying.start() : saying.end()] = b"\x01" * len(saying[0])
        return [match for match in matches if not any(harmless[match.start() : match.end()])]

    def has(self, kind: str, dense: str) -> bool:
        """Return whether `dense` contains a word of `kind`."""
        return next(self.find(kind, dense), None) is not None


def _plain(word: str) -> str:
    return WILDCARD.join(NormalText(part).dense for part in word.split(WILDCARD))


DEFAULT = WordLists(DEFAULT_WORDS)

"""Many words in one regular expression that reads a text once."""

import re
from collections.abc import Iterable

WILDCARD = "*"
_GAP = r"[^。!?;，,\n]{0,6}?"  # what a wildcard stands for: up to six characters of the same clause


class _Node:
    """A set of words that share a beginning."""

    def __init__(self) -> None:
        self.branches: dict[str, _Node] = {}
        self.is_end = False

    def add(self, word: str) -> None:
        node = self
        for character in word:
            node = node.branches.setdefault(character, _Node())
        node.is_end = True

    def pattern(self, last: str = "") -> str:
        """Return the pattern of what may follow `last`. A word that ends in a digit never ends inside a number."""
        parts = [
            (_GAP if character == WILDCARD else re.escape(character)) + node.pattern(character)
            for character, node in sorted(self.branches.items(), key=lambda branch: branch[0] != WILDCARD)
        ]
        if self.is_end:
            parts.append("(?![0-9])" if last.isdigit() else "")
        return parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})"


def trie_pattern(words: Iterable[str]) -> str:
    """Return a pattern that matches the longest of `words`, a wildcard first; without words it matches nothing.

    Alternatives differ in their first character, so the time does not grow with the number of words.
    """
    root = _Node()
    for word in words:
        if word.strip(WILDCARD):
            root.add(word.strip(WILDCARD))
    return root.pattern() if root.branches else r"(?!)"

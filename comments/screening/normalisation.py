"""Phase 1: write a text as it is meant, and remember where every character came from."""

import re
import unicodedata
from functools import cached_property

from comments.screening.look_alikes import CHARACTERS, SEQUENCES
from comments.screening.tries import trie_pattern

PAD = "\x00"
NOISE = " \x00.·*-_/|~、+=^#'\"“”‘’`<>[]{}()【】「」『』《》…:\\"  # between the characters of a word it says nothing
_NOISE_TABLE = dict.fromkeys(map(ord, NOISE))
_NOISE = frozenset(NOISE)
_KEPT_SIGNS = frozenset("+=<>~^|`·")
# The same sign between all characters of a word (停❌息❌挂); it may look like a letter.
_BETWEEN = re.compile(r"[\u4e00-\u9fff]([x心+0])[\u4e00-\u9fff](?:\1[\u4e00-\u9fff])+")
_SEQUENCE = re.compile(trie_pattern(SEQUENCES))


def _meaning(character: str) -> str:
    """Return the lower-case plain form of one character; empty for what cannot be seen."""
    if character in CHARACTERS:
        return CHARACTERS[character]
    category = unicodedata.category(character)
    if category in {"Mn", "Me", "Cf", "Cc", "Cs"}:
        return ""
    if category == "Nd":
        return str(unicodedata.digit(character))
    if category[0] == "Z":
        return " "
    if category in {"So", "Sk", "Sm", "Co", "Cn"} and character not in _KEPT_SIGNS:
        plain = unicodedata.normalize("NFKC", character)
        if plain == character:
            return "·"
    plain = unicodedata.normalize("NFKC", character).lower()
    return "".join(CHARACTERS.get(part, part) for part in plain if unicodedata.category(part) != "Mn")


class _Meanings(dict[int, str]):
    """A table for str.translate that fills itself."""

    def __missing__(self, code: int) -> str:
        self[code] = meaning = _meaning(chr(code))
        return meaning


_MEANINGS = _Meanings()


class NormalText:
    """A text in two plain forms, with the way back to the positions of the original.

    `text` is NFKC in lower case without invisible characters, look-alikes and split characters undone;
    `dense` is `text` without blanks and signs between characters, for finding words. Maps are made when first needed.
    """

    def __init__(self, original: str) -> None:
        self.original = original
        plain = original.translate(_MEANINGS)
        plain = _BETWEEN.sub(lambda found: "".join(PAD if i % 2 else c for i, c in enumerate(found[0])), plain)
        self.text = _SEQUENCE.sub(lambda found: SEQUENCES[found[0]].ljust(len(found[0]), PAD), plain)
        self.dense = self.text.translate(_NOISE_TABLE)

    @cached_property
    def _origins(self) -> list[int]:
        odd = {character for character in set(self.original) if len(_MEANINGS[ord(character)]) != 1}
        if not odd:
            return list(range(len(self.original)))
        widths = {character: len(_MEANINGS[ord(character)]) for character in odd}
        origins: list[int] = []
        last = 0
        for i in [i for i, character in enumerate(self.original) if character in odd]:
            origins.extend(range(last, i))
            origins.extend([i] * widths[self.original[i]])
            last = i + 1
        return origins + list(range(last, len(self.original)))

    @cached_property
    def _dense_origins(self) -> list[int]:
        return [i for i, character in enumerate(self.text) if character not in _NOISE]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the half-open span of the original that `text[start:end]` was made from, not empty."""
        last = self._origins[end - 1] + 1
        while last < len(self.original) and not _MEANINGS[ord(self.original[last])]:
            last += 1  # an invisible character belongs to the one before it
        return self._origins[start], last

    def text_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of `text` for `dense[start:end]`, not empty; a split character counts whole."""
        last = self._dense_origins[end - 1] + 1
        while last < len(self.text) and self.text[last] == PAD:
            last += 1
        return self._dense_origins[start], last

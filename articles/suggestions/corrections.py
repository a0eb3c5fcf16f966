"""“Did you mean”: words that sound like what was typed, or differ from it in one character."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from articles import search
from articles.models import KnownWord, KnownWordKey
from articles.pinyin import sound
from articles.search.tokens import fold
from articles.suggestions.keys import initials_key, likeness_keys

LONGEST_TEXT = 30  # characters
LONGEST_WINDOW = 6
MOST_TRIED, MOST_OFFERED = 4, 2

HAN_RUN = re.compile("[\u3400-\u9fff]{2,}")
LATIN_RUN = re.compile("[a-z]+(?:[ '][a-z]+)*")


@dataclass(frozen=True, order=True)
class _Mend:
    """A piece of the text and the known word that may have been meant; the better one is the greater."""

    length: int
    sounds_alike: bool
    weight: int
    start: int
    word: str

    @property
    def end(self) -> int:
        return self.start + self.length


def did_you_mean(text: str) -> list[str]:
    """Return what `text` may have been meant to be, the likeliest first; each finds a guide."""
    text = " ".join(fold(text).split())
    if len(text) > LONGEST_TEXT:
        return []
    candidates = [candidate for candidate in _candidates(text) if candidate != text][:MOST_TRIED]
    return [candidate for candidate in candidates if search.find(candidate, limit=1).total][:MOST_OFFERED]


def _candidates(text: str) -> Iterator[str]:
    """Yield `text` with all mended that can be mended at once, then with one piece mended at a time."""
    mends = _mends(text)
    chosen: list[_Mend] = []
    for mend in mends:
        if all(mend.end <= other.start or other.end <= mend.start for other in chosen):
            chosen.append(mend)
    everything = text
    for mend in sorted(chosen, key=lambda mend: mend.start, reverse=True):
        everything = _apply(mend, everything)
    yield from dict.fromkeys([everything, *(_apply(mend, text) for mend in mends)])


def _apply(mend: _Mend, text: str) -> str:
    return text[: mend.start] + mend.word + text[mend.end :]


def _mends(text: str) -> list[_Mend]:
    """Return the known words that pieces of `text` are like, the best first."""
    wanted: dict[str, list[tuple[int, str]]] = {}
    for start, piece in _pieces(text):
        for key in _keys(piece):
            wanted.setdefault(key, []).append((start, piece))
    if not wanted:
        return []
    alike = KnownWordKey.objects.filter(key__in=wanted).values_list("key", "known_word__word", "known_word__weight")
    right = _places_of_known_words(text)
    found = {
        _Mend(len(piece), key[0] in "~^", weight, start, word)
        for key, word, weight in alike
        for start, piece in wanted[key]
        if word != piece and not _breaks(start, start + len(piece), right)
    }
    return sorted(found, reverse=True)


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    for run in HAN_RUN.finditer(text):
        for start in range(run.start(), run.end() - 1):
            for end in range(start + 2, min(start + LONGEST_WINDOW, run.end()) + 1):
                yield start, text[start:end]
    for run in LATIN_RUN.finditer(text):
        yield run.start(), run.group()


def _keys(piece: str) -> set[str]:
    if not piece.isascii():
        return likeness_keys(piece)
    letters = "".join(filter(str.isalpha, piece))
    return {f"~{sound(letters)}", initials_key(letters)}


def _places_of_known_words(text: str) -> list[tuple[int, int]]:
    """Return where words stand that the site knows: these are right as they are."""
    places = list(_pieces(text))
    known = set(KnownWord.objects.filter(word__in={piece for _, piece in places}).values_list("word", flat=True))
    return [(start, start + len(piece)) for start, piece in places if piece in known]


def _breaks(start: int, end: int, right: list[tuple[int, int]]) -> bool:
    """Return whether mending from `start` to `end` would touch a right word without being longer than it."""
    return any(
        start < last and first < end and not (start <= first and last <= end and end - start > last - first)
        for first, last in right
    )

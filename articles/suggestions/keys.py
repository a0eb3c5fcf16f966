"""The ways to begin to type a suggestion, and what a word shares with its misspellings. Pure."""

import rjieba

from articles.models.suggestion import LONGEST_KEY
from articles.pinyin import initials, sound, syllables
from articles.search.segmentation import STOP_WORDS
from articles.search.tokens import fold

MOST_STARTS = 5
SHORTEST_INITIALS = 2
# A word of this many characters is still itself when one of them is wrong.
SHORTEST_MISSPELLED = 3


def squeeze(text: str) -> str:
    """Return the letters, digits and characters of `text`, folded: what is left when blanks and signs do not count."""
    return "".join(filter(str.isalnum, fold(text)))


def prefix(text: str) -> bytes:
    """Return `text` as keys of suggestions begin."""
    return squeeze(text).encode()[:LONGEST_KEY]


def title_keys(title: str) -> dict[bytes, bool]:
    """Return how a title begins, in characters, pinyin and initials, and how it goes on from each of its words.

    Each with whether it is of the whole title.
    """
    whole, *later = _starts(title)
    return _cut(later) | _cut([whole, *_pinyin_keys(whole)], is_whole=True)


def word_keys(word: str) -> dict[bytes, bool]:
    """Return the same for something short, of which every word can be typed in pinyin, too."""
    whole, *later = _starts(word)
    later += [key for start in later for key in _pinyin_keys(start)]
    return _cut(later) | _cut([whole, *_pinyin_keys(whole)], is_whole=True)


def likeness_keys(word: str) -> set[str]:
    """Return what `word` has in common with words that sound like it, or differ from it in one character."""
    readings = syllables(word)
    keys = {f"~{sound(''.join(readings))}"}
    if len(word) >= SHORTEST_MISSPELLED:
        keys |= {word[:place] + "*" + word[place + 1 :] for place in range(len(word))}
    return keys


def initials_key(letters: str) -> str:
    return f"^{letters}"


def words_of(title: str) -> list[str]:
    """Return the words of a title that are worth knowing: Chinese, of two characters and more, and about something."""
    return [word for word in rjieba.cut(fold(title)) if _is_telling(word) and is_han(word)]


def is_han(text: str) -> bool:
    return all("\u3400" <= character <= "\u9fff" for character in text)


def _starts(text: str) -> list[str]:
    """Return the whole text, and what is left of it from each of its first words on that are about something."""
    parts = rjieba.cut(fold(text))
    later = [squeeze("".join(parts[place:])) for place in range(1, len(parts)) if _is_telling(parts[place])]
    return [squeeze(text), *later[:MOST_STARTS]]


def _is_telling(word: str) -> bool:
    return len(word) > 1 and word not in STOP_WORDS and not word.isdecimal()


def _pinyin_keys(text: str) -> set[str]:
    readings = syllables(text)
    letters = initials(readings)
    return {"".join(readings), *([letters] if len(letters) >= SHORTEST_INITIALS else [])}


def _cut(keys: list[str], *, is_whole: bool = False) -> dict[bytes, bool]:
    return {key.encode()[:LONGEST_KEY]: is_whole for key in keys if key}

"""How Chinese sounds, letter by letter: for readers who type pinyin or initials, and for words that sound alike."""

import re
from typing import Any, cast

from articles.readings import lazy_pinyin

# What many speakers and typists do not tell apart.
ALIKE = [(re.compile("([zcs])h"), r"\1"), (re.compile("([aei])ng"), r"\1n"), (re.compile("l"), "n")]


def syllables(text: str) -> list[str]:
    """Return the reading of each character of `text`; what is not Chinese reads as it is written."""
    return lazy_pinyin(text, errors=cast(Any, list))  # the stub knows only functions that give one string


def initials(readings: list[str]) -> str:
    return "".join(reading[:1] for reading in readings)


def sound(pinyin: str) -> str:
    """Return what is the same for words that are easily taken for each other, such as 崔收 and 催收."""
    for pattern, replacement in ALIKE:
        pinyin = pattern.sub(replacement, pinyin)
    return pinyin

"""What text is made of, for the index and for questions alike.

Every function works character by character, so what it makes of a part is a part of what it makes of the whole: a
question is found wherever its characters occur. A change to what `tokens` gives needs another VERSION.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

import opencc

VERSION = 2  # of the tokens in the index; another one here has `manage.py check` ask for `manage.py reindex`

HAN = "〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
LONGEST_TOKEN = 40  # characters; PostgreSQL takes no lexeme beyond 2 kB

# A run of Han characters; or a word or number, with the Han character or per cent sign that follows it at once.
_RUN = re.compile(rf"([{HAN}]+)|([0-9]+(?:\.[0-9]+)+|[^\W_{HAN}]+)(?=([%{HAN}]?))")
_PIECE = re.compile(r"[a-z]+|[0-9]+(?:\.[0-9]+)*")
_PUNCTUATION = [chr(code) for code in (*range(0x21, 0x7F), 0xB7, *range(0x2010, 0x2028), *range(0x3001, 0x3020))]


class _Folding(dict[int, str]):
    """What each character becomes, worked out when it is first met."""

    def __init__(self) -> None:
        self.uneven: set[str] = set()  # what becomes nothing, or more than one character

    def __missing__(self, code: int) -> str:
        character = chr(code)
        # Zero-width spaces, variation selectors and the like are not seen, so they are not searched.
        is_seen = unicodedata.category(character) not in {"Cf", "Cs"} and not 0xFE00 <= code <= 0xFE0F
        plain = unicodedata.normalize("NFKC", character).lower() if is_seen else ""
        # Each character by itself: by its dictionary of phrases opencc would turn 乾 into 干 in some texts only.
        self[code] = "".join(map(_simplified, plain)) if plain > "\u2e80" else plain
        if len(self[code]) != 1:
            self.uneven.add(character)
        return self[code]


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def _simplified(character: str) -> str:
    simplified: str = _converter().convert(character)
    return simplified if len(simplified) == 1 else character


_folding = _Folding()
# Most of what becomes another character in a Chinese text; replacing these first is many times as fast.
_FULL_WIDTH = {character: _folding[ord(character)] for character in "，；：？！（）"}


@cache
def _perhaps_folded() -> re.Pattern[str]:
    """Return what finds characters that may become others: most of a Chinese text does not, so most is skipped."""
    han = [chr(code) for code in range(0x4E00, 0xA000)]
    # One to a line, that phrases are none; see above.
    simplified = _converter().convert("\n".join(han)).split("\n")
    stable = [one for one, other in zip(han, simplified, strict=True) if one == other]
    stable += [one for one in _PUNCTUATION if _folding[ord(one)] == one]
    return re.compile(f"[^\n {re.escape(''.join(stable))}]")


def fold(text: str) -> str:
    """Return `text` in the one way of writing that is compared: half-width, lower-case, simplified."""
    for wide, narrow in _FULL_WIDTH.items():
        text = text.replace(wide, narrow)
    return _perhaps_folded().sub(lambda match: _folding[ord(match[0])], text)


def fold_with_places(text: str) -> tuple[str, Sequence[int]]:
    """Return `fold(text)`, and for each of its characters the place in `text` that it comes from."""
    folded = fold(text)
    if not any(character in text for character in _folding.uneven):
        return folded, range(len(text))
    return folded, [place for place, character in enumerate(text) for _ in _folding[ord(character)]]


def runs(folded: str) -> Iterator[tuple[str, bool, str]]:
    """Yield each run of Han characters, each word and each number: itself, whether it is Han, and for the others the
    Han character or per cent sign that follows at once."""
    for match in _RUN.finditer(folded):
        han, word, follower = match.groups()
        yield (han, True, "") if han else (word, False, follower)


def tokens(folded: str) -> set[str]:
    """Return what the index keeps of a text.

    Every two neighbouring Han characters, and the last one of a run, so that a single character is found as the
    beginning of a token. Words and numbers whole, and again with what follows at once: 24 and 24%, 12 and 12天.
    Of lpr4 also lpr and 4.
    """
    found: set[str] = set()
    for run, is_han, follower in runs(folded):
        if is_han:
            found.update(map("".join, pairwise(run)))
            found.add(run[-1])
        else:
            for piece in {run, *_PIECE.findall(run)}:
                found.add(piece[:LONGEST_TOKEN])
                if follower and run.endswith(piece):
                    found.add(piece[:LONGEST_TOKEN] + follower)
    return found


def required_tokens(folded: str) -> list[tuple[str, bool]]:
    """Return the tokens that a text must have to hold `folded`, each with whether it need only begin so."""
    required: dict[tuple[str, bool], None] = {}
    lone: list[tuple[str, bool]] = []
    previous_is_joined = False
    for run, is_han, follower in runs(folded):
        if not is_han:
            required[run[:LONGEST_TOKEN] + follower, False] = None
        elif len(run) > 1:
            required.update(((run[at : at + 2], False), None) for at in range(len(run) - 1))
        elif not previous_is_joined:
            lone.append((run, True))
        previous_is_joined = bool(follower)
    return list(required) or lone[:1]

"""How alike two texts are, letter by letter, and finding the like ones among very many without comparing them all.

A text is taken as the set of its overlapping runs of five characters. Of that set a sketch is made (MinHash), and
the sketch is cut into bands: two texts that share much of their runs very probably have a whole band in common, so
only texts with a common band need to be compared. Broder, "On the resemblance and containment of documents" (1997).

One hash is computed for each run rather than one for each run and each of the 96 minima: the hash decides to which of
the minima a run belongs (one-permutation hashing: Li, Owen and Zhang, 2012). That is what makes it fast in Python.
"""

import re
import unicodedata
from hashlib import blake2b
from zlib import crc32

RUN = 5  # characters
MINIMA = 96
ROWS = 4  # minima in a band
FEWEST_RUNS = 30  # a text with fewer is too short to say that it is a copy

NO_WORD = re.compile(r"[\W_]+")
SPREAD = 0x9E3779B1  # odd, so that multiplying modulo 2**32 loses nothing


def runs(text: str) -> set[str]:
    """Return the overlapping runs of `text`, of which only letters and digits count."""
    plain = NO_WORD.sub("", unicodedata.normalize("NFKC", text).lower())
    return {plain[start : start + RUN] for start in range(len(plain) - RUN + 1)}


def likeness(first: set[str], second: set[str]) -> float:
    """Return which share of two texts, given as their runs, is common to both: from 0 to 1 (Dice's coefficient)."""
    return 2 * len(first & second) / (len(first) + len(second)) if first and second else 0.0


def bands(of_text: set[str]) -> list[int]:
    """Return the bands of a text, given as its runs, as signed 64-bit numbers; none for a very short text.

    Measured: of pairs of guides with 80 % in common 99.9 % had a band in common (with six rows in a band 85 %), of
    pairs with half in common one in three.
    """
    if len(of_text) < FEWEST_RUNS:
        return []
    minima = _minima(of_text)
    return [_digest(start, minima[start : start + ROWS]) for start in range(0, MINIMA, ROWS)]


def _minima(of_text: set[str]) -> list[int]:
    minima: list[int | None] = [None] * MINIMA
    for run in of_text:
        value, place = divmod(crc32(run.encode()) * SPREAD & 0xFFFFFFFF, MINIMA)
        least = minima[place]
        if least is None or value < least:
            minima[place] = value
    return [_nearest(minima, place) for place in range(MINIMA)]


def _nearest(minima: list[int | None], place: int) -> int:
    """Return the minimum at `place`; where no run fell there, as in a short text, that of the next place with one."""
    for step in range(MINIMA):
        value = minima[(place + step) % MINIMA]
        if value is not None:
            return value + (step << 32)  # not mistaken for a minimum of its own
    raise AssertionError("a text without runs has no minima")


def _digest(start: int, minima: list[int]) -> int:
    written = f"{start}:{minima}".encode()
    return int.from_bytes(blake2b(written, digest_size=8).digest(), "big", signed=True)

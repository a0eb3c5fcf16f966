"""Noticing that nearly the same words are being sent again and again, from whatever networks.

Only hashes of a few pieces of each text are kept, in the cache and for a short time.
"""

import zlib

from comments.screening.normalisation import NormalText
from comments.writers import count

LIMIT, SECONDS = 5, 10 * 60  # texts that are nearly the same
SHORTEST = 15  # letters: many people ask the same short question in the same words
PIECE = 4  # letters
# Four hash functions, each of which picks one piece of a text. Of two texts that share 80 % of their pieces each picks
# the same piece in 80 of 100 cases (MinHash; Broder, 1997), three of four in 82 of 100.
FUNCTIONS = ((0x9E3779B1, 0x7F4A7C15), (0x85EBCA77, 0x165667B1), (0xC2B2AE3D, 0x27D4EB2F), (0x2545F491, 0x5BD1E995))
ENOUGH = 3


def is_burst(text: str) -> bool:
    """Count a text, and return whether nearly the same was sent more than LIMIT times within SECONDS."""
    counts = [count(f"burst:{number}:{mark}", SECONDS) for number, mark in enumerate(marks(text))]
    return sum(times > LIMIT for times in counts) >= ENOUGH


def marks(text: str) -> list[int]:
    """Return four hashes by which nearly the same texts can be told, whatever their digits, signs and disguises."""
    letters = "".join(character for character in NormalText(text).text if character.isalpha())
    if len(letters) < SHORTEST:
        return []
    pieces = {zlib.crc32(letters[i : i + PIECE].encode()) for i in range(len(letters) - PIECE + 1)}
    return [min((piece * factor + term) & 0xFFFFFFFF for piece in pieces) for factor, term in FUNCTIONS]

"""What a text must hold to be found, for either database to say in its own language."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from articles.search.tokens import required_tokens


@dataclass(frozen=True)
class Token:
    text: str
    is_prefix: bool = False


@dataclass(frozen=True)
class All:
    parts: tuple["Expression", ...]


@dataclass(frozen=True)
class Either:
    parts: tuple["Expression", ...]


Expression = Token | All | Either


def holds(text: str) -> Expression:
    """What holds every pair of characters of `text`. There must be something to search in it."""
    return every([Token(token, is_prefix) for token, is_prefix in required_tokens(text)])


def every(parts: Sequence[Expression]) -> Expression:
    """What fits all `parts`; written in one way, so that what asks for the same is equal."""
    flat = [one for part in parts for one in (part.parts if isinstance(part, All) else [part])]
    unique = tuple(dict.fromkeys(flat))
    return unique[0] if len(unique) == 1 else All(unique)


def either(parts: Sequence[Expression]) -> Expression:
    return parts[0] if len(parts) == 1 else Either(tuple(parts))


def at_least(number: int, parts: Sequence[Expression]) -> Expression:
    """What fits any `number` of `parts`."""
    return either([every(chosen) for chosen in combinations(parts, min(number, len(parts)))])

"""Which parts of two sequences are the same, in time that stays bounded whatever the sequences are."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

# What difflib may be given: it takes the square of this, at times the cube.
MOST_ITEMS = 4_000
MOST_EQUAL_PAIRS = 20_000
MOST_DIVISIONS = 6


class Block(NamedTuple):
    """`size` items, from `before` in the one sequence and from `after` in the other, are the same."""

    before: int
    after: int
    size: int


def same_blocks(before: Sequence[Hashable], after: Sequence[Hashable]) -> list[Block]:
    """Return the parts that both sequences share, in order, as long as they are."""
    joined: list[Block] = []
    for block in _blocks(before, after, 0, 0, MOST_DIVISIONS):
        last = joined[-1] if joined else Block(0, 0, 0)
        if joined and (last.before + last.size, last.after + last.size) == (block.before, block.after):
            joined[-1] = last._replace(size=last.size + block.size)
        else:
            joined.append(block)
    return joined


def _blocks(a: Sequence[Hashable], b: Sequence[Hashable], at_a: int, at_b: int, divisions: int) -> Iterator[Block]:
    start = _common_start(a, b)
    end = _common_start(a[start:][::-1], b[start:][::-1])
    if start:
        yield Block(at_a, at_b, start)
    inner_a, inner_b = a[start : len(a) - end], b[start : len(b) - end]
    if inner_a and inner_b:
        if _is_cheap(inner_a, inner_b):
            found = SequenceMatcher(None, inner_a, inner_b, autojunk=False).get_matching_blocks()
            yield from (Block(at_a + start + i, at_b + start + j, size) for i, j, size in found if size)
        elif divisions:
            yield from _divided(inner_a, inner_b, at_a + start, at_b + start, divisions)
    if end:
        yield Block(at_a + len(a) - end, at_b + len(b) - end, end)


def _divided(a: Sequence[Hashable], b: Sequence[Hashable], at_a: int, at_b: int, divisions: int) -> Iterator[Block]:
    """Divide at items that stand once in each, and look at what is between ("patience diff")."""
    anchors = _anchors(a, b)
    past_a = past_b = 0
    for i, j in [*anchors, (len(a), len(b))] if anchors else ():
        yield from _blocks(a[past_a:i], b[past_b:j], at_a + past_a, at_b + past_b, divisions - 1)
        if i < len(a):
            yield Block(at_a + i, at_b + j, 1)
        past_a, past_b = i + 1, j + 1


def _common_start(a: Sequence[Hashable], b: Sequence[Hashable]) -> int:
    return next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def _is_cheap(a: Sequence[Hashable], b: Sequence[Hashable]) -> bool:
    if len(a) + len(b) > MOST_ITEMS:
        return False
    times = Counter(b)
    return sum(count * times[item] for item, count in Counter(a).items()) <= MOST_EQUAL_PAIRS


def _anchors(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Return where items stand that are found once in each: the most of them that have the same order in both."""
    in_a, in_b = Counter(a), Counter(b)
    place = {item: j for j, item in enumerate(b) if in_b[item] == 1}
    pairs = [(i, place[item]) for i, item in enumerate(a) if in_a[item] == 1 and item in place]
    lowest: list[int] = []  # the smallest end in b of an ordered run of each length
    ends: list[int] = []  # which pair that is
    before: list[int] = []  # the pair before each pair, in the longest run that ends there
    for number, (_, j) in enumerate(pairs):
        length = bisect_left(lowest, j)
        before.append(ends[length - 1] if length else -1)
        lowest[length : length + 1], ends[length : length + 1] = [j], [number]
    run: list[tuple[int, int]] = []
    number = ends[-1] if ends else -1
    while number >= 0:
        run.append(pairs[number])
        number = before[number]
    return run[::-1]

"""Two changes of one text brought together where they touch different lines."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple

MOST_LINES = 5_000  # of one text; comparing longer ones would keep a worker busy


class _Edit(NamedTuple):
    """That lines `start` to `end` of the text before were replaced."""

    start: int
    end: int
    lines: tuple[str, ...]


def merge(base: str, mine: str, theirs: str) -> str | None:
    """Return `base` with both changes made, or None if they touch the same or neighbouring lines."""
    before = base.split("\n")
    if max(len(before), mine.count("\n"), theirs.count("\n")) > MOST_LINES:
        return None
    edits = sorted({*_edits(before, mine.split("\n")), *_edits(before, theirs.split("\n"))})  # made by both: once
    if any(later.start <= earlier.end for earlier, later in pairwise(edits)):
        return None
    merged: list[str] = []
    done = 0
    for edit in edits:
        merged += [*before[done : edit.start], *edit.lines]
        done = edit.end
    return "\n".join([*merged, *before[done:]])


def _edits(before: list[str], after: list[str]) -> Iterator[_Edit]:
    for kind, start, end, new_start, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            yield _Edit(start, end, tuple(after[new_start:new_end]))

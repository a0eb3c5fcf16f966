"""What changed between two texts, line beside line and word for word.

Paragraphs are brought side by side first, those that stayed nearly the same too; within two that stand side by side
the words are compared. The cost stays bounded whatever the texts are: what cannot be aligned cheaply counts as
changed.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, zip_longest
from typing import Literal, NamedTuple

import rjieba

from articles.alignment import same_blocks

ALIKE = 0.4  # how much of two paragraphs is the same, at least, when they are versions of one
MOST_PAIRS = 1_000  # of paragraphs that are looked at to bring alike ones side by side
LONGEST_ISLAND = 2  # characters that stayed the same between two changes and are read as part of them
AROUND = 2  # unchanged lines shown beside changed ones
LEAST_FOLDED = 3
MOST_FOLDED = 200  # unchanged lines that can be unfolded in one place
MOST_SHOWN = 1_000  # other lines


class Piece(NamedTuple):
    """Words of one line that changed, or did not."""

    text: str
    changed: bool


class Row(NamedTuple):
    """One line of the side-by-side view. What was added has nothing before, what was removed nothing after."""

    kind: Literal["same", "changed", "added", "removed"]
    before: list[Piece]
    after: list[Piece]


class Hunk(NamedTuple):
    """Lines to be shown, or to be folded because nothing changed in them; or only how many lines were left out."""

    rows: list[Row]
    folded: bool
    left_out: int = 0


def compare(before: str, after: str) -> list[Row]:
    """Return both texts line beside line, with what changed in them."""
    if not before or not after:  # no text at all, rather than an empty line
        first, *more = (before or after).split("\n")
        return [_changed(before and first, after and first), *map(_removed if before else _added, more)]
    return list(_rows(_paragraphs(before), _paragraphs(after)))


def is_same(rows: Iterable[Row]) -> bool:
    return all(row.kind == "same" for row in rows)


def size(rows: Iterable[Row]) -> tuple[int, int]:
    """Return how many characters were added and removed."""
    added = removed = 0
    for row in rows:
        added += sum(len(piece.text) for piece in row.after if piece.changed)
        removed += sum(len(piece.text) for piece in row.before if piece.changed)
    return added, removed


def hunks(rows: Sequence[Row]) -> list[Hunk]:
    """Return the rows in order, long runs without a change folded; no more of them than a page can show."""
    found: list[Hunk] = []
    shown = 0
    for hunk in _near_and_far(rows):
        if hunk.folded and len(hunk.rows) > MOST_FOLDED:
            found.append(Hunk([], True, left_out=len(hunk.rows)))
        elif hunk.folded and len(hunk.rows) >= LEAST_FOLDED:
            found.append(hunk)
        elif shown < MOST_SHOWN:
            found.append(Hunk(hunk.rows[: MOST_SHOWN - shown], False))
            shown += len(hunk.rows)
        if shown >= MOST_SHOWN:
            break
    if left := len(rows) - sum(len(hunk.rows) + hunk.left_out for hunk in found):
        found.append(Hunk([], False, left_out=left))
    return found


def _near_and_far(rows: Sequence[Row]) -> Iterator[Hunk]:
    """Yield runs of rows that are near a change and, folded, of those that are not."""
    near: set[int] = set()
    for number, row in enumerate(rows):
        if row.kind != "same":
            near.update(range(number - AROUND, number + AROUND + 1))
    for is_near, run in groupby(range(len(rows)), near.__contains__):
        yield Hunk([rows[number] for number in run], folded=not is_near)


# --- lines


class _Paragraph(NamedTuple):
    """A line with something on it, and the empty lines that follow."""

    text: str | None  # None for what is before the first
    blanks: list[str]


def _paragraphs(text: str) -> list[_Paragraph]:
    found = [_Paragraph(None, [])]
    for line in text.split("\n"):
        if line.strip():
            found.append(_Paragraph(line, []))
        else:
            found[-1].blanks.append(line)
    return found


def _rows(before: list[_Paragraph], after: list[_Paragraph]) -> Iterator[Row]:
    for old, new in _side_by_side(before, after):
        if old and new:
            if old.text is not None and new.text is not None:
                yield _changed(old.text, new.text)
        elif old and old.text is not None:
            yield _removed(old.text)
        elif new and new.text is not None:
            yield _added(new.text)
        for old_blank, new_blank in zip_longest(old.blanks if old else [], new.blanks if new else []):
            if new_blank is None:
                yield _removed(old_blank)
            elif old_blank is None:
                yield _added(new_blank)
            else:
                yield _changed(old_blank, new_blank)


def _side_by_side(
    before: list[_Paragraph], after: list[_Paragraph]
) -> Iterator[tuple[_Paragraph | None, _Paragraph | None]]:
    past_old = past_new = 0
    same = same_blocks([each.text for each in before], [each.text for each in after])
    for i, j, size in [*same, (len(before), len(after), 0)]:
        yield from _alike(before[past_old:i], after[past_new:j])
        yield from zip(before[i : i + size], after[j : j + size], strict=True)
        past_old, past_new = i + size, j + size


def _alike(before: list[_Paragraph], after: list[_Paragraph]) -> Iterator[tuple[_Paragraph | None, _Paragraph | None]]:
    """Yield paragraphs none of which stayed the same, those side by side that are most alike."""
    past_old = past_new = 0
    for i, j in [*_most_alike(before, after), (len(before), len(after))]:
        yield from ((old, None) for old in before[past_old:i])
        yield from ((None, new) for new in after[past_new:j])
        if i < len(before):
            yield before[i], after[j]
        past_old, past_new = i + 1, j + 1


def _most_alike(before: list[_Paragraph], after: list[_Paragraph]) -> list[tuple[int, int]]:
    """Return the pairs, in the order of both, that are most alike together."""
    if len(before) == len(after) == 1:
        return [(0, 0)]
    if not before or not after or len(before) * len(after) > MOST_PAIRS:
        return []
    olds, news = [_bigrams(each.text) for each in before], [_bigrams(each.text) for each in after]
    best = [[0.0] * (len(news) + 1) for _ in range(len(olds) + 1)]  # of what is left from each place on
    likeness: dict[tuple[int, int], float] = {}
    for i in reversed(range(len(olds))):
        for j in reversed(range(len(news))):
            likeness[i, j] = found = _likeness(olds[i], news[j])
            together = best[i + 1][j + 1] + found if found >= ALIKE else 0.0
            best[i][j] = max(together, best[i + 1][j], best[i][j + 1])
    pairs, i, j = [], 0, 0
    while i < len(olds) and j < len(news):
        if best[i][j] == best[i + 1][j]:
            i += 1
        elif best[i][j] == best[i][j + 1]:
            j += 1
        else:
            pairs.append((i, j))
            i, j = i + 1, j + 1
    return pairs


def _bigrams(text: str | None) -> Counter[str]:
    text = f" {text} "
    return Counter(text[at : at + 2] for at in range(len(text) - 1))


def _likeness(old: Counter[str], new: Counter[str]) -> float:
    """Return what share of both is the same, between 0 and 1."""
    total, least = old.total() + new.total(), min(old.total(), new.total())
    if 2 * least < ALIKE * total:
        return 0.0  # of too different lengths, whatever they say
    few, many = (old, new) if len(old) < len(new) else (new, old)
    return 2 * sum(min(count, many[each]) for each, count in few.items()) / total


# --- words

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
_TOKEN = re.compile(rf"[{_HAN}]+|[0-9]+(?:[.,:][0-9]+)*[%％]?|[^\W\d_{_HAN}]+|\s+|.", re.DOTALL)
_IS_HAN = re.compile(f"[{_HAN}]")


def _words(line: str) -> list[str]:
    """Return the line as words, numbers and marks."""
    found: list[str] = []
    for token in _TOKEN.findall(line):
        found += rjieba.cut(token) if _IS_HAN.match(token) else [token]
    return found


def _changed(old: str, new: str) -> Row:
    if old == new:
        return Row("same", [Piece(old, False)], [Piece(new, False)])
    pieces_before: list[Piece] = []
    pieces_after: list[Piece] = []
    for before, after, is_changed in _without_islands(_word_runs(_words(old), _words(new))):
        _append(pieces_before, before, is_changed)
        _append(pieces_after, after, is_changed)
    return Row("changed", pieces_before, pieces_after)


_Run = tuple[str, str, bool]  # what stands before, what after, and whether it changed


def _word_runs(old: list[str], new: list[str]) -> list[_Run]:
    runs: list[_Run] = []
    past_old = past_new = 0
    for i, j, size in [*same_blocks(old, new), (len(old), len(new), 0)]:
        if past_old < i or past_new < j:
            runs.append(("".join(old[past_old:i]), "".join(new[past_new:j]), True))
        if size:
            same = "".join(old[i : i + size])
            runs.append((same, same, False))
        past_old, past_new = i + size, j + size
    return runs


def _without_islands(runs: list[_Run]) -> list[_Run]:
    """Return runs in which a word or mark that stayed between two longer changes is part of them: that reads better."""
    found: list[_Run] = []
    for number, (before, after, is_changed) in enumerate(runs):
        following = runs[number + 1] if number + 1 < len(runs) else None
        is_island = (
            not is_changed
            and found
            and following
            and len(before) <= LONGEST_ISLAND
            and min(_size(found[-1]), _size(following)) > len(before)
        )
        if found and found[-1][2] and (is_changed or is_island):
            found[-1] = (found[-1][0] + before, found[-1][1] + after, True)
        else:
            found.append((before, after, is_changed))
    return found


def _size(run: _Run) -> int:
    return max(len(run[0]), len(run[1]))


def _append(pieces: list[Piece], text: str, is_changed: bool) -> None:
    if text:
        pieces.append(Piece(text, is_changed))


def _removed(line: str) -> Row:
    return Row("removed", [Piece(line, True)], [])


def _added(line: str) -> Row:
    return Row("added", [], [Piece(line, True)])

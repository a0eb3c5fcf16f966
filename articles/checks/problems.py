"""What checks find, and the list of them.

A new check is a function with `@check(code, level, field)` in one of the modules of this package: it takes a Draft
and yields what it Found.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from articles.checks.drafts import Draft

ERROR, WARNING = "error", "warning"
MOST_PLACES = 5  # of one check; there may be a hundred commas


@dataclass(frozen=True)
class Found:
    """What one check says: a message without full stop, and where in the body if it is about a place there."""

    message: str
    line: int | None = None
    excerpt: str = ""


@dataclass(frozen=True)
class Problem:
    """What is wrong with a draft: an error keeps it from its readers, a warning does not."""

    level: str
    code: str
    message: str
    field: str
    line: int | None = None
    excerpt: str = ""

    @property
    def is_error(self) -> bool:
        return self.level == ERROR

    def __str__(self) -> str:
        return f"正文第 {self.line} 行：{self.message}" if self.line else self.message


Check = Callable[[Draft], Iterable[Found]]


@dataclass(frozen=True)
class Entry:
    code: str
    level: str
    field: str
    check: Check

    def problems(self, draft: Draft) -> Iterator[Problem]:
        found = iter(self.check(draft))
        for one in islice(found, MOST_PLACES):
            yield self._problem(one)
        more = sum(1 for _ in found)
        if more:
            yield self._problem(Found(f"同样的问题还有 {more} 处"))

    def _problem(self, found: Found) -> Problem:
        return Problem(self.level, self.code, found.message, self.field, found.line, found.excerpt)


CHECKS: list[Entry] = []


def check(code: str, level: str, field: str) -> Callable[[Check], Check]:
    """Put a check on the list; `field` is the one of the form where its problem is mended."""

    def register(function: Check) -> Check:
        CHECKS.append(Entry(code, level, field, function))
        return function

    return register

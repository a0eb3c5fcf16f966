"""What came of an import: counted always, told in detail for as much as a person reads.

Every source imports alike: `with rehearsal(report, dry_run)` around all of it, `with part(report, what)` around each
guide or other thing that is whole by itself, `report.add` for what came of it, `report.wrote` for each file kept.
"""

import contextlib
import enum
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction
from tqdm import tqdm

from articles.importers.records import ImportProblem

MOST_ROWS = 200  # told in detail, of each outcome
MOST_REASONS = 30  # counted each by itself
OTHER_REASONS = "其他原因"

T = TypeVar("T")


class Outcome(enum.Enum):
    NEW = "新增"
    UPDATED = "更新"
    UNCHANGED = "未变"
    SKIPPED = "跳过"


@dataclass(frozen=True)
class Row:
    """What came of one thing: where it was found, why it was skipped, where it is now."""

    outcome: Outcome
    kind: str
    what: str
    reason: str = ""
    line: int | None = None
    url: str = ""

    def __str__(self) -> str:
        where = f"{self.what}（第 {self.line} 行）" if self.line else self.what
        told = f"{self.outcome.value}{self.kind}：{where}"
        return f"{told}：{self.reason}" if self.reason else told


class Report:
    """What came of an import. Its size does not grow with that of the source."""

    def __init__(self, *, dry_run: bool = False, most_rows: int = MOST_ROWS) -> None:
        self.dry_run = dry_run
        self.most_rows = most_rows
        self.counts: Counter[tuple[str, Outcome]] = Counter()
        self.reasons: Counter[str] = Counter()
        self.notes: list[str] = []  # about the source as a whole, such as that it breaks off
        self._rows: dict[Outcome, list[Row]] = {outcome: [] for outcome in Outcome}
        self._files: list[str] = []

    def add(  # noqa: PLR0913  (one row's worth)
        self,
        outcome: Outcome,
        what: str,
        reason: str = "",
        line: int | None = None,
        *,
        kind: str = "指南",
        url: str = "",
    ) -> None:
        """Count one thing of a `kind`. `what` names it for a person, `url` is where the desk shows it."""
        self.counts[kind, outcome] += 1
        if outcome is Outcome.SKIPPED:
            known = reason in self.reasons or len(self.reasons) < MOST_REASONS
            self.reasons[reason if known else OTHER_REASONS] += 1
        rows = self._rows[outcome]
        if len(rows) < self.most_rows:
            rows.append(Row(outcome, kind, what, reason, line, url))

    def note(self, text: str) -> None:
        """Tell something of the source as a whole, once."""
        if text not in self.notes and len(self.notes) < self.most_rows:
            self.notes.append(text)

    def count(self, outcome: Outcome, kind: str | None = None) -> int:
        """Return how often something came out so, of one kind or of all."""
        return sum(n for (k, o), n in self.counts.items() if o is outcome and kind in {None, k})

    @property
    def rows(self) -> list[Row]:
        """What is told in detail: first what was skipped, which somebody has to look at."""
        order = [Outcome.SKIPPED, Outcome.NEW, Outcome.UPDATED, Outcome.UNCHANGED]
        return [row for outcome in order for row in self._rows[outcome]]

    @property
    def table(self) -> list[tuple[str, list[int]]]:
        """Return, for each kind, how often each outcome came, in the order of `Outcome`."""
        kinds = list(dict.fromkeys(kind for kind, _ in self.counts))
        return [(kind, [self.counts[kind, outcome] for outcome in Outcome]) for kind in kinds]

    @property
    def untold(self) -> int:
        """How many things are counted and not told in detail."""
        return sum(self.counts.values()) - sum(map(len, self._rows.values()))

    @property
    def is_changing(self) -> bool:
        return bool(self.count(Outcome.NEW) or self.count(Outcome.UPDATED))

    def as_text(self) -> str:
        """Return the report for a terminal. On a page, include admin/includes/import_report.html with `report`."""
        lines = ["试运行，什么也没有改动。"] if self.dry_run else []
        for kind, numbers in self.table:
            told = "，".join(f"{o.value} {n}" for o, n in zip(Outcome, numbers, strict=True))
            lines.append(f"{kind}：{told}")
        if not self.table:
            lines.append("没有可以导入的内容。")
        lines += [f"注意：{text}" for text in self.notes]
        skipped = self._rows[Outcome.SKIPPED]
        lines += [f"  {row}" for row in skipped]
        if (more := self.count(Outcome.SKIPPED) - len(skipped)) > 0:
            lines.append(f"  另有 {more} 条跳过，没有逐条列出。原因：")
            lines += [f"    {reason}：{number}" for reason, number in self.reasons.most_common()]
        return "\n".join(lines)

    def wrote(self, name: str) -> None:
        """Take note of a file in the default storage, which goes again if the import comes to nothing."""
        self._files.append(name)

    def remove_files(self, after: int = 0) -> None:
        """Remove the files written, but for the first `after`."""
        for name in self._files[after:]:
            default_storage.delete(name)
        del self._files[after:]

    def keep_files(self) -> None:
        self._files.clear()

    @property
    def files_written(self) -> int:
        return len(self._files)


@contextlib.contextmanager
def rehearsal(report: Report, *, dry_run: bool) -> Iterator[None]:
    """Run the block, and if it is a dry run take back all that it did to the database and wrote into files."""
    report.dry_run = dry_run
    if not dry_run:
        yield
        return
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        report.remove_files()


@contextlib.contextmanager
def part(report: Report, what: str, *, kind: str = "指南", line: int | None = None) -> Iterator[None]:
    """Import one thing, all of it or nothing; what is wrong with it is reported, and the rest goes on.

    Parts do not stand within parts.
    """
    before, waiting = report.files_written, len(connection.run_on_commit)
    try:
        with transaction.atomic():
            yield
    except ImportProblem as problem:
        report.remove_files(before)
        report.add(Outcome.SKIPPED, what, problem.reason, problem.line or line, kind=kind)
    except ValidationError as problem:
        report.remove_files(before)
        report.add(Outcome.SKIPPED, what, "；".join(_messages(problem)), line, kind=kind)
    except DatabaseError as problem:
        report.remove_files(before)
        report.add(Outcome.SKIPPED, what, f"数据库不接受：{str(problem).splitlines()[0]}", line, kind=kind)
    except BaseException:
        report.remove_files(before)
        raise
    if report.dry_run:
        # What waits for a commit that never comes would grow with the source.
        del connection.run_on_commit[waiting:]
    else:
        report.keep_files()


def _messages(problem: ValidationError) -> list[str]:
    """Return what is wrong, field by field where that is known."""
    if hasattr(problem, "error_dict"):
        return [f"{field}：{text}" for field, texts in problem.message_dict.items() for text in texts]
    return list(problem.messages)


def progress(things: Iterable[T], *, total: int | None = None, unit: str = "篇") -> Iterator[T]:
    """Yield `things`, with a bar where somebody watches a terminal."""
    yield from tqdm(things, total=total, unit=unit, disable=None, dynamic_ncols=True)

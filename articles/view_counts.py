"""Writing down how often guides were read: many readings in one transaction, none acknowledged before its commit."""

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import IntegrityError, connection, transaction

Reading = tuple[int, dt.date]  # of a guide, on a day
Readings = Mapping[Reading, int]

ROWS_OF_A_STATEMENT = 1000

# The ORM can replace on a conflict but not add, so this is SQL, in words that SQLite and PostgreSQL both understand.
# Rows are locked in the order of their keys, so processes that write at the same time wait for each other in turn.
# Of a guide that was deleted meanwhile nothing is kept: one missing guide must not cost the others their readings.
ADD_TO_TOTALS = """
    WITH added (article_id, total) AS (VALUES {rows})
    INSERT INTO articles_articleviews (article_id, total, helpful, unhelpful)
    SELECT article_id, total, 0, 0 FROM added
    WHERE article_id IN (SELECT id FROM articles_article) ORDER BY article_id
    ON CONFLICT (article_id) DO UPDATE SET total = articles_articleviews.total + excluded.total
"""
ADD_TO_DAYS = """
    WITH added (article_id, day, count) AS (VALUES {rows})
    INSERT INTO articles_dailyviews (article_id, day, count)
    SELECT article_id, day, count FROM added
    WHERE article_id IN (SELECT id FROM articles_article) ORDER BY article_id, day
    ON CONFLICT (article_id, day) DO UPDATE SET count = articles_dailyviews.count + excluded.count
"""


class NotCountedError(Exception):
    """The commit that a reading was to be part of failed."""


def count(article_id: int, day: dt.date) -> None:
    """Count one reading, together with those that come meanwhile; return once it is committed."""
    if connection.in_atomic_block:  # it is kept or not together with what else the caller does
        write({(article_id, day): 1})
    else:
        _in_groups.add((article_id, day))


def write(readings: Readings) -> None:
    """Add readings to the totals and to the daily series of their guides, all or none."""
    try:
        _write(readings)
    except IntegrityError:  # a guide was deleted at the same moment; now it is not there to be counted
        _write(readings)


def _write(readings: Readings) -> None:
    totals: Counter[int] = Counter()
    for (article_id, _), number in readings.items():
        totals[article_id] += number
    with transaction.atomic():
        _add(ADD_TO_TOTALS, sorted(totals.items()))
        _add(ADD_TO_DAYS, sorted((*reading, number) for reading, number in readings.items()))


def _add(sql: str, rows: Sequence[tuple[int | dt.date, ...]]) -> None:
    with connection.cursor() as cursor:
        for start in range(0, len(rows), ROWS_OF_A_STATEMENT):
            some = rows[start : start + ROWS_OF_A_STATEMENT]
            places = ", ".join(["({})".format(", ".join(["%s"] * len(some[0])))] * len(some))
            cursor.execute(sql.format(rows=places), [value for row in some for value in row])


@dataclass
class _Group:
    """Readings that are committed together, and those who wait for that."""

    readings: Counter[Reading] = field(default_factory=Counter)
    is_over: threading.Event = field(default_factory=threading.Event)
    error: BaseException | None = None


class GroupCommit:
    """Gathers what the threads of a process count while a commit is under way, and commits it as the next one.

    The first thread of a group leads it: it waits for its turn, closes the group and commits for everybody in it.
    """

    def __init__(self, write: Callable[[Readings], None]) -> None:
        self._write = write
        self._gathering = _Group()
        self._lock = threading.Lock()  # of the group that gathers
        self._turn = threading.Lock()  # to commit

    def add(self, reading: Reading) -> None:
        """Count a reading; return once it is committed. If it is not, nobody in its group goes on as if it were."""
        with self._lock:
            group = self._gathering
            leads = not group.readings
            group.readings[reading] += 1
        if leads:
            with self._turn:
                self._commit(group)
        else:
            group.is_over.wait()
            if group.error is not None:
                raise NotCountedError from group.error

    def _commit(self, group: _Group) -> None:
        with self._lock:
            self._gathering = _Group()
        try:
            self._write(group.readings)
        except BaseException as error:
            group.error = error
            raise
        finally:
            group.is_over.set()


_in_groups = GroupCommit(write)

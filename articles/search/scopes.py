"""What the two databases take and give."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from articles.models import IndexEntry
from articles.search.expressions import Expression

HEAD = "head"  # title, summary and keywords of a guide
WHOLE = "whole"  # these and its body

Source = tuple[str, Expression]  # where to search for what

# The slots of the guides that will appear later on the day of a `Moment`: takes its `not_yet`.
NOT_YET = "(SELECT slot FROM articles_indexentry WHERE published_at > %s AND published_at < %s)"

SECONDS_OF_DAY = 24 * 60 * 60


def slot_of(article_id: int, timestamp: float) -> int:
    return (int(timestamp // SECONDS_OF_DAY) << IndexEntry.GUIDE_BITS) + article_id


def guide_in(slot: int) -> int:
    return slot & ((1 << IndexEntry.GUIDE_BITS) - 1)


@dataclass(frozen=True)
class Moment:
    """A time, and what searches need to know of it."""

    time: dt.datetime

    @property
    def day_ends(self) -> dt.datetime:
        """When the day ends, as slots count days: by UTC."""
        return dt.datetime.combine(self.time.astimezone(dt.UTC) + dt.timedelta(days=1), dt.time(), dt.UTC)

    @property
    def slot(self) -> int:
        """A slot that every guide published until then is below, and none of a later day."""
        return slot_of(0, self.day_ends.timestamp())

    @property
    def today(self) -> int:
        """A slot that every guide of an earlier day is below, and none of this day."""
        return self.slot - (1 << IndexEntry.GUIDE_BITS)

    @property
    def not_yet(self) -> tuple[Any, Any]:
        """What `NOT_YET` takes, as the database takes it: the time, and when its day ends."""
        adapt = connection.ops.adapt_datetimefield_value
        return adapt(self.time), adapt(self.day_ends)


@dataclass(frozen=True)
class Posting:
    """The tokens of a guide, by scope."""

    slot: int
    tokens: dict[str, set[str]]


class Found(NamedTuple):
    """The head of a guide that was found, folded; bit n of `sources` says that the n-th source gave it."""

    article_id: int
    title: str
    summary: str
    keywords: str
    sources: int


class Database(Protocol):
    """The tables of the index in one kind of database."""

    def create(self, database: BaseDatabaseWrapper) -> None:
        """Make the tables."""

    def drop(self, database: BaseDatabaseWrapper) -> None:
        """Undo `create`."""

    def write(self, postings: Sequence[Posting]) -> None:
        """Keep the tokens of guides in place of those they had in the same slots."""

    def remove(self, slots: Iterable[int]) -> None:
        """Forget the tokens in these slots."""

    def tidy(self) -> None:
        """Do what is worth doing after many guides were written."""

    def count(self, expressions: Sequence[Expression], limit: int) -> list[int]:
        """Return how many guides there are, then how many fit each expression, counting to `limit`."""
        ...

    def find(self, sources: Sequence[Source], before: Moment, limit: int) -> list[Found]:
        """Return the guides that any of `sources` gives, of each the newest `limit` of `before`, the newest first.

        A database may leave out the oldest of those that only the first source gives, beyond `limit` in all.
        """
        ...

    def total(self, expression: Expression, before: Moment, limit: int, *, enough: int) -> tuple[int, bool]:
        """Return how many guides of `before` fit, counted to `limit`, and whether there are or may be more.

        A database that has very many guides may leave the older ones uncounted where it has `enough`.
        """
        ...

    def slots(self, expression: Expression, before: Moment, limit: int) -> list[int]:
        """Return where the newest `limit` guides of `before` that fit are, the newest first."""
        ...

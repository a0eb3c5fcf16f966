"""Which state of the content readers should see: a number that every committed change of anything public moves.

The one place where that is decided. A change is noticed where it reaches the database, not where somebody remembers to
say so: whatever way a row is written by Django, the statement passes through here.
"""

import contextlib
import datetime as dt
import re
import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from django.apps import apps
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, OperationalError, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate
from django.dispatch import receiver
from django.utils import timezone

from articles.models import Article
from debtfaq.models import ContentRevision
from debtfaq.replica import ALIAS as REPLICA
from debtfaq.replica import Replica, reading_from

# Models of which something stands on a page for readers. A test holds every model against these two lists, and every
# table that a public page reads.
PUBLIC = {
    *("articles.article", "articles.category", "articles.tag", "articles.taggedarticle", "articles.term"),
    *("articles.page", "articles.pinnedguide", "articles.relatedguide", "articles.redirect", "articles.image"),
    *("articles.historicalarticle", "articles.synonymgroup", "articles.indexentry"),
    *("comments.comment", "comments.expert", "comments.review", "comments.commentrule"),
}
# Numbers that change with every reader: a page shows them as they were when it was made, a minute ago at most (see
# `debtfaq.page_cache`), from sums of a minute more (see `articles.readership`).
COUNTS = {"articles.articleviews", "articles.dailyviews"}

LOOKED_UP_SECONDS = 1.0

_WRITES = re.compile(r'\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)"?', re.IGNORECASE)


class Revision(NamedTuple):
    """Two that are equal show readers the same content."""

    number: int  # moved by changes
    since: float  # when the last guide came due by itself; 0 if none did since this process began


# --- Moving it --------------------------------------------------------------


@receiver(connection_created)
def watch(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    if _notice_change not in connection.execute_wrappers:
        connection.execute_wrappers.append(_notice_change)


@receiver(pre_migrate)
def look_away(using: str, **kwargs: Any) -> None:
    """Migrations change public tables before there is one for the revision."""
    with contextlib.suppress(ValueError):
        connections[using].execute_wrappers.remove(_notice_change)


@receiver(post_migrate)
def look_again(using: str, **kwargs: Any) -> None:
    watch(connections[using])


def _notice_change(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    result = execute(sql, params, many, context)
    written = _WRITES.match(sql) if isinstance(sql, str) else None
    if written and written[1] in _public_tables():
        move_after_commit(context["connection"])
    return result


def move_after_commit(database: BaseDatabaseWrapper) -> None:
    """Have the revision moved once the present transaction is committed, if it is; once for all of its changes.

    A hook of an earlier change is gone where its savepoint was rolled back; if it is there, it goes with this change.
    """
    if not any(hook[1] is _move for hook in database.run_on_commit):
        transaction.on_commit(_move, using=database.alias)


def _move() -> None:
    """Count up, in one statement: outside of transactions, the one that wrote may still have rows to give."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO debtfaq_contentrevision (id, number) VALUES (1, 1)"
            " ON CONFLICT (id) DO UPDATE SET number = debtfaq_contentrevision.number + 1"
        )


_tables: set[str] = set()


def _public_tables() -> set[str]:
    if not _tables:
        _tables.update(apps.get_model(label)._meta.db_table for label in PUBLIC)
        _tables.update(
            field.m2m_db_table() for label in PUBLIC for field in apps.get_model(label)._meta.local_many_to_many
        )
    return _tables


# --- Looking it up ----------------------------------------------------------


class Watch:
    """What a process knows of the revision; asks the database at most once a second, whatever the number of readers."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, replica: Replica | None = None) -> None:
        self.clock, self.replica = clock, replica
        self.database = DEFAULT_DB_ALIAS  # where all can be read that the revision stands for
        self._lock = threading.Lock()
        self._revision: Revision | None = None
        self._problem: DatabaseError | None = None
        self._looked_up: float | None = None
        self._number = -1
        self._since = 0.0
        self._next: dt.datetime | None = None

    def current(self) -> Revision:
        """Return the revision as it was at most a second ago. Raises DatabaseError while there is no database."""
        # While one thread asks, the others go on with what is known, so that nobody waits for a database that hangs.
        if self._is_due() and self._lock.acquire(blocking=self._revision is None):
            try:
                if self._is_due():
                    self._look_up()
            finally:
                self._lock.release()
        if self._problem or self._revision is None:
            raise OperationalError("no database") from self._problem
        return self._revision

    def _is_due(self) -> bool:
        return self._looked_up is None or self.clock() - self._looked_up >= LOOKED_UP_SECONDS

    def _look_up(self) -> None:
        looked_up, now = self.clock(), timezone.now()
        try:
            number, self.database = self._find()
            if self._next is not None and self._next <= now:
                self._since, self._number = self._next.timestamp(), -1
            if number != self._number:
                with reading_from(self.database):
                    self._next = next_change()
                self._number = number
            self._revision, self._problem = Revision(number, self._since), None
        except DatabaseError as problem:
            self._problem = problem
        self._looked_up = looked_up

    def _find(self) -> tuple[int, str]:
        """Return the number, and which database has all that it stands for."""
        try:
            number = number_in(DEFAULT_DB_ALIAS)
        except DatabaseError:
            there = self.replica.number() if self.replica else None
            if there is None or (self._revision and there < self._revision.number):
                raise
            return there, REPLICA  # readers need not notice that there is no primary
        return number, REPLICA if self.replica and self.replica.has(number) else DEFAULT_DB_ALIAS


def number_in(alias: str) -> int:
    """Return the number as that database has it now."""
    was_open = connections[alias].connection is not None
    try:
        return _read_number(alias)
    except DatabaseError:
        connections[alias].close_if_unusable_or_obsolete()  # no request ends here that would
        if not was_open or connections[alias].connection is not None:
            raise
    return _read_number(alias)  # the server was started anew since this thread last asked


def _read_number(alias: str) -> int:
    return ContentRevision.objects.using(alias).filter(pk=1).values_list("number", flat=True).first() or 0


def next_change() -> dt.datetime | None:
    """Return when readers will see another guide though nobody changes anything, if that is known."""
    scheduled = Article.objects.scheduled().order_by("published_at")
    return scheduled.values_list("published_at", flat=True).first()


# What this process knows.
present = Watch(replica=Replica(lambda: number_in(REPLICA)) if REPLICA in settings.DATABASES else None)

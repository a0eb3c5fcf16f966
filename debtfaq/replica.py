"""Reading public pages from a streaming replica of PostgreSQL (DATABASE_REPLICA_URL).

Which pages those are says `debtfaq.middleware.ReadFromReplica`; everything else, and whatever somebody at the desk
asks for, is read where it is written. A replica takes in what was committed in its order, and the content revision is
committed after the change it tells of: a replica that has revision 7 shows all that revision 7 stands for. So whether
it is fit to be read is asked by that number, not by positions in the log: a replica that is a minute behind in counts
of views is fit, one that lacks the last correction of a guide is not.
"""

import contextlib
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, TimeoutError
from contextvars import ContextVar
from typing import Any

from django.db import DEFAULT_DB_ALIAS, DatabaseError
from django.db.models import Model

ALIAS = "replica"
PATIENCE_SECONDS = 0.5  # for its answer, once; as long as it does not come nobody waits again
MOST_TIMES_BEHIND = 5  # in a row, before somebody should know

logger = logging.getLogger(__name__)

_database: ContextVar[str] = ContextVar("database", default=DEFAULT_DB_ALIAS)


class Router:
    """Reads what `reading_from` says, writes to the primary."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        return _database.get()

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db != ALIAS


@contextlib.contextmanager
def reading_from(alias: str) -> Iterator[None]:
    token = _database.set(alias)
    try:
        yield
    finally:
        _database.reset(token)


def is_read() -> bool:
    """Return whether what is read now is read from the replica."""
    return _database.get() == ALIAS


class Replica:
    """What a process knows of its replica; `ask` returns the content revision there.

    Asked in a thread of its own, because a machine that is gone does not even refuse.
    """

    def __init__(self, ask: Callable[[], int]) -> None:
        self._ask = ask
        self._answers, self._times_behind = True, 0
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="replica")
        self._asked: Future[int] | None = None

    def number(self) -> int | None:
        """Return the content revision there, or None if it does not say in time."""
        if self._asked is None:
            self._asked = self._thread.submit(self._ask)
        try:
            number = self._asked.result(timeout=PATIENCE_SECONDS if self._answers else 0.01)
        except TimeoutError:
            self.give_up("回答太慢")
            return None
        except DatabaseError as problem:
            self._asked = None
            self.give_up(str(problem).strip())
            return None
        self._asked = None
        if not self._answers:
            logger.warning("只读副本恢复了。")
        self._answers = True
        return number

    def has(self, number: int) -> bool:
        """Return whether all that the revision `number` stands for can be read there."""
        there = self.number()
        if there is None:
            return False
        self._times_behind = 0 if there >= number else self._times_behind + 1
        if self._times_behind == MOST_TIMES_BEHIND:
            logger.warning("只读副本落后了：内容版本 %s，主库是 %s；先读主库。", there, number)
        return there >= number

    def give_up(self, reason: str) -> None:
        """Take it that the replica cannot be read until it answers again."""
        if self._answers:
            logger.warning("只读副本不可用（%s），改读主库。", reason)
        self._answers = False

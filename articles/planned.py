"""Statements that PostgreSQL reads and plans once for each connection, then carries out with other values each time.

It takes longer to plan what the page of a guide asks than to answer it. A plan made for any values is as good as one
made for these where they are found by an index alike; where rare and common values want other plans, it is not.

Statements are known to one connection of PostgreSQL, so none is prepared behind a pool that gives each transaction
another. A site behind such a one sets DISABLE_SERVER_SIDE_CURSORS, as Django asks for anyway:
https://docs.djangoproject.com/en/stable/ref/databases/#transaction-pooling-server-side-cursors
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from django.db import NotSupportedError
from django.db.backends.base.base import BaseDatabaseWrapper

T = TypeVar("T")

# What asks for each statement, by the connection that knows it.
_known: WeakKeyDictionary[Any, dict[str, str]] = WeakKeyDictionary()
_numbers = count()


def rows(
    connection: BaseDatabaseWrapper, query: str, values: Sequence[Any] | Mapping[str, Any], before: str = ""
) -> list[tuple[Any, ...]]:
    """Return what a query finds in which %s, or %(name)s, stands for each value; `before` is said each time, too."""

    def ask() -> list[tuple[Any, ...]]:
        asking, told = query, values
        if is_planned_once(connection):
            numbers = tuple(f"${number}" for number in range(1, len(values) + 1))
            if isinstance(values, Mapping):
                statement, told = query % dict(zip(values, numbers, strict=True)), list(values.values())
            else:
                statement = query % numbers
            asking = planned(connection, statement, len(numbers))
        with connection.cursor() as cursor:
            cursor.execute(before + asking, told)
            return list(cursor.fetchall())

    return asked_again_if_changed(connection, ask)


def is_planned_once(connection: BaseDatabaseWrapper) -> bool:
    return connection.vendor == "postgresql" and not connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS")


def planned(connection: BaseDatabaseWrapper, statement: str, values: int) -> str:
    """Return what asks for `statement`, in which $1, $2 and so on stand for values, with %s for each of those."""
    connection.ensure_connection()
    known = _known.setdefault(connection.connection, {})
    if statement not in known:
        name = f"planned_{next(_numbers)}"
        # Past Django, which counts and logs what a page asks: this is done once and asks for nothing.
        with connection.wrap_database_errors, connection.connection.cursor() as cursor:
            # Else it would be planned anew each time until it is known that this does no good.
            cursor.execute(f"SET plan_cache_mode = force_generic_plan; PREPARE {name} AS {statement}")
        known[statement] = f"EXECUTE {name} ({', '.join(['%s'] * values)})" if values else f"EXECUTE {name}"
    return known[statement]


def asked_again_if_changed(connection: BaseDatabaseWrapper, ask: Callable[[], T]) -> T:
    """Return what `ask` returns, which asks for planned statements.

    Where a migration gave a column that they read another type, PostgreSQL refuses them, and they are planned anew.
    Within a transaction, which is lost with that, the error is raised.
    """
    try:
        return ask()
    except NotSupportedError:
        if connection.vendor != "postgresql":
            raise
        _known.pop(connection.connection, None)
        if connection.in_atomic_block:
            raise
        return ask()

"""Queries of public pages, put together once.

Django takes several times as long to write the SQL of such a query as a database takes to answer it. Here it is
written when it is first asked for, and kept for the life of the process.
"""

from collections.abc import Sequence
from copy import copy
from itertools import count
from typing import Any, Generic, NamedTuple, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import DateTimeField, Expression, Field, IntegerField, Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone

from articles.planned import asked_again_if_changed, is_planned_once, planned

LARGEST = 2**63 - 1  # number that databases know

M = TypeVar("M", bound=Model)


class Given(Expression):
    """A value that a query is told when it is asked: a number, unless `field` says otherwise.

    With `at`, it is the one at that place of several, the last again where there are not so many.
    """

    def __init__(self, name: str, field: "Field[Any, Any] | None" = None, at: int | None = None) -> None:
        super().__init__(output_field=field or IntegerField())
        self.name = name
        self._at = at

    @classmethod
    def several(cls, name: str, most: int, field: "Field[Any, Any] | None" = None) -> list[Any]:
        """Return what stands for one to `most` values, for the lookup `__in`."""
        return [cls(name, field, at) for at in range(most)]

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)

    def known(self, values: dict[str, Any], connection: Any) -> Any:
        """Return the value as the database takes it. Raises EmptyResultSet for a number that no row can have."""
        value = values[self.name]
        if self._at is not None:
            value = value[min(self._at, len(value) - 1)]
        if isinstance(value, int) and value > LARGEST:
            raise EmptyResultSet
        return self.output_field.get_db_prep_value(value, connection)


NOW = Given("now", DateTimeField())  # every query knows it


class Prepared(Generic[M]):
    """A QuerySet of models with a `Given` in the place of each value that is yet to be known.

    PostgreSQL plans it once, too, but where `plans_differ` for rare values and common ones.
    """

    def __init__(self, queryset: "QuerySet[M]", *, plans_differ: bool = False) -> None:
        self._queryset = queryset
        self._plans_differ = plans_differ
        self._written: dict[tuple[str, bool], _Written] = {}  # by the kind of database, and whether it plans once

    def __call__(self, **values: Any) -> list[M]:
        """Ask with these values, and return the models that were found."""
        connection = connections[self._queryset.db]
        kind = connection.vendor, is_planned_once(connection) and not self._plans_differ
        if kind not in self._written:
            self._written[kind] = _Written.of(self._queryset, connection, is_planned=kind[1])
        query = _Asked(self._written[kind], values)

        def ask() -> list[M]:
            asked: QuerySet[M] = QuerySet(self._queryset.model, using=connection.alias)
            asked._query = query  # type: ignore[attr-defined]
            return list(asked)

        return asked_again_if_changed(connection, ask)

    def first(self, **values: Any) -> M | None:
        return next(iter(self(**values)), None)


class _Written(NamedTuple):
    compiler: SQLCompiler
    sql: str  # with %s for each of the parameters; where it is planned once, with $1, $2 and so on
    parameters: tuple[Any, ...]
    is_planned: bool
    converters: dict[int, Any]  # from what the database gives; of its connection they know the time zone, no more

    @classmethod
    def of(cls, queryset: "QuerySet[Any]", connection: BaseDatabaseWrapper, *, is_planned: bool) -> "_Written":
        compiler = queryset.query.clone().get_compiler(connection.alias)
        sql, parameters = compiler.as_sql()  # which fills in what is read of the compiler later
        columns = [column for column, *_ in compiler.select[: compiler.col_count]]
        if is_planned:
            sql = _with_numbers(connection, sql, parameters)
            parameters = tuple(one for one in parameters if isinstance(one, Given))
        return cls(compiler, sql, tuple(parameters), is_planned, compiler.get_converters(columns))


def _with_numbers(connection: Any, sql: str, parameters: Sequence[Any]) -> str:
    """Return `sql` with $1, $2 and so on in the place of what is given, and other parameters as they are.

    These stand in the words, so that the plan can make use of them: of an index of what is public, say.
    """
    from psycopg2.extensions import AsIs  # type: ignore[import-untyped]  # noqa: PLC0415  (of PostgreSQL only)

    numbers = count(1)
    known = [AsIs(f"${next(numbers)}") if isinstance(one, Given) else one for one in parameters]
    with connection.cursor() as cursor:
        statement: str = cursor.mogrify(sql, known).decode()
        return statement


class _Asked(NamedTuple):
    """Stands in for the query of a QuerySet: all that is read of it is its compiler, whose SQL stands already."""

    written: _Written
    values: dict[str, Any]

    def get_compiler(self, using: str) -> SQLCompiler:
        compiler = copy(self.written.compiler)
        compiler.using, compiler.connection = using, connections[using]
        compiler.as_sql = lambda: self._with_values(compiler.connection)  # type: ignore[method-assign, misc, assignment]
        compiler.get_converters = lambda _: self.written.converters  # type: ignore[method-assign, assignment]
        return compiler

    def _with_values(self, connection: Any) -> tuple[str, tuple[Any, ...]]:
        values = {"now": timezone.now(), **self.values}
        sql, parameters = self.written.sql, self.written.parameters
        known = tuple(one.known(values, connection) if isinstance(one, Given) else one for one in parameters)
        return planned(connection, sql, len(known)) if self.written.is_planned else sql, known

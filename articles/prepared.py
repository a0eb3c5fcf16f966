"""Queries of public pages, put together once.

Django takes several times as long to write the SQL of such a query as a database takes to answer it. Here it is
written when it is first asked for, and kept for the life of the process.
"""

from copy import copy
from typing import Any, Generic, NamedTuple, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import DateTimeField, Expression, Field, IntegerField, Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone

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
    """A QuerySet of models with a `Given` in the place of each value that is yet to be known."""

    def __init__(self, queryset: "QuerySet[M]") -> None:
        self._queryset = queryset
        self._written: dict[str, _Written] = {}  # by the kind of database

    def __call__(self, **values: Any) -> list[M]:
        """Ask with these values, and return the models that were found."""
        alias = self._queryset.db
        vendor = connections[alias].vendor
        if vendor not in self._written:
            self._written[vendor] = _Written.of(self._queryset, alias)
        asked: QuerySet[M] = QuerySet(self._queryset.model, using=alias)
        asked._query = _Asked(self._written[vendor], values)  # type: ignore[attr-defined]
        return list(asked)

    def first(self, **values: Any) -> M | None:
        return next(iter(self(**values)), None)


class _Written(NamedTuple):
    compiler: SQLCompiler
    sql: str
    parameters: tuple[Any, ...]
    converters: dict[int, Any]  # from what the database gives; of its connection they know the time zone, no more

    @classmethod
    def of(cls, queryset: "QuerySet[Any]", alias: str) -> "_Written":
        compiler = queryset.query.clone().get_compiler(alias)
        sql, parameters = compiler.as_sql()  # which fills in what is read of the compiler later
        columns = [column for column, *_ in compiler.select[: compiler.col_count]]
        return cls(compiler, sql, parameters, compiler.get_converters(columns))


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
        known = (one.known(values, connection) if isinstance(one, Given) else one for one in self.written.parameters)
        return self.written.sql, tuple(known)

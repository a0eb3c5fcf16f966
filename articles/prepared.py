"""Queries of public pages, put together once.

Django takes several times as long to write the SQL of such a query as a database takes to answer it. Here it is
written when it is first asked for, and kept for the life of the process.
"""

from copy import copy
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import connections
from django.db.models import DateTimeField, Expression, Field, IntegerField, Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone

M = TypeVar("M", bound=Model)


class Given(Expression):
    """A value that a query is told when it is asked: a number, unless `field` says otherwise."""

    def __init__(self, name: str, field: "Field[Any, Any] | None" = None) -> None:
        super().__init__(output_field=field or IntegerField())
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)


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


class _Written(NamedTuple):
    compiler: SQLCompiler
    sql: str
    parameters: tuple[Any, ...]

    @classmethod
    def of(cls, queryset: "QuerySet[Any]", alias: str) -> "_Written":
        compiler = queryset.query.clone().get_compiler(alias)
        sql, parameters = compiler.as_sql()  # which fills in what is read of the compiler later
        return cls(compiler, sql, parameters)


class _Asked(NamedTuple):
    """Stands in for the query of a QuerySet: all that is read of it is its compiler, whose SQL stands already."""

    written: _Written
    values: dict[str, Any]

    def get_compiler(self, using: str) -> SQLCompiler:
        connection = connections[using]
        values = {"now": timezone.now(), **self.values}
        known = tuple(
            one.output_field.get_db_prep_value(values[one.name], connection) if isinstance(one, Given) else one
            for one in self.written.parameters
        )
        compiler = copy(self.written.compiler)
        compiler.using, compiler.connection = using, connection
        compiler.as_sql = lambda: (self.written.sql, known)  # type: ignore[method-assign, misc, assignment]
        return compiler

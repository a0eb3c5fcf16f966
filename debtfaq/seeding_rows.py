"""Write very many rows: as `bulk_create` does, but without an object for each, which takes most of its time."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models

MOST_PARAMETERS = 5_000  # of one statement, where the database takes as many


def write_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows that hold the values of the fields `names`; no other field gets its default."""
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    fields = [by_name[name] for name in names]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    places = f"({', '.join(['%s'] * len(fields))})"
    start = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES "  # noqa: S608  (names of our own models)
    size = (connection.features.max_query_params or MOST_PARAMETERS) // len(fields)
    rest = iter(rows)
    with connection.cursor() as cursor:
        while batch := list(islice(rest, size)):
            values = [
                field.get_db_prep_save(value, connection)
                for row in batch
                for field, value in zip(fields, row, strict=True)
            ]
            cursor.execute(start + ", ".join([places] * len(batch)), values)


def count_on(model: type[models.Model]) -> None:
    """Let the database number what comes next after rows that were written with numbers."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
            cursor.execute(statement)

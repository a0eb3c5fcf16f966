"""Write very many rows: as `bulk_create` does, but without an object for each, which takes most of its time."""

import io
import json
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import islice
from typing import Any, TypeAlias

from django.core.management.color import no_style
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from debtfaq.content_revision import move_after_commit

MOST_PARAMETERS = 5_000  # of one statement, where the database takes as many
COPIED_AT_ONCE = 1 << 20  # characters; for each piece the thread that makes the next rows must let this one on
ESCAPED = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


Field: TypeAlias = "models.Field[Any, Any]"


def write_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows that hold the values of the fields `names`; no other field gets its default."""
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    database = connections[DEFAULT_DB_ALIAS]  # itself: each look through `connection` costs as much as a short value
    write = _copy if database.vendor == "postgresql" else _insert
    write(database, model._meta.db_table, [by_name[name] for name in names], rows)


def _insert(database: BaseDatabaseWrapper, table: str, fields: Sequence[Field], rows: Iterable[Sequence[Any]]) -> None:
    places = f"({', '.join(['%s'] * len(fields))})"
    start = f"INSERT INTO {_columns(database, table, fields)} VALUES "  # noqa: S608  (names of our own models)
    size = (database.features.max_query_params or MOST_PARAMETERS) // len(fields)
    rest = iter(rows)
    with database.cursor() as cursor:
        while batch := list(islice(rest, size)):
            values = [
                field.get_db_prep_save(value, database)
                for row in batch
                for field, value in zip(fields, row, strict=True)
            ]
            cursor.execute(start + ", ".join([places] * len(batch)), values)


def _copy(database: BaseDatabaseWrapper, table: str, fields: Sequence[Field], rows: Iterable[Sequence[Any]]) -> None:
    """Write them by COPY, in its text format: https://www.postgresql.org/docs/current/sql-copy.html."""
    texts = [_text_of(field) for field in fields]
    lines = [
        "\t".join(["\\N" if value is None else text(value) for text, value in zip(texts, row, strict=True)]) + "\n"
        for row in rows
    ]
    with database.cursor() as cursor:
        sent = io.StringIO("".join(lines))
        cursor.copy_expert(f"COPY {_columns(database, table, fields)} FROM STDIN", sent, size=COPIED_AT_ONCE)
    move_after_commit(database)  # nobody else has seen a statement


def _columns(database: BaseDatabaseWrapper, table: str, fields: Sequence[Field]) -> str:
    quote = database.ops.quote_name
    return f"{quote(table)} ({', '.join(quote(str(field.column)) for field in fields)})"


def _text_of(field: Field) -> Callable[[Any], str]:
    """Return what makes of a value of the field, not None, the text that COPY reads."""
    if isinstance(field, models.JSONField):
        dump = partial(json.dumps, cls=field.encoder, ensure_ascii=False)
        return lambda value: _escaped(dump(value))
    if isinstance(field, (models.CharField, models.TextField, models.FileField)):
        return lambda value: _escaped(str(value))
    return str


def _escaped(text: str) -> str:
    for character, code in ESCAPED.items():
        text = text.replace(character, code)
    return text


def count_on(model: type[models.Model]) -> None:
    """Let the database number what comes next after rows that were written with numbers."""
    database = connections[DEFAULT_DB_ALIAS]
    with database.cursor() as cursor:
        for statement in database.ops.sequence_reset_sql(no_style(), [model]):
            cursor.execute(statement)

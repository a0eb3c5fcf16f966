"""The index in SQLite: two FTS5 tables, one of what stands at the head of a guide, one of everything in it.

A row is known by its slot (see `IndexEntry`), so that rows come newest first without sorting. The tables keep which
tokens are in which row and nothing else; from SQLite 3.43 on not even the tokens of each row.
"""

import sqlite3
from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from articles.search.expressions import All, Expression, Token
from articles.search.scopes import HEAD, NOT_YET, WHOLE, Found, Moment, Posting, Source

TABLES = {HEAD: "articles_search_head", WHOLE: "articles_search_whole"}


def create(database: BaseDatabaseWrapper) -> None:
    storage = ", content='', contentless_delete=1" if sqlite3.sqlite_version_info >= (3, 43) else ""
    with database.cursor() as cursor:
        for table in TABLES.values():
            # "ascii" takes every character beyond ASCII as part of a token; the tokens are ours already.
            cursor.execute(
                f"""CREATE VIRTUAL TABLE {table} USING fts5(tokens, detail=none, columnsize=0{storage},
                tokenize="ascii tokenchars '.%#'")"""
            )


def drop(database: BaseDatabaseWrapper) -> None:
    with database.cursor() as cursor:
        for table in TABLES.values():
            cursor.execute(f"DROP TABLE IF EXISTS {table}")


def write(postings: Sequence[Posting]) -> None:
    remove([posting.slot for posting in postings])
    with connection.cursor() as cursor:
        for scope, table in TABLES.items():
            rows = [(posting.slot, " ".join(posting.tokens[scope])) for posting in postings]
            cursor.executemany(f"INSERT INTO {table}(rowid, tokens) VALUES (%s, %s)", rows)  # noqa: S608


def remove(slots: Iterable[int]) -> None:
    rows = [(slot,) for slot in slots]
    with connection.cursor() as cursor:
        for table in TABLES.values():
            cursor.executemany(f"DELETE FROM {table} WHERE rowid = %s", rows)  # noqa: S608


def tidy() -> None:
    """FTS5 tidies up as it writes."""


def count(expressions: Sequence[Expression], limit: int) -> list[int]:
    table = TABLES[WHOLE]
    parts = ["SELECT count(*) FROM (SELECT 1 FROM articles_indexentry LIMIT %s)"]
    parameters: list[str | int] = [limit]
    for expression in expressions:
        parts.append(f"SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {table} MATCH %s LIMIT %s)")  # noqa: S608
        parameters += [_match(expression), limit]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), parameters)
        return [number for (number,) in cursor.fetchall()]


def find(sources: Sequence[Source], before: Moment, limit: int) -> list[Found]:
    parts: list[str] = []
    parameters: list[str | int] = []
    for number, (scope, expression) in enumerate(sources):
        table = TABLES[scope]
        parts.append(
            f"""SELECT * FROM (SELECT rowid AS slot, {1 << number} AS source FROM {table}
            WHERE {table} MATCH %s AND rowid < %s AND rowid NOT IN {NOT_YET} ORDER BY rowid DESC LIMIT %s)"""  # noqa: S608
        )
        parameters += [_match(expression), before.slot, *before.not_yet, limit]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT article_id, title, summary, keywords, sources
            FROM (SELECT slot, sum(source) AS sources FROM ({" UNION ALL ".join(parts)}) GROUP BY slot
                  ORDER BY sources = 1, slot DESC LIMIT %s)
            JOIN articles_indexentry USING (slot)
            ORDER BY published_at DESC, article_id DESC""",  # noqa: S608
            [*parameters, limit],
        )
        return [Found(*row) for row in cursor.fetchall()]


def total(expression: Expression, before: Moment, limit: int, *, enough: int) -> tuple[int, bool]:
    [(found,)] = _fitting("SELECT count(*) FROM ({} LIMIT %s)", expression, before, limit + 1)
    return min(found, limit), found > limit


def slots(expression: Expression, before: Moment, limit: int) -> list[int]:
    return [slot for (slot,) in _fitting("{} ORDER BY slot DESC LIMIT %s", expression, before, limit)]


def _fitting(query: str, expression: Expression, before: Moment, limit: int) -> list[tuple[int]]:
    """Ask about the slots of the guides that fit. Only of those of today, each is asked whether it is there yet."""
    table = TABLES[WHOLE]
    fitting = f"""SELECT rowid AS slot FROM {table} WHERE {table} MATCH %s AND rowid >= %s AND rowid < %s
        AND rowid NOT IN {NOT_YET}
        UNION ALL SELECT rowid FROM {table} WHERE {table} MATCH %s AND rowid < %s"""  # noqa: S608
    match = _match(expression)
    parameters: list[str | int] = [match, before.today, before.slot, *before.not_yet, match, before.today, limit]
    with connection.cursor() as cursor:
        cursor.execute(query.format(fitting), parameters)
        return list(cursor.fetchall())


def _match(expression: Expression) -> str:
    """Return what MATCH takes. Every token is quoted, and holds no quote: `tokens` gives letters and digits only."""
    if isinstance(expression, Token):
        return f'"{expression.text}"{"*" if expression.is_prefix else ""}'
    operator = " AND " if isinstance(expression, All) else " OR "
    return f"({operator.join(map(_match, expression.parts))})"

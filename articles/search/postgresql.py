"""The index in PostgreSQL: a table with two tsvectors, of what stands at the head of a guide and of everything in it.

A row is known by its slot (see `IndexEntry`). The vectors hold no positions; they are cast from literals, since what
`to_tsvector` takes for a word depends on the server's locale.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from articles.search.expressions import All, Expression, Token
from articles.search.scopes import HEAD, WHOLE, Found, Moment, Posting, Source

COLUMNS = {HEAD: "head", WHOLE: "whole"}


def create(database: BaseDatabaseWrapper) -> None:
    with database.cursor() as cursor:
        # The vectors are only searched, never read: kept apart from the rows, they leave those few pages.
        cursor.execute(
            """CREATE TABLE articles_search (slot bigint PRIMARY KEY, head tsvector NOT NULL, whole tsvector NOT NULL)
            WITH (toast_tuple_target = 128)"""
        )
        for column in COLUMNS.values():
            # A short list of what is still to be sorted in: a search reads all of it.
            cursor.execute(
                f"""CREATE INDEX articles_search_{column} ON articles_search USING gin ({column})
                WITH (gin_pending_list_limit = 512)"""
            )


def drop(database: BaseDatabaseWrapper) -> None:
    with database.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS articles_search")


def write(postings: Sequence[Posting]) -> None:
    rows: list[tuple[Any, ...]] = [
        (posting.slot, *(" ".join(map(_quoted, sorted(posting.tokens[scope]))) for scope in COLUMNS))
        for posting in postings
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            """INSERT INTO articles_search (slot, head, whole) VALUES (%s, %s::tsvector, %s::tsvector)
            ON CONFLICT (slot) DO UPDATE SET head = excluded.head, whole = excluded.whole""",
            rows,
        )


def remove(slots: Iterable[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM articles_search WHERE slot = ANY(%s)", [list(slots)])


def tidy() -> None:
    """Sort in what writing left for later, so that the next searches need not read it."""
    with connection.cursor() as cursor:
        for column in COLUMNS.values():
            cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [f"articles_search_{column}"])


def count(expressions: Sequence[Expression], limit: int) -> list[int]:
    parts = ["SELECT count(*) FROM (SELECT 1 FROM articles_indexentry LIMIT %s) AS rows"]
    parameters: list[str | int] = [limit]
    for expression in expressions:
        parts.append("SELECT count(*) FROM (SELECT 1 FROM articles_search WHERE whole @@ %s::tsquery LIMIT %s) AS rows")
        parameters += [_query(expression), limit]
    return [number for (number,) in _run(" UNION ALL ".join(parts), parameters)]


def find(sources: Sequence[Source], before: Moment, limit: int) -> list[Found]:
    tables, parts, parameters = [], [], []
    for number, (scope, expression) in enumerate(sources):
        # Materialised, so that the index of words is asked, and never the rows one after the other.
        tables.append(
            f"""source{number} AS MATERIALIZED
            (SELECT slot FROM articles_search WHERE {COLUMNS[scope]} @@ %s::tsquery)"""  # noqa: S608
        )
        parameters.append(_query(expression))
        parts.append(
            f"""(SELECT slot, {1 << number} AS source FROM source{number}
            WHERE slot < {int(before.slot)} ORDER BY slot DESC LIMIT {int(limit)})"""  # noqa: S608
        )
    rows = _run(
        f"""WITH {", ".join(tables)}, found AS MATERIALIZED
        (SELECT slot, sum(source)::int AS sources FROM ({" UNION ALL ".join(parts)}) AS rows GROUP BY slot)
        SELECT article_id, title, summary, keywords, sources
        FROM found JOIN articles_indexentry USING (slot) WHERE published_at <= %s
        ORDER BY published_at DESC, article_id DESC""",  # noqa: S608
        [*parameters, before.time],
    )
    return [Found(*row) for row in rows]


def _run(query: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    with transaction.atomic(), connection.cursor() as cursor:
        # The planner does not know that reading a long vector from where it is kept is dear, and would read all.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL jit = off")
        cursor.execute(query, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _quoted(token: str) -> str:
    """Return a lexeme as the casts take it. Tokens hold letters and digits only; this holds even if they did not."""
    escaped = token.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def _query(expression: Expression) -> str:
    if isinstance(expression, Token):
        return f"{_quoted(expression.text)}{':*' if expression.is_prefix else ''}"
    operator = " & " if isinstance(expression, All) else " | "
    return f"({operator.join(map(_query, expression.parts))})"

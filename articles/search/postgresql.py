"""The index in PostgreSQL: a table with two tsvectors, of what stands at the head of a guide and of everything in it.

A row is known by its slot (see `IndexEntry`). The vectors hold no positions; they are cast from literals, since what
`to_tsvector` takes for a word depends on the server's locale.

The index gives all rows that have a word, in no order; of a common word, that is most of them. So each vector also
holds the week of its guide, and where there are very many guides, the newest are searched first. Mostly that is
enough: a search takes about as long among a million guides as among RECENT. To widen it more than once is dearer than
to ask for all: each week is one more word that a guide may have.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from articles import planned
from articles.models import IndexEntry
from articles.search.expressions import All, Expression, Token, either, every
from articles.search.scopes import HEAD, NOT_YET, WHOLE, Found, Moment, Posting, Source

COLUMNS = {HEAD: "head", WHOLE: "whole"}

WEEK = 7 << IndexEntry.GUIDE_BITS  # slots
RECENT = 10_000  # guides; if there are more, the newest are searched first
FIRST = 3_000  # of them, or a few more
WIDER = 4  # times as many weeks are searched next
MOST_WEEKS = 100  # that are named in one search
RECENT_SECONDS = 60 * 60  # older guides among the recent ones do no harm
BETTER = 30  # guides likely to be better than most, which are enough of them: the rest of a long list is the newest
SAMPLE = 20  # recent guides that have a word, for an estimate of how many others have it

# Said before each search. The planner does not know that reading a long vector from where it is kept is dear, and would
# read all; nor how few guides are found, and would go through all entries to merge them with those.
# Sent together, they are one transaction: https://www.postgresql.org/docs/current/protocol-flow.html,
# “Multiple Statements in a Simple Query”.
PLANNING = "SET LOCAL enable_seqscan = off; SET LOCAL enable_mergejoin = off; SET LOCAL jit = off; "


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
    rows: list[tuple[Any, ...]] = []
    for posting in postings:
        week = _week_mark(posting.slot // WEEK)
        vectors = (" ".join(map(_quoted, sorted({*posting.tokens[scope], week}))) for scope in COLUMNS)
        rows.append((posting.slot, *vectors))
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
    """As the protocol says; where there are very many guides, estimated from the newest."""
    weeks, recent = _recent(Moment(timezone.now()).slot)
    if not weeks:
        return _count([None, *expressions], limit)
    found = _count([every([one, _week(weeks)]) for one in expressions], None)
    [(rows,)] = _run("SELECT reltuples FROM pg_class WHERE oid = 'articles_indexentry'::regclass", [])
    total = max(int(rows), recent)
    numbers = {one: min(number * total // recent, total) for one, number in zip(expressions, found, strict=True)}
    if rare := [one for one, number in zip(expressions, found, strict=True) if number < SAMPLE]:
        numbers |= zip(rare, _count(rare, limit), strict=True)
    return [total, *(numbers[one] for one in expressions)]


def _count(expressions: Sequence[Expression | None], limit: int | None) -> list[int]:
    """Return how many guides fit each expression, counting to `limit` if there is one; None fits all."""
    parts: list[str] = []
    parameters: list[Any] = []
    for number, expression in enumerate(expressions):
        guides = "articles_search WHERE whole @@ %s::tsquery" if expression else "articles_indexentry"
        parts.append(f"SELECT {number}, count(*) FROM (SELECT 1 FROM {guides} LIMIT %s) AS rows")  # noqa: S608
        parameters += [_query(expression), limit] if expression else [limit]
    # In order: of a large table, the parts may be counted at the same time.
    return [found for _, found in _run(f"{' UNION ALL '.join(parts)} ORDER BY 1", parameters)]


def find(sources: Sequence[Source], before: Moment, limit: int) -> list[Found]:
    entries: dict[int, tuple[Any, ...]] = {}
    found_by: dict[int, int] = {}
    missing = dict(enumerate(sources))
    for weeks in _parts(before.slot):
        rows = _newest(missing, weeks, before, limit)
        for row in rows:
            slot, by = row[:2]
            entries[slot] = row
            found_by[slot] = found_by.get(slot, 0) | by
        enough = {number: min(BETTER, limit) if number else limit for number in missing}
        missing = {n: missing[n] for n, most in enough.items() if sum(row[1] >> n & 1 for row in rows) < most}
        if not missing:
            break
    # A slot tells the day; here the times decide.
    newest_first = sorted(entries.values(), key=itemgetter(2, 3), reverse=True)
    return [
        Found(article_id, title, summary, keywords, found_by[slot])
        for slot, _, _, article_id, title, summary, keywords in newest_first
    ]


def total(expression: Expression, before: Moment, limit: int, *, enough: int) -> tuple[int, bool]:
    for weeks in _parts(before.slot):
        query = "SELECT count(*) FROM (SELECT 1 FROM fitting LIMIT %s) AS rows"
        [(found,)] = _among(weeks, expression, before, query, limit + 1)
        if found > enough:
            break
    return min(found, limit), bool(weeks) or found > limit


def slots(expression: Expression, before: Moment, limit: int) -> list[int]:
    for weeks in _parts(before.slot):
        rows = _among(weeks, expression, before, "SELECT slot FROM fitting ORDER BY slot DESC LIMIT %s", limit)
        if len(rows) == limit:
            break
    return [slot for (slot,) in rows]


def _among(weeks: range, expression: Expression, before: Moment, query: str, limit: int) -> list[tuple[Any, ...]]:
    """Ask about the guides that fit, of these weeks or, if there are none, of all."""
    return _run(
        f"""WITH fitting AS (SELECT slot FROM {_matching(WHOLE)} WHERE slot < %s AND slot NOT IN {NOT_YET})
        {query}""",  # noqa: S608
        [_within(weeks, expression), before.slot, *before.not_yet, limit],
    )


def _newest(sources: Mapping[int, Source], weeks: range, before: Moment, limit: int) -> list[tuple[Any, ...]]:
    """Return the newest guides that each source gives, of these weeks or, if there are none, of all."""
    parts = []
    parameters: list[Any] = [*before.not_yet]
    for number, (scope, expression) in sources.items():
        parts.append(
            f"""(SELECT slot, {1 << number} AS source FROM {_matching(scope)}
            WHERE slot < %s AND slot NOT IN (TABLE not_yet) ORDER BY slot DESC LIMIT %s)"""  # noqa: S608
        )
        parameters += [_within(weeks, expression), before.slot, limit]
    return _run(
        f"""WITH not_yet AS MATERIALIZED {NOT_YET}, found AS MATERIALIZED
        (SELECT slot, sum(source)::int AS sources FROM ({" UNION ALL ".join(parts)}) AS rows GROUP BY slot)
        SELECT slot, sources, published_at, article_id, title, summary, keywords
        FROM found JOIN articles_indexentry USING (slot)""",  # noqa: S608
        parameters,
    )


def _matching(scope: str) -> str:
    """Return what gives the slots of the guides that a query fits, to be told as a parameter.

    OFFSET, so that the index of words is asked, and never the rows one after the other.
    """
    return f"(SELECT slot FROM articles_search WHERE {COLUMNS[scope]} @@ %s::tsquery OFFSET 0) AS matching"  # noqa: S608


def _parts(before: int) -> Iterator[range]:
    """Yield the weeks to search one after the other, as long as there is reason to; at last none, which means all."""
    weeks, _ = _recent(before)
    if weeks:
        yield weeks
        if len(weeks) * WIDER <= MOST_WEEKS:
            yield range(weeks.stop - len(weeks) * WIDER, weeks.stop)
    yield range(0)


def _recent(before: int) -> tuple[range, int]:
    """Return the weeks of the newest guides before that slot, and of about how many; none where all are searched."""
    first, guides = cache.get_or_set("search-recent", lambda: _first_recent_week(before), RECENT_SECONDS) or (0, 0)
    weeks = range(first, before // WEEK + 1) if guides else range(0)
    return (weeks, guides) if len(weeks) <= MOST_WEEKS else (range(0), 0)


def _first_recent_week(before: int) -> tuple[int, int]:
    slots = IndexEntry.objects.filter(slot__lt=before).order_by("-slot").values_list("slot", flat=True)
    if not slots[RECENT : RECENT + 1]:
        return 0, 0
    week: int = slots[FIRST] // WEEK
    return week, slots.filter(slot__gte=week * WEEK).count()


def _within(weeks: range, expression: Expression) -> str:
    """Return what asks for an expression in these weeks, or if there are none, whenever."""
    return _query(every([expression, _week(weeks)]) if weeks else expression)


def _week(weeks: range) -> Expression:
    return either([Token(_week_mark(week)) for week in weeks])


def _week_mark(week: int) -> str:
    return f"#w{week}"


def _run(query: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    return planned.rows(connection, query, values, before=PLANNING)


def _quoted(token: str) -> str:
    """Return a lexeme as the casts take it. Tokens hold letters and digits only; this holds even if they did not."""
    escaped = token.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def _query(expression: Expression) -> str:
    if isinstance(expression, Token):
        return f"{_quoted(expression.text)}{':*' if expression.is_prefix else ''}"
    operator = " & " if isinstance(expression, All) else " | "
    return f"({operator.join(map(_query, expression.parts))})"

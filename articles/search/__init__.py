"""Finding guides by words, alike on SQLite and PostgreSQL. What else is in this package is its own affair.

A guide is found by its pairs of characters (`tokens`), in tables of each database's own (`sqlite`, `postgresql`). What
a reader typed is read as words (`query`); the guides that have them are ranked by one set of rules (`ranking`).
"""

import datetime as dt
from collections.abc import Iterable, Iterator

from django.db import connection

from articles.after_commit import after_commit
from articles.models import Article, Category, Tag
from articles.search import finding, indexing, postgresql, sqlite
from articles.search.finding import MOST_FOUND, MOST_IDS, Hit, Results
from articles.search.indexing import also_search
from articles.search.scopes import Database

__all__ = [
    "MOST_FOUND",
    "MOST_IDS",
    "Hit",
    "Results",
    "also_search",
    "article_ids",
    "find",
    "refresh",
    "reindex",
    "update",
    "update_later",
]


def database(vendor: str = "") -> Database:
    """Return what knows the tables of the index: the only switch between databases outside migrations."""
    databases: dict[str, Database] = {"sqlite": sqlite, "postgresql": postgresql}
    return databases[vendor or connection.vendor]


def find(  # noqa: PLR0913
    text: str,
    *,
    category: Category | None = None,
    tag: Tag | None = None,
    newest_first: bool = False,
    offset: int = 0,
    limit: int = 20,
) -> Results:
    """Return guides on the website that have the words of `text`, the best first, or the newest.

    Only the beginning of a long text is read. Of very many guides, not all are compared: those come first that say it
    at their head and are the newest, in order of how good they are, and then all others, the newest first.
    """
    place = finding.Place(category, tag)
    return finding.find(database(), text, place, newest_first=newest_first, page=slice(offset, offset + limit))


def article_ids(text: str) -> list[int]:
    """Return the numbers of guides on the website that have every word of `text`, at most MOST_IDS of them."""
    return finding.article_ids(database(), text)


def update(article_ids: Iterable[int]) -> None:
    """Index these guides as they are now; those that are not for readers leave the index."""
    indexing.update(database(), article_ids)


def update_later(article_id: int, *, is_slow: bool = False) -> None:
    """Index a guide once the transaction is committed, however often this is asked for within it.

    If that `is_slow`, nobody waits for it: see `after_commit`. By night, `refresh` makes up for what was lost so.
    """
    after_commit(update, article_id, is_slow=is_slow)


def refresh(since: dt.datetime) -> int:
    """Index the guides that were saved since then. Return how many they are."""
    saved = list(Article.objects.filter(updated_at__gte=since).values_list("pk", flat=True))
    update(saved)
    return len(saved)


def reindex(*, restart: bool = False) -> Iterator[tuple[int, int]]:
    """Index every guide anew, yielding how many guides are done and how many there are, after every batch.

    One that was interrupted goes on where it was, unless `restart`. What is indexed stays so until its turn comes.
    """
    return indexing.reindex(database(), restart=restart)

"""The cache of a site without Redis: a SQLite file that all processes of one machine share.

In the memory of each process, a visitor would be counted once by every process, limits would be that many times
higher, and a busy site would push visitors out long before their half hour is over. Keys are kept as hashes only;
what has lapsed is deleted and overwritten. Nothing here need outlive a crash of the machine, so nothing waits for a
disk.
"""

import contextlib
import hashlib
import pickle
import random
import sqlite3
import time
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache

LOCK_SECONDS = 10
PURGE_ONE_IN, PURGED_AT_ONCE = 100, 400  # so that more goes than can come

SCHEMA = """
    PRAGMA synchronous = OFF;
    PRAGMA secure_delete = ON;
    CREATE TABLE IF NOT EXISTS entries (key INTEGER PRIMARY KEY, value, until REAL NOT NULL);
    CREATE INDEX IF NOT EXISTS entries_until ON entries (until);
"""


class SharedCache(BaseCache):
    """Django makes one of these for each thread, and so there is one connection for each."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._location = str(location)
        self._opened: sqlite3.Connection | None = None

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return self._put(key, value, timeout, version, " WHERE until <= ?", time.time()) == 1

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._put(key, value, timeout, version)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        row = self._run("SELECT value FROM entries WHERE key = ? AND until > ?", self._hash(key, version), time.time())
        found = row.fetchone()
        return default if found is None else _read(found[0])

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        until, now = self._until(timeout), time.time()
        sql = "UPDATE entries SET until = ? WHERE key = ? AND until > ?"
        return self._run(sql, until, self._hash(key, version), now).rowcount == 1

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        sql = "UPDATE entries SET value = value + ? WHERE key = ? AND until > ? RETURNING value"
        rows = self._run(sql, delta, self._hash(key, version), time.time()).fetchall()
        if not rows:
            raise ValueError(f"Key '{key}' not found")
        return int(rows[0][0])

    def delete(self, key: str, version: int | None = None) -> bool:
        sql = "DELETE FROM entries WHERE key = ? AND until > ?"
        return self._run(sql, self._hash(key, version), time.time()).rowcount == 1

    def clear(self) -> None:
        self._run("DELETE FROM entries")

    def _put(self, key: str, value: Any, timeout: Any, version: int | None, where: str = "", *now: float) -> int:
        sql = (
            "INSERT INTO entries (key, value, until) VALUES (?, ?, ?)"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value, until = excluded.until"
        )
        row = self._hash(key, version), _written(value), self._until(timeout)
        changed = self._run(sql + where, *row, *now).rowcount
        if random.randrange(PURGE_ONE_IN) == 0:  # noqa: S311
            self.purge(PURGED_AT_ONCE)
        return changed

    def purge(self, most: int = -1) -> int:
        """Delete what has lapsed, `most` entries of it or all; return how many. A quiet site needs it by cron."""
        lapsed = "SELECT key FROM entries WHERE until <= ? ORDER BY until LIMIT ?"
        return self._run(f"DELETE FROM entries WHERE key IN ({lapsed})", time.time(), most).rowcount  # noqa: S608

    def _run(self, sql: str, *values: Any) -> sqlite3.Cursor:
        if self._opened is None:
            self._opened = sqlite3.connect(self._location, timeout=LOCK_SECONDS, isolation_level=None)
            with contextlib.suppress(sqlite3.OperationalError):  # another process is making it so at this moment
                self._opened.execute("PRAGMA journal_mode = WAL")
            self._opened.executescript(SCHEMA)
        return self._opened.execute(sql, values)

    def _hash(self, key: str, version: int | None) -> int:
        made = self.make_and_validate_key(key, version=version)
        return int.from_bytes(hashlib.blake2b(made.encode(), digest_size=8).digest(), signed=True)

    def _until(self, timeout: Any) -> float:
        until = self.get_backend_timeout(timeout)
        return float("inf") if until is None else until


def _written(value: Any) -> int | bytes:
    """Numbers stay numbers, so that they can be counted up where they lie."""
    return value if type(value) is int else pickle.dumps(value, pickle.HIGHEST_PROTOCOL)


def _read(value: int | bytes) -> Any:
    return pickle.loads(value) if isinstance(value, bytes) else value  # noqa: S301  (the file is ours)

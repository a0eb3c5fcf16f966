"""Readings on their way to the database, in the Redis of the cache: safe from a crash of any of our processes.

They wait in a hash, one field for a guide and a day. About once a second somebody who counts moves the hash aside
under a name of its own, a batch, and writes it to the database together with that name; only then is it deleted. So a
batch that a crash left behind is taken up by the next, and none is written twice: its name is there already.
"""

import datetime as dt
import functools
import logging
import time
import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, transaction
from django.utils import timezone

from articles import view_counts
from articles.models import WrittenBatch

if TYPE_CHECKING:
    from redis import Redis

FLUSH_SECONDS = 1
KEPT = dt.timedelta(days=1)  # names of written batches: longer than anybody can be about to write one again

# In one step, so that no batch is ever left without its name in the list.
MOVE_ASIDE = """
    if redis.call('EXISTS', KEYS[1]) == 1 then
        redis.call('RENAME', KEYS[1], KEYS[2])
        redis.call('SADD', KEYS[3], ARGV[1])
    end
"""

logger = logging.getLogger(__name__)


def is_used() -> bool:
    return bool(settings.CACHES["default"]["BACKEND"].endswith("RedisCache"))


def count(article_id: int, day: dt.date) -> None:
    """Count one reading; return once Redis has it. Once a second, write what has gathered to the database."""
    _client().hincrby(_key("waiting"), f"{day.isoformat()} {article_id}", 1)
    if _is_our_turn():
        try:
            flush()
        except DatabaseError:  # the reading is safe, and is written once there is a database again
            logger.exception("Readings stay in Redis for now")


_next_try = 0.0


def _is_our_turn() -> bool:
    """Return whether nobody has written for a second; asks Redis once a second at most."""
    global _next_try  # noqa: PLW0603  (two threads that ask at the same time do no harm)
    if time.monotonic() < _next_try:
        return False
    _next_try = time.monotonic() + FLUSH_SECONDS
    return bool(_client().set(_key("turn"), 1, nx=True, ex=FLUSH_SECONDS))


def flush() -> int:
    """Write all that waits to the database, also what others left behind; return how many readings that were."""
    name = uuid.uuid4().hex
    _client().eval(MOVE_ASIDE, 3, _key("waiting"), _key(name), _key("batches"), name)
    names = sorted(map(str, _client().smembers(_key("batches"))))
    written = sum(_write(name) for name in names)
    if names:
        WrittenBatch.objects.filter(written_at__lt=timezone.now() - KEPT).delete()
    return written


def _write(name: str) -> int:
    """Write a batch to the database, unless somebody else did, and forget it."""
    readings: dict[view_counts.Reading, int] = {}
    for reading, number in _client().hgetall(_key(name)).items():
        day, article_id = str(reading).split()
        readings[int(article_id), dt.date.fromisoformat(day)] = int(number)
    with transaction.atomic():
        is_new = bool(readings) and WrittenBatch.objects.get_or_create(name=name)[1]
        if is_new:
            view_counts.write(readings)
        transaction.on_commit(functools.partial(_forget, name))
    return sum(readings.values()) if is_new else 0


def _forget(name: str) -> None:
    commands = _client().pipeline()
    commands.delete(_key(name))
    commands.srem(_key("batches"), name)
    commands.execute()


def _key(name: str) -> str:
    return cache.make_key(f"views:{name}")


def _client() -> "Redis":
    location = settings.CACHES["default"]["LOCATION"]
    return _client_of(location if isinstance(location, str) else location[0])  # the first one is written to


@functools.cache
def _client_of(url: str) -> "Redis":
    from redis import Redis  # noqa: PLC0415  (11 MB, which a site without Redis can do without)
    from redis.backoff import NoBackoff  # noqa: PLC0415
    from redis.retry import Retry  # noqa: PLC0415

    # A command is never sent twice: the first may have counted before the connection broke.
    return Redis.from_url(url, decode_responses=True, retry=Retry(NoBackoff(), 0))

"""The cache that all processes share, in Redis, without which the site goes on.

What is kept here makes things faster, or keeps somebody from doing a thing too often. While Redis cannot be reached
it is an empty cache: nobody is kept from writing, and a reader may be counted twice. That is said in the log.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends import redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

PATIENCE_SECONDS = 0.5
PAUSE_SECONDS = 1.0  # in which nobody tries again

logger = logging.getLogger(__name__)


class RedisCache(redis.RedisCache):
    # Of the whole process: Django makes a cache for each thread.
    _out_until = 0.0
    _is_out = False

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = {
            "socket_connect_timeout": PATIENCE_SECONDS,
            "socket_timeout": PATIENCE_SECONDS,
            "retry": Retry(NoBackoff(), 1),  # a connection that was kept may be dead though Redis is not
        }
        super().__init__(server, {**params, "OPTIONS": options | params.get("OPTIONS", {})})

    def add(self, *args: Any, **kwargs: Any) -> bool:
        return bool(_ask(super().add, args, kwargs, instead=True))

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return _ask(super().get, (key, default, version), {}, instead=default)

    def set(self, *args: Any, **kwargs: Any) -> None:
        _ask(super().set, args, kwargs)

    def touch(self, *args: Any, **kwargs: Any) -> bool:
        return bool(_ask(super().touch, args, kwargs))

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        return bool(_ask(super().delete, args, kwargs))

    def has_key(self, *args: Any, **kwargs: Any) -> bool:
        return bool(_ask(super().has_key, args, kwargs))

    def get_many(self, *args: Any, **kwargs: Any) -> dict[Any, Any]:
        return _ask(super().get_many, args, kwargs) or {}

    def set_many(self, *args: Any, **kwargs: Any) -> list[Any]:
        return _ask(super().set_many, args, kwargs) or []

    def delete_many(self, *args: Any, **kwargs: Any) -> None:
        _ask(super().delete_many, args, kwargs)

    def incr(self, *args: Any, **kwargs: Any) -> int:
        count = _ask(super().incr, args, kwargs)
        if count is None:
            raise ValueError("nothing is kept while Redis cannot be reached")
        return int(count)


def _ask(method: Callable[..., Any], args: Any, kwargs: Any, *, instead: Any = None) -> Any:
    """Return what Redis says, or `instead` while it says nothing."""
    if time.monotonic() < RedisCache._out_until:
        return instead
    try:
        answer = method(*args, **kwargs)
    except RedisError as problem:
        if not RedisCache._is_out:
            logger.warning("Redis 不可用（%s）：限流和去重暂停，网站照常。", problem)
        RedisCache._is_out, RedisCache._out_until = True, time.monotonic() + PAUSE_SECONDS
        return instead
    if RedisCache._is_out:
        RedisCache._is_out = False
        logger.warning("Redis 恢复了。")
    return answer

"""Telling visitors apart without knowing who they are.

A visitor is a keyed hash of network address and browser. The key is random, changes every day and lives only in the
cache and in the memory of processes, the hashes only in the cache: after a day nobody, not even we, can tell who read
or did what.
"""

import datetime as dt
import hashlib
import hmac
import secrets
import time
from functools import lru_cache

from crawleruseragents import is_crawler
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone

DAY_SECONDS = 24 * 60 * 60
SECRET_SECONDS = 60


def is_first_time(request: HttpRequest, deed: str, *, seconds: int) -> bool:
    """Return whether a visitor does `deed` for the first time within `seconds`. For a robot that is never so."""
    user_agent = _user_agent(request)
    return bool(user_agent) and not _is_robot(user_agent) and bool(cache.add(_key(request, deed), 1, seconds))


def forget(request: HttpRequest, deed: str) -> None:
    """Let the visitor do `deed` for the first time once more; what came of this time was lost."""
    cache.delete(_key(request, deed))


def _user_agent(request: HttpRequest) -> str:
    return str(request.META.get("HTTP_USER_AGENT", ""))


_is_robot = lru_cache(maxsize=1000)(is_crawler)  # a tenth of a millisecond; most readers share a few browsers


def _key(request: HttpRequest, deed: str) -> str:
    visitor = f"{request.META.get('REMOTE_ADDR', '')}|{_user_agent(request)}"
    return f"{deed}:{hmac.new(_secret(), visitor.encode(), hashlib.sha256).hexdigest()[:32]}"


_known_secret: tuple[dt.date | None, float, bytes] = None, 0.0, b""


def _secret() -> bytes:
    """Return the key of the day, which all processes share; looked up once a minute.

    A cache that lost it, such as a Redis that was started anew, gets back the one that is known: with a new one,
    every reader of the day would be counted again.
    """
    global _known_secret  # noqa: PLW0603
    today, now = timezone.localdate(), time.monotonic()
    day, until, secret = _known_secret
    if day != today or now >= until:
        proposed = secret.decode() if day == today else secrets.token_hex(16)
        secret = str(cache.get_or_set(f"visitor-key:{today.isoformat()}", proposed, DAY_SECONDS)).encode()
        _known_secret = today, now + SECRET_SECONDS, secret
    return secret

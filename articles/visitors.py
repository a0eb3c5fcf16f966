"""Telling visitors apart without knowing who they are.

A visitor is a keyed hash of network address and browser. The key is random, changes every day and lives only in the
cache, as do the hashes: after a day nobody, not even we, can tell who read or did what.
"""

import hashlib
import hmac
import secrets

from crawleruseragents import is_crawler
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone

DAY_SECONDS = 24 * 60 * 60


def is_first_time(request: HttpRequest, deed: str, *, seconds: int) -> bool:
    """Return whether a visitor does `deed` for the first time within `seconds`. For a robot that is never so."""
    user_agent = request.headers.get("User-Agent", "")
    if not user_agent or is_crawler(user_agent):
        return False
    visitor = _hash(request.META.get("REMOTE_ADDR", ""), user_agent)
    return bool(cache.add(f"{deed}:{visitor}", 1, seconds))


def _hash(address: str, user_agent: str) -> str:
    day = timezone.localdate().isoformat()
    key = cache.get_or_set(f"visitor-key:{day}", lambda: secrets.token_hex(16), DAY_SECONDS)
    return hmac.new(str(key).encode(), f"{address}|{user_agent}".encode(), hashlib.sha256).hexdigest()[:32]

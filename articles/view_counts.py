"""Counting how often a guide is read (人气), without keeping anything about who read it.

A visitor is told apart by a keyed hash of address and browser. The key is
random, changes every day and lives only in the cache, as do the hashes: after
a day nobody, not even we, can tell who read what.
"""

import datetime as dt
import hashlib
import hmac
import secrets

from crawleruseragents import is_crawler
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from articles.models import ArticleViews, DailyViews

REPEAT_SECONDS = 30 * 60
DAY_SECONDS = 24 * 60 * 60


def count_view(article_id: int, *, address: str, user_agent: str) -> bool:
    """Count one reading of a guide. Return False for a robot, or the same visitor within REPEAT_SECONDS."""
    if not user_agent or is_crawler(user_agent):
        return False
    visitor = _visitor_hash(address, user_agent)
    if not cache.add(f"viewed:{article_id}:{visitor}", 1, REPEAT_SECONDS):
        return False
    add_views(article_id, timezone.localdate(), 1)
    return True


def add_views(article_id: int, day: dt.date, count: int) -> None:
    """Add `count` readings on `day` to the guide's daily series and to its total, both or neither."""
    with transaction.atomic():
        _increment(ArticleViews, "total", count, article_id=article_id)
        _increment(DailyViews, "count", count, article_id=article_id, day=day)


def set_series(article_id: int, counts: dict[dt.date, int]) -> None:
    """Give a guide that was never read here, such as an imported one, its readings of each day."""
    with transaction.atomic():
        DailyViews.objects.bulk_create(
            DailyViews(article_id=article_id, day=day, count=count) for day, count in counts.items()
        )
        ArticleViews.objects.create(article_id=article_id, total=sum(counts.values()))


def _increment(model: type[ArticleViews] | type[DailyViews], field: str, count: int, **key: object) -> None:
    rows = model._default_manager.filter(**key)
    if rows.update(**{field: F(field) + count}):
        return
    try:
        with transaction.atomic():
            model._default_manager.create(**key, **{field: count})
    except IntegrityError:  # another process wrote the first row in the meantime
        rows.update(**{field: F(field) + count})


def _visitor_hash(address: str, user_agent: str) -> str:
    day = timezone.localdate().isoformat()
    salt = cache.get_or_set(f"view-salt:{day}", lambda: secrets.token_hex(16), DAY_SECONDS)
    return hmac.new(str(salt).encode(), f"{address}|{user_agent}".encode(), hashlib.sha256).hexdigest()[:32]

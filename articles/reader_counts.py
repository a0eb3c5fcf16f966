"""Counting what readers do with a guide: how often it is read (人气), and whether it helped (有用 / 没用)."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from articles import view_counts, views_in_redis
from articles.models import ArticleViews, DailyViews
from articles.visitors import DAY_SECONDS, forget, is_first_time

REPEAT_SECONDS = 30 * 60


def count_view(request: HttpRequest, article_id: int) -> bool:
    """Count one reading of a guide. Return False for a robot, or the same visitor within REPEAT_SECONDS.

    Once this has returned True, the reading is safe: in the database, or in Redis where there is one.
    """
    deed = f"viewed:{article_id}"
    if not is_first_time(request, deed, seconds=REPEAT_SECONDS):
        return False
    count = views_in_redis.count if views_in_redis.is_used() else view_counts.count
    try:
        count(article_id, timezone.localdate())
    except BaseException:
        forget(request, deed)  # who is told that it failed may try again
        raise
    return True


def count_vote(request: HttpRequest, article_id: int, *, helpful: bool) -> bool:
    """Count one answer to “did this help?”. Return False for a robot, or the same visitor on the same day."""
    if not is_first_time(request, f"voted:{article_id}", seconds=DAY_SECONDS):
        return False
    _increment("helpful" if helpful else "unhelpful", article_id)
    return True


def add_views(article_id: int, day: dt.date, count: int) -> None:
    """Add `count` readings on `day` to the guide's daily series and to its total, both or neither."""
    view_counts.write({(article_id, day): count})


def set_series(article_id: int, counts: dict[dt.date, int]) -> None:
    """Give a guide that was never read here, such as an imported one, its readings of each day."""
    set_counts(article_id, counts, total=sum(counts.values()))


def set_counts(
    article_id: int, counts: dict[dt.date, int], *, total: int, helpful: int = 0, unhelpful: int = 0
) -> None:
    """Give a guide that was never read here its readings of each day and ever, and what readers said of it."""
    with transaction.atomic():
        DailyViews.objects.bulk_create(
            DailyViews(article_id=article_id, day=day, count=count) for day, count in counts.items()
        )
        ArticleViews.objects.create(article_id=article_id, total=total, helpful=helpful, unhelpful=unhelpful)


def _increment(field: str, article_id: int) -> None:
    rows = ArticleViews.objects.filter(article_id=article_id)
    if rows.update(**{field: F(field) + 1}):
        return
    try:
        with transaction.atomic():
            ArticleViews.objects.create(article_id=article_id, **{field: 1})
    except IntegrityError:  # another process wrote the first row in the meantime
        rows.update(**{field: F(field) + 1})

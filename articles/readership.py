"""How much the site is read: of all its guides, and which the most. Kept for a minute, as the pages with counts are."""

import datetime as dt
from collections import defaultdict
from typing import Any

from django.core.cache import cache
from django.db import connections
from django.db.models import Sum
from django.utils import timezone

from articles.models import Article, Category, DailyViews
from articles.prepared import NOW, Given, Prepared

FINISHED_SECONDS = 24 * 60 * 60  # a day that is over changes no more
RUNNING_SECONDS = 60
SPARE = 5  # guides that may be withdrawn in that minute
LOOKED_AT = 50  # of each day, at first
MOST_NAMED = 20  # guides

_named = Prepared(
    Article.objects.published(NOW, few=True).for_titles().order_by().filter(pk__in=Given.several("ids", MOST_NAMED))
)


def views_by_day(days: int) -> list[tuple[dt.date, int]]:
    """Return how often guides were read on each of the last `days` days, today (so far) included."""
    period = _last(days)
    known = cache.get_many([_key(day) for day in period])
    missing = [day for day in period if _key(day) not in known]
    if missing:
        rows = DailyViews.objects.filter(day__in=missing).order_by().values("day").annotate(views=Sum("count"))
        found = dict.fromkeys(missing, 0) | dict(rows.values_list("day", "views"))
        today = period[-1]
        cache.set_many({_key(day): found[day] for day in missing if day != today}, FINISHED_SECONDS)
        if today in found:
            cache.set(_key(today), found[today], RUNNING_SECONDS)
        known |= {_key(day): count for day, count in found.items()}
    return [(day, known[_key(day)]) for day in period]


def most_read(most: int, *, days: int, category: Category | None = None) -> list[Article]:
    """Return the public guides that were read the most in the last `days` days, today included, with `recent_views`.

    No more than MOST_NAMED - SPARE.
    """
    key = f"most-read:{most}:{days}:{category.pk if category else ''}"
    views: dict[int, int] | None = cache.get(key)
    if views is None:
        views = _most_read(most + SPARE, _last(days), category)
        cache.set(key, views, RUNNING_SECONDS)
    guides = {guide.pk: guide for guide in _named(ids=list(views))} if views else {}
    found = [guides[pk] for pk in views if pk in guides][:most]
    for guide in found:
        guide.recent_views = views[guide.pk]
    return found


def _most_read(most: int, period: list[dt.date], category: Category | None) -> dict[int, int]:
    """Return the views of the public guides that were read the most in the period, the first of them first.

    By the threshold algorithm (Fagin, Lotem, Naor, “Optimal aggregation algorithms for middleware”, 2003), for to add
    up what every guide was read takes as long as there are guides: of each day, those that were read the most are
    looked at. What was not seen on any day cannot have more views than the last ones seen have together.
    """
    public = Article.objects.published(few=True)
    if category:
        public = public.filter(category=category)
    looked_at = LOOKED_AT
    while True:
        seen, most_unseen = _read_the_most_by_day(period, looked_at)
        counted = public.filter(pk__in=seen, daily_views__day__gte=period[0]).annotate(times=Sum("daily_views__count"))
        views = dict(counted.order_by("-times", "-pk").values_list("pk", "times")[:most])
        if most_unseen == 0 or (len(views) == most and min(views.values()) >= most_unseen):
            return views
        looked_at *= 4


def _read_the_most_by_day(period: list[dt.date], number: int) -> tuple[set[int], int]:
    """Return so many guides of each day, and how many views one that is not among them can have in all."""
    table = DailyViews._meta.db_table
    of_day = (
        f"SELECT * FROM (SELECT day, article_id, count FROM {table} WHERE day = %s"  # noqa: S608  (no words in it)
        f" ORDER BY count DESC, article_id LIMIT {number}) AS first"
    )
    database = connections[DailyViews.objects.db]  # of which a replica may be read
    with database.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([of_day] * len(period)), [day.isoformat() for day in period])
        rows = cursor.fetchall()
    counts: dict[Any, list[int]] = defaultdict(list)  # the parts of a union come in any order
    for day, _, count in rows:
        counts[day].append(count)
    return {guide for _, guide, _ in rows}, sum(min(some) for some in counts.values() if len(some) == number)


def _last(days: int) -> list[dt.date]:
    today = timezone.localdate()
    return [today - dt.timedelta(days=ago) for ago in range(days - 1, -1, -1)]


def _key(day: dt.date) -> str:
    return f"site-views:{day.isoformat()}"

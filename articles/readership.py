"""How much the whole site is read, for editors; kept for a while, because it is added up over all guides."""

import datetime as dt
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Sum
from django.utils import timezone

from articles.models import Article, DailyViews

FINISHED_SECONDS = 24 * 60 * 60  # a day that is over changes no more
RUNNING_SECONDS = 60
MOST_READ_SECONDS = 10 * 60
NOT_PUBLIC = 200  # so many of the most read may have been withdrawn


@dataclass(frozen=True)
class ReadGuide:
    pk: int
    title: str
    views: int


def views_by_day(days: int) -> list[tuple[dt.date, int]]:
    """Return how often guides were read on each of the last `days` days, today (so far) included."""
    today = timezone.localdate()
    period = [today - dt.timedelta(days=ago) for ago in range(days - 1, -1, -1)]
    known = cache.get_many([_key(day) for day in period])
    missing = [day for day in period if _key(day) not in known]
    if missing:
        rows = DailyViews.objects.filter(day__in=missing).order_by().values("day").annotate(views=Sum("count"))
        found = dict.fromkeys(missing, 0) | dict(rows.values_list("day", "views"))
        cache.set_many({_key(day): found[day] for day in missing if day != today}, FINISHED_SECONDS)
        if today in found:
            cache.set(_key(today), found[today], RUNNING_SECONDS)
        known |= {_key(day): count for day, count in found.items()}
    return [(day, known[_key(day)]) for day in period]


def most_read(days: int, most: int) -> list[ReadGuide]:
    """Return the public guides that were read the most in the last `days` days."""
    key = f"most-read:{days}:{most}"
    rows: list[ReadGuide] | None = cache.get(key)
    if rows is None:
        since = timezone.localdate() - dt.timedelta(days=days - 1)
        read = DailyViews.objects.filter(day__gte=since).order_by().values("article").annotate(views=Sum("count"))
        # Added up by the index alone. Which of the first are public is asked afterwards: to look at every guide that
        # was read takes several times as long.
        views = dict(read.order_by("-views", "-article").values_list("article", "views")[: most + NOT_PUBLIC])
        titles = dict(Article.objects.published().filter(pk__in=views).order_by().values_list("pk", "title"))
        rows = [ReadGuide(pk, titles[pk], count) for pk, count in views.items() if pk in titles][:most]
        cache.set(key, rows, MOST_READ_SECONDS)
    return rows


def _key(day: dt.date) -> str:
    return f"site-views:{day.isoformat()}"

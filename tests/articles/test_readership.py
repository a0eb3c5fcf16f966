import datetime as dt
import random

import pytest
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from articles.reader_counts import add_views
from articles.readership import most_read, views_by_day
from tests.factories import ArticleFactory, CategoryFactory

pytestmark = pytest.mark.django_db


def test_views_of_all_guides_by_day_with_days_that_have_none(django_assert_num_queries):
    first, second = ArticleFactory.create_batch(2, published=True)
    today = timezone.localdate()
    before = today - dt.timedelta(days=2)
    for article, day, count in [(first, today, 3), (second, today, 4), (first, before, 5)]:
        add_views(article.pk, day, count)
    add_views(first.pk, today - dt.timedelta(days=3), 100)
    with django_assert_num_queries(1):  # the sums of the days that are not in the cache
        assert [count for _, count in views_by_day(3)] == [5, 0, 7]
    with django_assert_num_queries(0):
        assert [count for _, count in views_by_day(3)] == [5, 0, 7]


def test_most_read_are_public_guides_in_order(django_assert_num_queries):
    popular, quiet, draft = ArticleFactory(published=True), ArticleFactory(published=True), ArticleFactory()
    today = timezone.localdate()
    for article, days_ago, count in [(popular, 0, 5), (popular, 6, 5), (quiet, 3, 7), (quiet, 7, 99), (draft, 0, 50)]:
        add_views(article.pk, today - dt.timedelta(days=days_ago), count)
    with django_assert_num_queries(3):  # what was read the most, its sums, its titles
        guides = most_read(10, days=7)
    assert [(guide.pk, guide.recent_views) for guide in guides] == [(popular.pk, 10), (quiet.pk, 7)]
    popular.withdraw(by=None, reason="")
    with django_assert_num_queries(1):  # once a minute is enough for sums, but not for what readers may see
        assert most_read(10, days=7) == [quiet]
    assert most_read(10, days=7, category=popular.category) == []
    assert most_read(10, days=7, category=quiet.category) == [quiet]


@pytest.mark.parametrize("seed", range(8))
def test_most_read_are_those_whose_sums_are_the_largest(seed, monkeypatch):
    """However few of each day are looked at, and however the readings are spread."""
    chance = random.Random(seed)
    monkeypatch.setattr("articles.readership.LOOKED_AT", 1)
    monkeypatch.setattr("articles.readership.SPARE", 0)
    today, category = timezone.localdate(), CategoryFactory()
    sums = {}
    for _ in range(12):
        guide = ArticleFactory(published=True, category=chance.choice([category, CategoryFactory()]))
        days = chance.sample(range(5), chance.randint(0, 5))
        counts = [chance.choice([1, 2, 3, 50]) for _ in days]
        for day, count in zip(days, counts, strict=True):
            add_views(guide.pk, today - dt.timedelta(days=day), count)
        if counts:
            sums[guide] = sum(counts)
    ranked = sorted(sums, key=lambda guide: (-sums[guide], -guide.pk))
    for most in (1, 4, 20):
        assert [guide.recent_views for guide in most_read(most, days=5)] == [sums[guide] for guide in ranked[:most]]
        of_category = [sums[guide] for guide in ranked if guide.category == category]
        found = most_read(most, days=5, category=category)
        assert [guide.recent_views for guide in found] == of_category[:most]


def test_the_days_may_come_in_any_order(monkeypatch):
    """PostgreSQL may read the parts of a union at the same time; then the rows of the days are mixed."""
    today = timezone.localdate()
    steady, once = ArticleFactory.create_batch(2, published=True)
    others = ArticleFactory.create_batch(4, published=True)
    for day in range(2):
        add_views(steady.pk, today - dt.timedelta(days=day), 6)
        for other in others[day::2]:
            add_views(other.pk, today - dt.timedelta(days=day), 9)
    add_views(once.pk, today, 1)

    def mixed(cursor: CursorWrapper) -> list:
        return sorted(cursor.cursor.fetchall(), key=lambda row: row[1:])

    monkeypatch.setattr(CursorWrapper, "fetchall", mixed, raising=False)
    monkeypatch.setattr("articles.readership.LOOKED_AT", 2)
    monkeypatch.setattr("articles.readership.SPARE", 0)
    assert most_read(1, days=2) == [steady]

import datetime as dt

import pytest
from django.utils import timezone

from articles.reader_counts import add_views
from articles.readership import most_read, views_by_day
from tests.factories import ArticleFactory

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


def test_most_read_are_public_guides_in_order():
    popular, quiet, draft = ArticleFactory(published=True), ArticleFactory(published=True), ArticleFactory()
    for article, count in [(popular, 9), (quiet, 1), (draft, 50)]:
        add_views(article.pk, timezone.localdate(), count)
    assert [(guide.pk, guide.views) for guide in most_read(30, 10)] == [(popular.pk, 9), (quiet.pk, 1)]

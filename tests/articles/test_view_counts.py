"""Readings are committed in groups, and none is acknowledged before it is safe, whoever crashes when."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.models import Sum
from django.test import RequestFactory
from django.utils import timezone

from articles import view_counts, views_in_redis
from articles.models import ArticleViews, DailyViews, WrittenBatch
from articles.reader_counts import count_view
from articles.view_counts import GroupCommit, NotCountedError
from tests.factories import ArticleFactory

DAY = dt.date(2026, 11, 26)
PHONE = "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36"


class Database:
    """Stands for the database: takes what is written once it is let, and says how often it was asked."""

    def __init__(self) -> None:
        self.commits, self.is_asked, self.may_go_on = [], threading.Event(), threading.Event()

    def write(self, readings) -> None:
        self.is_asked.set()
        assert self.may_go_on.wait(10)
        self.commits.append(dict(readings))
        if (0, DAY) in readings:
            raise OperationalError("no space left")


def gathered(group_commit: GroupCommit, number: int) -> None:
    while sum(group_commit._gathering.readings.values()) < number:
        threading.Event().wait(0.001)


def sums() -> tuple[int, int]:
    """The totals and the daily series of all guides, which must agree."""
    total, days = ArticleViews.objects.aggregate(n=Sum("total"))["n"], DailyViews.objects.aggregate(n=Sum("count"))["n"]
    return total or 0, days or 0


def test_who_comes_during_a_commit_shares_the_next_one():
    database = Database()
    group_commit = GroupCommit(database.write)
    with ThreadPoolExecutor(32) as pool:
        first = pool.submit(group_commit.add, (1, DAY))
        assert database.is_asked.wait(10)
        others = [pool.submit(group_commit.add, (number % 3 + 1, DAY)) for number in range(31)]
        gathered(group_commit, 31)
        assert not any(waiting.done() for waiting in [first, *others])
        database.may_go_on.set()
        for waiting in [first, *others]:
            waiting.result()
    assert database.commits == [{(1, DAY): 1}, {(1, DAY): 11, (2, DAY): 10, (3, DAY): 10}]


def test_a_commit_that_fails_is_acknowledged_to_nobody_and_the_next_one_succeeds():
    database = Database()
    group_commit = GroupCommit(database.write)
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(group_commit.add, (1, DAY))
        assert database.is_asked.wait(10)
        others = [pool.submit(group_commit.add, (number, DAY)) for number in range(7)]
        gathered(group_commit, 7)
        database.may_go_on.set()
        first.result()
        errors = [type(waiting.exception()) for waiting in others]
    assert sorted(errors, key=str) == sorted([OperationalError, *[NotCountedError] * 6], key=str)
    group_commit.add((5, DAY))
    assert database.commits[-1] == {(5, DAY): 1}


@pytest.mark.django_db(transaction=True)
def test_no_reading_is_lost_or_counted_twice_from_32_threads():
    guides = ArticleFactory.create_batch(3, published=True)

    def read(reader: int) -> None:
        for number in range(10):
            view_counts.count(guides[(reader + number) % 3].pk, DAY)
        connection.close()

    with ThreadPoolExecutor(32) as pool:
        list(pool.map(read, range(32)))
    assert sums() == (320, 320)


@pytest.mark.django_db
def test_a_guide_that_was_deleted_costs_the_others_nothing():
    guide = ArticleFactory(published=True)
    view_counts.write({(guide.pk, DAY): 2, (guide.pk + 1000, DAY): 3, (guide.pk, DAY - dt.timedelta(1)): 4})
    assert sums() == (6, 6)


@pytest.mark.django_db
def test_a_batch_of_more_rows_than_a_statement_takes(monkeypatch):
    monkeypatch.setattr(view_counts, "ROWS_OF_A_STATEMENT", 2)
    guides = ArticleFactory.create_batch(5, published=True)
    for _ in range(2):
        view_counts.write({(guide.pk, DAY): number for number, guide in enumerate(guides, 1)})
    assert sums() == (30, 30)


@pytest.mark.django_db
def test_who_was_told_that_it_failed_may_try_again(monkeypatch):
    guide = ArticleFactory(published=True)
    request = RequestFactory().post("/", headers={"user-agent": PHONE})

    def fail(*args):
        raise OperationalError("no database")

    with monkeypatch.context() as patched:
        patched.setattr(view_counts, "write", fail)
        with pytest.raises(OperationalError):
            count_view(request, guide.pk)
    assert count_view(request, guide.pk)
    assert sums() == (1, 1)


# --- With Redis ---------------------------------------------------------------


def waiting_for_turn(monkeypatch) -> None:
    """Have nobody write before the test says so."""
    monkeypatch.setattr(views_in_redis, "_next_try", float("inf"))


@pytest.fixture
def guide(db, redis_cache, monkeypatch):
    waiting_for_turn(monkeypatch)
    return ArticleFactory(published=True)


@pytest.mark.django_db(transaction=True)
def test_readings_wait_in_redis_and_are_written_once(guide, monkeypatch):
    for _ in range(3):
        views_in_redis.count(guide.pk, DAY)
    assert sums() == (0, 0)
    assert [views_in_redis.flush(), views_in_redis.flush()] == [3, 0]
    assert sums() == (3, 3)
    monkeypatch.setattr(views_in_redis, "_next_try", 0)
    for _ in range(2):
        views_in_redis.count(guide.pk, DAY)  # the turn of the first; the second waits
    assert sums() == (4, 4)


@pytest.mark.django_db(transaction=True)
def test_a_crash_before_the_commit_loses_nothing(guide, monkeypatch):
    views_in_redis.count(guide.pk, DAY)

    def crash(readings):
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(view_counts, "write", crash)
        with pytest.raises(SystemExit):
            views_in_redis.flush()
    views_in_redis.count(guide.pk, DAY)
    assert sums() == (0, 0)
    assert views_in_redis.flush() == 2
    assert sums() == (2, 2)


@pytest.mark.django_db(transaction=True)
def test_a_crash_after_the_commit_counts_nothing_twice(guide, monkeypatch):
    views_in_redis.count(guide.pk, DAY)

    def crash(name):
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(views_in_redis, "_forget", crash)
        with pytest.raises(SystemExit):
            views_in_redis.flush()
    assert sums() == (1, 1)
    views_in_redis.count(guide.pk, DAY)
    assert views_in_redis.flush() == 1
    assert sums() == (2, 2)
    assert not views_in_redis._client().keys("*views:[0-9a-f]*")


@pytest.mark.django_db(transaction=True)
def test_a_reading_is_acknowledged_while_the_database_is_away(guide, monkeypatch):
    def fail(readings):
        raise OperationalError("no database")

    with monkeypatch.context() as patched:
        patched.setattr(view_counts, "write", fail)
        patched.setattr(views_in_redis, "_next_try", 0)
        views_in_redis.count(guide.pk, DAY)
    assert sums() == (0, 0)
    call_command("flush_views", verbosity=0)
    assert sums() == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_many_who_write_at_once_write_each_batch_once(guide):
    def read(_: int) -> None:
        for number in range(10):
            views_in_redis.count(guide.pk, DAY)
            if number % 3 == 0:
                views_in_redis.flush()
        connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(read, range(8)))
    views_in_redis.flush()
    assert sums() == (80, 80)


@pytest.mark.django_db(transaction=True)
def test_names_of_batches_are_forgotten_after_a_day(guide):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(2):
            views_in_redis.count(guide.pk, DAY)
            views_in_redis.flush()
            clock.shift(views_in_redis.KEPT.total_seconds() + 1)
    assert WrittenBatch.objects.count() == 1

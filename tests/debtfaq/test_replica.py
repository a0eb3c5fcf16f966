"""Which pages are read from a replica, and when not. Here it is a copy of the database that is renewed when a test says
so; a real one, with PostgreSQL, is in tests/rehearsal."""

import contextlib
import logging
import sqlite3
import threading
import time

import pytest
from django.conf import settings as django_settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import OperationalError, connection, connections
from django.test.utils import CaptureQueriesContext
from werkzeug.test import Client as Browser

from debtfaq import content_revision
from debtfaq.content_revision import LOOKED_UP_SECONDS, Watch, number_in
from debtfaq.page_cache import PageCache
from debtfaq.replica import ALIAS, MOST_TIMES_BEHIND, PATIENCE_SECONDS, Replica
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", ALIAS])

HOST = "http://localhost"


class Copy:
    """A replica, and a site that reads from it; `now` is its clock."""

    def __init__(self, path) -> None:
        self.path, self.now = path, 0.0

    def catch_up(self) -> None:
        """Become as the primary is, but for a line by which its pages can be told."""
        connection.ensure_connection()
        with contextlib.closing(sqlite3.connect(self.path)) as own:
            connection.connection.backup(own)
        self.execute("UPDATE articles_article SET body_html = body_html || '<p>来自副本</p>'")
        self.pass_time()

    def execute(self, statement: str) -> None:
        with contextlib.closing(sqlite3.connect(self.path)) as own, own:
            own.execute(statement)

    def pass_time(self) -> None:
        self.now += LOOKED_UP_SECONDS


@pytest.fixture(scope="module", autouse=True)
def _second_database(django_db_setup, tmp_path_factory):
    """Before any test of this file gets its database, or it may not use a second one."""
    django_settings.DATABASES[ALIAS] = {**django_settings.DATABASES["default"]}
    if connection.vendor == "sqlite":
        django_settings.DATABASES[ALIAS]["NAME"] = str(tmp_path_factory.mktemp("replica") / "replica.sqlite3")
    yield
    del django_settings.DATABASES[ALIAS]


@pytest.fixture
def copy(settings, monkeypatch):
    if connection.vendor != "sqlite":
        pytest.skip("在 PostgreSQL 上由 tests/rehearsal 检验真的副本")
    copy = Copy(settings.DATABASES[ALIAS]["NAME"])
    settings.DATABASE_ROUTERS = ["debtfaq.replica.Router"]
    replica = Replica(lambda: number_in(ALIAS))
    monkeypatch.setattr(content_revision, "present", Watch(lambda: copy.now, replica))
    yield copy
    replica._thread.submit(_close_replica).result()
    replica._thread.shutdown()


def _close_replica() -> None:
    connections[ALIAS].close()  # that of the thread which runs this


@pytest.fixture
def guide(copy):
    return ArticleFactory(published=True)


def reader(*, keeps_pages=True) -> Browser:
    site = WSGIHandler()
    if keeps_pages:
        site = PageCache(site, hosts=["localhost"], capacity=1 << 20, watch=content_revision.present)
    return Browser(site, use_cookies=False)


def is_from_replica(answer) -> bool:
    assert answer.status_code == 200
    return "来自副本" in answer.text


@pytest.mark.parametrize("keeps_pages", [True, False])
def test_pages_are_read_from_a_replica_that_is_up_to_date(copy, guide, keeps_pages):
    copy.catch_up()
    browser = reader(keeps_pages=keeps_pages)
    path = guide.get_absolute_url()
    assert is_from_replica(browser.get(path, HOST))
    guide.body += "\n\n后来改过。"
    guide.save()
    copy.pass_time()
    late = browser.get(path, HOST)
    assert "后来改过。" in late.text
    assert not is_from_replica(late)
    copy.catch_up()
    guide.category.name = "改过的分类"
    guide.category.save()
    copy.catch_up()
    again = browser.get(path, HOST)
    assert is_from_replica(again)
    assert "改过的分类" in again.text


def test_whoever_may_have_written_reads_what_is_written(copy, guide):
    copy.catch_up()
    content_revision.present.current()
    browser = reader()
    path = guide.get_absolute_url()
    assert not is_from_replica(browser.get(path, HOST, headers={"Cookie": "sessionid=x"}))
    with CaptureQueriesContext(connections[ALIAS]) as asked:
        browser.get(f"/comments/{guide.pk}/", HOST)
        browser.get("/search/?q=逾期", HOST)
        browser.post(f"/articles/{guide.pk}/views/", HOST, headers={"User-Agent": "Mozilla/5.0"})
        browser.get("/admin/login/", HOST)
    assert not asked.captured_queries


def test_a_replica_that_fails_in_the_middle_of_a_page(copy, guide, caplog):
    copy.catch_up()
    copy.execute("ALTER TABLE articles_category RENAME TO gone")
    assert not is_from_replica(reader().get(guide.get_absolute_url(), HOST))
    copy.execute("ALTER TABLE gone RENAME TO articles_category")
    assert [record.name for record in caplog.records if record.levelno >= logging.WARNING] == ["debtfaq.replica"]


def test_readers_need_no_primary(copy, guide, monkeypatch):
    copy.catch_up()
    content_revision.present.current()

    def ask(alias: str) -> int:
        if alias == "default":
            raise OperationalError("gone")
        return number_in(alias)

    monkeypatch.setattr(content_revision, "number_in", ask)
    copy.pass_time()
    assert is_from_replica(reader().get(guide.get_absolute_url(), HOST))
    # But never from one that has not seen what this process has shown.
    known = content_revision.present.current()
    content_revision.present._revision = known._replace(number=known.number + 1)
    copy.pass_time()
    with pytest.raises(OperationalError):
        content_revision.present.current()


def test_a_replica_that_is_gone_is_said_once_and_taken_up_again(caplog):
    numbers = {"there": 7, "is_gone": False}

    def ask() -> int:
        if numbers["is_gone"]:
            raise OperationalError("connection refused")
        return numbers["there"]

    replica = Replica(ask)
    assert replica.has(7)
    numbers["is_gone"] = True
    assert [replica.has(7) for _ in range(3)] == [False] * 3
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    numbers["is_gone"] = False
    deadline = time.monotonic() + 5
    while not replica.has(7):
        assert time.monotonic() < deadline
    caplog.clear()
    assert [replica.has(8) for _ in range(MOST_TIMES_BEHIND + 3)] == [False] * (MOST_TIMES_BEHIND + 3)
    assert len(caplog.records) == 1
    assert "落后" in caplog.text


def test_a_replica_that_says_nothing_is_waited_for_once():
    answer = threading.Event()
    replica = Replica(lambda: int(answer.wait(30)))
    began = time.monotonic()
    assert [replica.has(1) for _ in range(10)] == [False] * 10
    assert time.monotonic() - began < 3 * PATIENCE_SECONDS
    answer.set()
    deadline = time.monotonic() + 5
    while not replica.has(1):
        assert time.monotonic() < deadline


def test_a_server_that_was_started_anew_is_asked_at_once():
    """Or pages of before would be shown until each thread has noticed."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite 没有会重启的服务器")
    before = number_in("default")
    killer = connection.copy()
    with connection.cursor() as mine, killer.cursor() as other:
        mine.execute("SELECT pg_backend_pid()")
        other.execute("SELECT pg_terminate_backend(%s)", mine.fetchone())
    killer.close()
    assert number_in("default") == before

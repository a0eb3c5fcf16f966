"""Pages answered from memory: the same as Django's, never older than a change, nobody's but everybody's."""

import contextlib
import datetime as dt
import gzip
import random
import re
import threading
from concurrent.futures import ThreadPoolExecutor

import brotli
import pytest
import time_machine
from django.apps import apps
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import OperationalError, close_old_connections, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from django.utils import timezone
from werkzeug.test import Client as Browser

from articles.models import Article, Page
from comments.models import Comment
from debtfaq import content_revision
from debtfaq.content_revision import COUNTS, PUBLIC, Revision, Watch
from debtfaq.models import ContentRevision
from debtfaq.page_cache import LARGEST, PAGE_SECONDS, PageCache
from debtfaq.public_pages import PUBLIC_PAGES
from tests.factories import ArticleFactory, CommentFactory, ExpertFactory
from tests.statements import in_words

HOST = "http://localhost"


class Clock:
    """A clock that tests set; a watch that knows a revision without a database."""

    def __init__(self) -> None:
        self.now, self.number, self.is_down = 0.0, 1, False

    def clock(self) -> float:
        return self.now

    def current(self) -> Revision:
        if self.is_down:
            raise OperationalError("no database")
        return Revision(self.number, 0)


class Site:
    """A WSGI application that counts how often it is asked, and says what came."""

    def __init__(self, status="200 OK", headers=(("Cache-Control", "public, max-age=1"),), body=b"page") -> None:
        self.status, self.headers, self.body, self.asked = status, list(headers), body, []

    def __call__(self, environ, start_response):
        self.asked.append(environ)
        start_response(self.status, [("Content-Type", "text/html"), *self.headers])
        return [self.body, str(len(self.asked)).encode()]


@pytest.fixture
def clock() -> Clock:
    return Clock()


def cached(site, clock, capacity=1 << 20, **options) -> Browser:
    application = PageCache(site, hosts=["localhost", ".example.cn"], capacity=capacity, watch=clock, **options)
    return Browser(application, use_cookies=False)


def test_a_page_is_made_once_for_a_revision(clock):
    site = Site()
    browser = cached(site, clock)
    assert [browser.get("/", HOST).text for _ in range(3)] == ["page1"] * 3
    clock.number = 2
    assert [browser.get("/", HOST).text for _ in range(2)] == ["page2"] * 2
    clock.now += PAGE_SECONDS
    assert browser.get("/", HOST).text == "page3"


def test_codings_and_conditional_requests(clock):
    browser = cached(Site(), clock)
    plain = browser.get("/", HOST)
    zipped = browser.get("/", HOST, headers={"Accept-Encoding": "gzip, deflate, br"})
    assert brotli.decompress(zipped.data) == plain.data == b"page1"
    assert zipped.headers["Content-Encoding"] == "br"
    assert {answer.headers["Vary"] for answer in (plain, zipped)} == {"Accept-Encoding"}
    tag = zipped.headers["ETag"]
    assert tag != plain.headers["ETag"]
    assert not tag.startswith("W/")
    again = browser.get("/", HOST, headers={"Accept-Encoding": "br", "If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    head = browser.head("/", HOST)
    assert (head.data, head.headers["Content-Length"]) == (b"", "5")


@pytest.mark.parametrize(
    "site",
    [
        Site(status="404 Not Found"),
        Site(status="500 Internal Server Error"),
        Site(headers=[]),
        Site(headers=[("Cache-Control", "private")]),
        Site(headers=[("Cache-Control", "public"), ("Set-Cookie", "a=b")]),
        Site(body=b"x" * LARGEST),
    ],
)
def test_errors_and_what_is_somebodys_are_never_kept(site, clock):
    browser = cached(site, clock)
    answers = [browser.get("/", HOST) for _ in range(2)]
    assert len(site.asked) == 2
    assert {answer.status.upper() for answer in answers} == {site.status.upper()}


@pytest.mark.parametrize(
    ("path", "headers", "base"),
    [
        ("/", {"Cookie": "sessionid=1"}, HOST),
        ("/", {"Authorization": "Basic x"}, HOST),
        ("/", {}, "http://evil.example"),
        ("/?q=1", {}, HOST),
        ("/articles/?before=1&x=2", {}, HOST),
        ("/search/", {}, HOST),
        ("/articles/1/views.gif", {}, HOST),
        ("/comments/1/", {}, HOST),
        ("/admin/", {}, HOST),
    ],
)
def test_what_is_djangos_business_reaches_it_as_it_is(path, headers, base, clock):
    site = Site()
    browser = cached(site, clock)
    for _ in range(2):
        browser.get(path, base, headers={**headers, "User-Agent": "me"}, environ_overrides={"REMOTE_ADDR": "192.0.2.1"})
    assert len(site.asked) == 2
    assert {(environ["REMOTE_ADDR"], environ["HTTP_USER_AGENT"]) for environ in site.asked} == {("192.0.2.1", "me")}


def test_what_others_add_to_links_makes_no_other_page(clock):
    site = Site()
    browser = cached(site, clock)
    for query in ("", "?from=singlemessage&isappinstalled=0", "?utm_source=x"):
        assert browser.get(f"/{query}", HOST).text == "page1"
    assert site.asked[0]["QUERY_STRING"] == ""
    assert browser.get("/articles/?before=7&from=x", HOST).text == "page2"
    assert site.asked[1]["QUERY_STRING"] == "before=7"


def test_hosts_and_schemes_are_kept_apart(clock):
    browser = cached(Site(), clock, https_header=("HTTP_X_FORWARDED_PROTO", "https"))
    bases = [HOST, "http://www.example.cn", "http://example.cn", "http://localhost:81"]
    assert len({browser.get("/", base).text for base in bases}) == len(bases)
    plain = browser.get("/", HOST).text
    assert browser.get("/", HOST, headers={"X-Forwarded-Proto": "https"}).text != plain


def test_no_other_header_reaches_what_makes_the_page(clock):
    site = Site()
    names = ("X-Forwarded-Host", "X-Forwarded-For", "X-Original-URL", "X-Rewrite-URL", "Forwarded", "Referer")
    hostile = dict.fromkeys(names, "evil.example")
    hostile |= {"X-HTTP-Method-Override": "POST", "Accept-Language": "en", "User-Agent": "evil", "Range": "bytes=0-1"}
    cached(site, clock).get("/", HOST, headers=hostile)
    assert "evil" not in str(site.asked[0])
    assert {name for name in site.asked[0] if name.startswith("HTTP_")} == {"HTTP_HOST"}


def test_many_who_come_at_once_are_served_from_one_rendering(clock):
    gate, site = threading.Event(), Site()

    def slow(environ, start_response):
        gate.wait(5)
        return site(environ, start_response)

    application = PageCache(slow, hosts=["localhost"], capacity=1 << 20, watch=clock)
    with ThreadPoolExecutor(8) as readers:
        coming = [readers.submit(lambda: Browser(application).get("/", HOST).text) for _ in range(8)]
        gate.set()
        assert {reader.result() for reader in coming} == {"page1"}
    assert len(site.asked) == 1


def test_memory_is_bounded_and_the_longest_unread_goes_first(clock):
    site = Site()
    browser = cached(site, clock, capacity=3 * 2400)
    for path in ("/articles/1-a/", "/articles/2-a/", "/articles/1-a/", "/articles/3-a/", "/articles/4-a/"):
        browser.get(path, HOST)
    made = len(site.asked)
    browser.get("/articles/1-a/", HOST)
    assert len(site.asked) == made
    browser.get("/articles/2-a/", HOST)
    assert len(site.asked) == made + 1


def test_each_coding_that_was_asked_for_is_kept_and_takes_its_room(clock):
    body = random.Random(1).randbytes(10_000)
    site = Site(body=body)
    browser = cached(site, clock, capacity=3 * 12_100)
    for coding in ("br", "gzip", "br", "gzip"):
        answer = browser.get("/articles/1-a/", HOST, headers={"Accept-Encoding": coding})
        assert answer.headers["Content-Encoding"] == coding
        assert {"br": brotli, "gzip": gzip}[coding].decompress(answer.data) == body + b"1"
    assert len(site.asked) == 1
    for path in ("/articles/2-a/", "/articles/1-a/", "/articles/3-a/"):  # two codings and two pages more are too much
        browser.get(path, HOST, headers={"Accept-Encoding": "br"})
    assert len(site.asked) == 3
    browser.get("/articles/2-a/", HOST, headers={"Accept-Encoding": "br"})
    assert len(site.asked) == 4


def test_without_a_database_readers_get_what_there_was(clock):
    site = Site()
    browser = cached(site, clock)
    browser.get("/", HOST)
    clock.is_down, clock.now = True, 10 * PAGE_SECONDS
    old = browser.get("/", HOST)
    assert (old.text, old.headers["Cache-Control"]) == ("page1", "no-cache")
    assert "Warning" in old.headers
    assert browser.get("/", HOST, headers={"If-None-Match": old.headers["ETag"]}).status_code == 200
    assert browser.get("/articles/", HOST).text == "page2", "Django says what it can"


# --- With the real site -----------------------------------------------------


@pytest.fixture
def pages(db) -> dict[str, str]:
    """An address for every kind of public page, with something of everything on it."""
    guide, expert = ArticleFactory(published=True, tags=["征信"]), ExpertFactory()
    question = CommentFactory(article=guide, approved=True)
    CommentFactory(article=guide, approved=True, parent=question, expert=expert)
    guide.reviews.create(expert=expert, reviewed_on=timezone.localdate())
    site_page = Page.objects.create(title="关于这里", slug="here", body="正文")
    guide.corrected_at = guide.published_at
    guide.save(update_fields=["corrected_at"])
    ArticleFactory(published=True, tags=["征信"], category=guide.category)
    local = timezone.localtime(guide.published_at)
    arguments = {
        "articles:article": [guide.pk, guide.slug],
        "articles:shared": [guide.pk],
        "articles:page": [site_page.slug],
        "articles:archive_month": [local.year, local.month],
        "articles:sitemap_guides": [0],
        "articles:tag": [guide.tags.get().slug],
        "comments:expert": [expert.pk],
        **{f"articles:{name}": [guide.category.slug] for name in ("category", "category_atom", "category_rss")},
    }
    return {name: reverse(name, args=arguments.get(name, [])) for name in PUBLIC_PAGES}


@contextlib.contextmanager
def one_connection():
    """Keep requests from closing the connection that holds the test's transaction, as Django's test client does."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


def real(watch: Watch | None = None) -> Browser:
    return Browser(PageCache(WSGIHandler(), hosts=["localhost"], capacity=1 << 24, watch=watch or Watch()))


def test_every_public_page_comes_from_memory_as_django_made_it(pages, client):
    made = {path: client.get(path, HTTP_HOST="localhost").content for path in pages.values()}
    browser = real()
    with one_connection():
        for path, body in made.items():
            assert browser.get(path, HOST).data == body, path
        with CaptureQueriesContext(connection) as queries:
            assert {path: browser.get(path, HOST).data for path in made} == made
    assert len(queries) == 0


def test_every_table_that_a_public_page_reads_moves_the_revision(pages, client):
    known = {apps.get_model(label)._meta.db_table for label in PUBLIC | COUNTS}
    for path in pages.values():
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        read = set(re.findall(r'(?:FROM|JOIN) "(\w+)"', " ".join(in_words(queries))))
        assert read <= known, f"{path} reads {read - known}: add them to debtfaq.content_revision"


@pytest.mark.parametrize("label", sorted(PUBLIC))
def test_whatever_way_a_public_model_is_written_the_revision_moves(label, db, django_capture_on_commit_callbacks):
    model = apps.get_model(label)
    writes = [
        lambda: model._base_manager.filter(pk=0).update(**{model._meta.concrete_fields[-1].name: None}),
        lambda: model._base_manager.filter(pk=0)._raw_delete(using="default"),
    ]
    for write in writes:
        before = Watch().current().number
        connection.run_on_commit.clear()  # as a commit would
        with django_capture_on_commit_callbacks(execute=True):
            write()
        assert Watch().current().number == before + 1


def test_adding_in_bulk_and_many_to_many_move_it_once_for_a_transaction(pages, django_capture_on_commit_callbacks):
    guide = Article.objects.published().first()
    before = Watch().current().number
    connection.run_on_commit.clear()  # as a commit would
    with django_capture_on_commit_callbacks() as callbacks:
        Comment.objects.bulk_create(
            Comment(article=guide, body=str(number), waits_since=timezone.now()) for number in range(3)
        )
        guide.tags.add("新标签")
        ExpertFactory().categories.add(guide.category)
    ours = [callback for callback in callbacks if callback is content_revision._move]
    assert len(ours) == 1
    ours[0]()
    assert Watch().current().number == before + 1


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_moves_nothing_and_a_later_write_still_does():
    guide = ArticleFactory(published=True)
    before = Watch().current().number
    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
        Article.objects.filter(pk=guide.pk).update(byline="x")
        raise ZeroDivisionError
    assert Watch().current().number == before
    with transaction.atomic():
        with contextlib.suppress(ZeroDivisionError), transaction.atomic():
            Article.objects.filter(pk=guide.pk).update(byline="x")
            raise ZeroDivisionError
        Article.objects.filter(pk=guide.pk).update(byline="y")
    assert Watch().current().number == before + 1


@pytest.mark.django_db(transaction=True)
def test_a_change_is_seen_after_a_second_and_until_then_nobody_asks_the_database():
    clock = Clock()
    watch = Watch(clock.clock)
    browser = real(watch)
    guide = ArticleFactory(published=True)
    assert guide.title in browser.get("/", HOST).text
    guide.withdraw(by=None)
    clock.now = 0.9
    with CaptureQueriesContext(connection) as queries:
        assert guide.title in browser.get("/", HOST).text
    assert len(queries) == 0
    clock.now = 1.0
    assert guide.title not in browser.get("/", HOST).text


@pytest.mark.django_db(transaction=True)
def test_a_scheduled_guide_appears_at_its_minute_in_every_process():
    with time_machine.travel("2026-11-26 08:00Z", tick=False) as now:
        clocks = [Clock(), Clock()]
        browsers = [real(Watch(clock.clock)) for clock in clocks]
        guide = ArticleFactory(status="published", published_at=timezone.now() + dt.timedelta(minutes=10))
        assert all(guide.title not in browser.get("/", HOST).text for browser in browsers)
        now.shift(dt.timedelta(minutes=10))
        for clock in clocks:
            clock.now += 1  # and not the minute after which every page is made anew
        assert all(guide.title in browser.get("/", HOST).text for browser in browsers)


def test_every_public_route_is_known(db):
    names = {f"{space}:{name}" for space in ("articles", "comments") for name in _names(space)}
    assert set(PUBLIC_PAGES) <= names


def _names(namespace: str) -> set[str]:
    _, resolver = get_resolver().namespace_dict[namespace]
    return {name for name in resolver.reverse_dict if isinstance(name, str)}


def test_the_first_change_ever_makes_the_row(db):
    ContentRevision.objects.all().delete()
    content_revision._move()
    content_revision._move()
    assert ContentRevision.objects.get().number == 2

"""Readings counted without Django: the same rules, the same answers, down to the headers."""

from collections.abc import Iterator

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from werkzeug.test import Client as Browser

from articles.models import ArticleViews
from debtfaq import view_beacon
from debtfaq.content_revision import LOOKED_UP_SECONDS, Watch
from debtfaq.view_beacon import ViewBeacon
from tests.factories import ArticleFactory

HOST = "http://localhost"
PHONE = "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36"


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Site:
    """Django, and how often it was asked."""

    def __init__(self) -> None:
        self.django, self.clock, self.asked = WSGIHandler(), Clock(), 0
        beacon = ViewBeacon(self, https_header=("HTTP_X_FORWARDED_PROTO", "https"), watch=Watch(self.clock))
        self.browser = Browser(beacon, use_cookies=False)

    def __call__(self, environ, start_response):
        self.asked += 1
        return self.django(environ, start_response)

    def post(self, guide, reader=0, base=HOST, **headers):
        address = {"REMOTE_ADDR": f"203.0.113.{reader}"}
        headers = {"User-Agent": PHONE, **headers}
        url = reverse("articles:record_view", args=[guide.pk])
        return self.browser.post(url, base, headers=headers, environ_base=address)

    def learn(self, guide) -> list:
        """Have Django say once what it says of a reading that counts, and of one that does not."""
        return [self.post(guide, 250), self.post(guide, 250)]


@pytest.fixture
def site(db, monkeypatch) -> Iterator[Site]:
    # The connection that holds the test's transaction must outlive the requests.
    monkeypatch.setattr(view_beacon, "close_old_connections", lambda: None)
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield Site()
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


def test_the_answers_are_those_of_django_without_asking_it(site):
    guide = ArticleFactory(published=True)
    first = site.learn(guide)
    asked = site.asked
    later = [site.post(guide, 1), site.post(guide, 1)]
    assert site.asked == asked
    assert [answer.status_code for answer in later] == [201, 200]
    for ours, djangos in zip(later, first, strict=True):
        assert ours.json == djangos.json
        assert {name for name, _ in ours.headers} == {name for name, _ in djangos.headers}
        assert "no-store" in ours.headers["Cache-Control"]
    assert ArticleViews.objects.get(article=guide).total == 2


def test_robots_do_not_count_and_a_visitor_counts_once(site):
    guide = ArticleFactory(published=True)
    site.learn(guide)
    answers = [site.post(guide, 1, **{"User-Agent": robot}) for robot in ("Baiduspider/2.0", "curl/8.5", "")]
    answers += [site.post(guide, 2) for _ in range(3)]
    assert [answer.json["counted"] for answer in answers] == [False] * 3 + [True, False, False]
    assert ArticleViews.objects.get(article=guide).total == 2


def test_only_guides_that_readers_see_are_counted(site, django_capture_on_commit_callbacks):
    guide, other = ArticleFactory.create_batch(2, published=True)
    site.learn(guide)
    assert site.post(ArticleFactory(), 1).status_code == 404
    assert site.post(other, 1).status_code == 201
    connection.run_on_commit.clear()  # as a commit would
    with django_capture_on_commit_callbacks(execute=True):
        other.withdraw(by=None)
    site.clock.now += LOOKED_UP_SECONDS
    assert site.post(other, 2).status_code == 404
    assert ArticleViews.objects.get(article=other).total == 1


@pytest.mark.parametrize(
    ("base", "headers"),
    [
        (HOST, {"Cookie": "sessionid=1"}),
        (HOST, {"Authorization": "Basic x"}),
        ("http://127.0.0.1", {}),
        (HOST, {"X-Forwarded-Proto": "https"}),
    ],
)
def test_whatever_is_not_known_yet_is_djangos_business(site, base, headers):
    guide = ArticleFactory(published=True)
    site.learn(guide)
    asked = site.asked
    assert site.post(guide, 1, base, **headers).status_code == 201
    assert site.asked == asked + 1


def test_an_unknown_host_is_refused_every_time(site):
    guide = ArticleFactory(published=True)
    site.learn(guide)
    assert {site.post(guide, 1, "http://evil.example").status_code for _ in range(3)} == {400}
    assert ArticleViews.objects.get(article=guide).total == 1


def test_other_requests_pass_through(site):
    guide = ArticleFactory(published=True)
    site.learn(guide)
    asked, url = site.asked, reverse("articles:record_view", args=[guide.pk])
    site.browser.get(url, HOST)
    site.browser.post(url + "?x=1", HOST)
    site.browser.post(reverse("articles:record_vote", args=[guide.pk]), HOST)
    assert site.asked == asked + 3


def test_a_known_guide_costs_no_query_but_those_that_count(site):
    guide = ArticleFactory(published=True)
    site.learn(guide)
    site.post(guide, 1)
    with CaptureQueriesContext(connection) as queries:
        site.post(guide, 2)
    written = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert len(written) == 2, written


def test_one_query_tells_of_neighbouring_guides_and_memory_is_bounded(site, monkeypatch):
    monkeypatch.setattr(view_beacon, "MOST_BLOCKS", 1)
    first = view_beacon.BLOCK * 1000
    here, beside, far = (ArticleFactory(pk=pk, published=True) for pk in (first, first + 63, first + 64))
    hidden = ArticleFactory(pk=first + 1)
    site.learn(ArticleFactory(published=True))

    def asked(guide, reader) -> int:
        with CaptureQueriesContext(connection) as queries:
            site.post(guide, reader)
        return len([1 for query in queries if 'FROM "articles_article"' in query["sql"].partition(" WHERE ")[0]])

    assert asked(here, 1) == 1
    assert asked(beside, 2) == 0
    assert ArticleViews.objects.filter(article=beside).exists()
    assert asked(far, 3) == 1
    assert asked(here, 4) == 1, "only one block is remembered"
    before = site.asked
    site.post(hidden, 5)
    assert site.asked == before + 1, "what readers do not see is Django's business"

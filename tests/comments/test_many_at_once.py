"""Fifty readers send at the same moment: limits hold exactly, nothing is lost and nothing is kept twice."""

import datetime as dt
import re
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.models import Article
from comments import views, writers
from comments.models import Comment
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db(transaction=True)

READERS = 50
HERE = "203.0.113.7"
NETWORKS = [f"10.0.{number}.1" for number in range(READERS)]
# Too few letters to be taken for a burst of nearly the same words, which is refused too.
WORDS = [f"第{number:02}个问题：最低还款还算逾期吗？" for number in range(READERS)]


@pytest.fixture(autouse=True)
def _all_are_counted_at_the_same_moment(monkeypatch) -> Iterator[None]:
    """Left alone, they hardly ever meet there: each has its words screened first, and takes its time over that."""
    together = Barrier(READERS, timeout=60)

    def is_flooding(*asked) -> bool:
        together.wait()
        return writers.is_flooding(*asked)

    monkeypatch.setattr(views, "is_flooding", is_flooding)
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.fixture
def article() -> Article:
    return ArticleFactory(published=True)


@pytest.fixture(params=["default", "redis"])
def either_cache(request) -> None:
    """The default cache, which counts exactly within one process, and Redis, which does so for all of them."""
    if request.param == "redis":
        request.getfixturevalue("redis_cache")


def send_at_once(article: Article, addresses: list[str], bodies: list[str]) -> list[HttpResponse]:
    """Let each network send its words, all at the same moment, a while after opening the form."""
    url = reverse("comments:write", args=[article.pk])
    with time_machine.travel(timezone.now() - dt.timedelta(minutes=1), tick=False):
        token = re.search(r'name="started" value="([^"]*)"', Client().get(url).content.decode())[1]

    def send(address: str, body: str) -> HttpResponse:
        reader = Client(REMOTE_ADDR=address)
        try:
            return reader.post(url, {"body": body, "nickname": "", "website": "", "started": token})
        finally:
            connection.close()

    with ThreadPoolExecutor(len(bodies)) as pool:
        return list(pool.map(send, addresses, bodies))


def kept() -> list[str]:
    return sorted(Comment.objects.waiting().values_list("body", flat=True))


@pytest.mark.usefixtures("either_cache")
def test_one_network_is_taken_exactly_as_often_as_it_may_and_loses_nothing(article):
    answers = dict(zip(WORDS, send_at_once(article, [HERE] * READERS, WORDS), strict=True))
    taken = [body for body, answer in answers.items() if answer.status_code == 302]
    assert len(taken) == writers.NETWORK_LIMIT
    assert kept() == taken
    for body in set(WORDS) - set(taken):
        assert answers[body].status_code == 429
        assert body in answers[body].content.decode()


@pytest.mark.usefixtures("either_cache")
def test_what_fifty_networks_send_under_one_guide_is_kept_once_each(article):
    answers = send_at_once(article, NETWORKS, WORDS)
    assert [answer.status_code for answer in answers] == [302] * READERS
    assert kept() == WORDS
    assert len(set(Comment.objects.values_list("code", flat=True))) == READERS


@pytest.mark.usefixtures("either_cache")
def test_a_guide_is_written_under_exactly_as_often_as_it_may_be(article, monkeypatch):
    monkeypatch.setattr(writers, "GUIDE_LIMIT", 20)
    answers = send_at_once(article, NETWORKS, WORDS)
    assert sorted(answer.status_code for answer in answers) == [302] * 20 + [429] * 30
    assert len(kept()) == 20


def test_the_same_words_from_one_network_are_one_comment_of_which_all_get_the_code(article, monkeypatch):
    monkeypatch.setattr(writers, "NETWORK_LIMIT", READERS)
    answers = send_at_once(article, [HERE] * READERS, [WORDS[0]] * READERS)
    comment = Comment.objects.get()
    assert comment.body == WORDS[0]
    for answer in answers:
        assert answer.status_code == 302
        assert answer.cookies["my-comments"].value.startswith(f"{comment.code}:")

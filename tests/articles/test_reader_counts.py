import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.db.models import Sum
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from articles import visitors
from articles.models import ArticleViews, DailyViews
from articles.reader_counts import REPEAT_SECONDS, add_views, count_view
from tests.factories import ArticleFactory

PHONE = "Mozilla/5.0 (Linux; Android 8.1) AppleWebKit/537.36 Chrome/66.0 Mobile MicroMessenger/7.0 Safari/537.36"
NOON = dt.datetime(2026, 11, 23, 4, 0, tzinfo=dt.UTC)  # 12:00 in Shanghai


def visit(article, address="203.0.113.7", user_agent=PHONE):
    request = RequestFactory().post("/", REMOTE_ADDR=address, headers={"user-agent": user_agent})
    return count_view(request, article.pk)


def totals(article):
    """The total, and the sum of the daily series, which must agree."""
    series = DailyViews.objects.filter(article=article).aggregate(sum=Sum("count"))["sum"]
    return ArticleViews.objects.get(article=article).total, series


def kept_keys(monkeypatch, article):
    """What the cache is asked to keep of one reading."""
    kept = []
    with monkeypatch.context() as patch:
        patch.setattr(cache, "add", lambda key, *args, **kwargs: kept.append(key) or False)
        visit(article)
    return [key for key in kept if key.startswith("viewed:")]


@pytest.mark.django_db
def test_a_visitor_counts_again_after_half_an_hour():
    article, other = ArticleFactory.create_batch(2, published=True)
    with time_machine.travel(NOON, tick=False) as clock:
        assert visit(article)
        assert not visit(article)
        assert visit(article, address="203.0.113.8")
        assert visit(article, user_agent=PHONE + " x")
        assert visit(other)
        clock.shift(REPEAT_SECONDS + 1)
        assert visit(article)
    assert totals(article) == (4, 4)
    assert totals(other) == (1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("robot", ["Baiduspider/2.0", "Googlebot/2.1", "curl/8.5", "Bytespider", ""])
def test_robots_do_not_count(robot):
    article = ArticleFactory(published=True)
    assert not visit(article, user_agent=robot)
    assert not DailyViews.objects.exists()


@pytest.mark.django_db
def test_days_are_those_of_shanghai_and_the_salt_is_new_each_day():
    article = ArticleFactory(published=True)
    with time_machine.travel(dt.datetime(2026, 11, 23, 15, 59, tzinfo=dt.UTC), tick=False) as clock:
        assert visit(article)
        clock.shift(120)  # 00:01 of the next day: nobody can tell that this is the same visitor
        assert visit(article)
    assert list(DailyViews.objects.order_by("day").values_list("day", "count")) == [
        (dt.date(2026, 11, 23), 1),
        (dt.date(2026, 11, 24), 1),
    ]


@pytest.mark.django_db
def test_the_key_of_the_day_outlives_an_emptied_cache(monkeypatch):
    monkeypatch.setattr(visitors, "SECRET_SECONDS", 0)  # looked up at every reading
    article = ArticleFactory(published=True)
    assert visit(article)
    before = set(kept_keys(monkeypatch, article))
    cache.clear()
    assert set(kept_keys(monkeypatch, article)) == before


@pytest.mark.django_db
def test_nothing_kept_names_the_visitor(monkeypatch):
    kept = []
    monkeypatch.setattr(cache, "add", lambda key, value, *args, **kwargs: kept.append(f"{key}{value}") or True)
    visit(ArticleFactory(published=True))
    assert kept
    assert not [entry for entry in kept if "203.0.113.7" in entry or "Mozilla" in entry]


@pytest.mark.django_db
@pytest.mark.usefixtures("redis_cache")
def test_with_the_cache_in_redis():
    article = ArticleFactory(published=True)
    assert visit(article)
    assert not visit(article)


@pytest.mark.django_db(transaction=True)
def test_no_increment_is_lost_under_32_writers():
    article = ArticleFactory(published=True)
    day = timezone.localdate()

    def write(_: int) -> None:
        for _ in range(5):
            add_views(article.pk, day, 1)
        connection.close()

    with ThreadPoolExecutor(32) as pool:
        list(pool.map(write, range(32)))
    assert totals(article) == (160, 160)


@pytest.mark.django_db(transaction=True)
def test_32_clients_raise_the_count_by_exactly_what_was_accepted():
    article = ArticleFactory(published=True)
    url = reverse("articles:record_view", args=[article.pk])

    def read(reader: int) -> int:
        client = Client(REMOTE_ADDR=f"203.0.113.{reader}", headers={"user-agent": PHONE})
        accepted = sum(client.post(url).status_code == 201 for _ in range(6))
        connection.close()
        return accepted

    with ThreadPoolExecutor(32) as pool:
        accepted = sum(pool.map(read, [reader % 20 for reader in range(64)]))
    assert accepted == 20
    assert totals(article) == (20, 20)


@pytest.mark.django_db
def test_the_beacon_says_whether_it_counted_and_only_for_public_guides(client):
    article = ArticleFactory(published=True)
    url = reverse("articles:record_view", args=[article.pk])
    headers = {"user-agent": PHONE}
    responses = [client.post(url, headers=headers) for _ in range(2)]
    assert [(r.status_code, r.json()) for r in responses] == [(201, {"counted": True}), (200, {"counted": False})]
    assert "no-store" in responses[0]["Cache-Control"]
    assert client.get(url, headers=headers).status_code == 405
    draft = reverse("articles:record_view", args=[ArticleFactory().pk])
    assert client.post(draft, headers=headers).status_code == 404


@pytest.mark.django_db
def test_the_pixel_counts_readers_without_script(client):
    article = ArticleFactory(published=True)
    response = client.get(reverse("articles:record_view_pixel", args=[article.pk]), headers={"user-agent": PHONE})
    assert response["Content-Type"] == "image/gif"
    assert totals(article) == (1, 1)


@pytest.mark.django_db
def test_votes_are_counted_once_a_day(client):
    article = ArticleFactory(published=True)
    url = reverse("articles:record_vote", args=[article.pk])
    headers = {"user-agent": PHONE, "accept": "application/json"}
    assert client.post(url, {"answer": "yes"}, headers=headers).status_code == 201
    assert client.post(url, {"answer": "no"}, headers=headers).json() == {"counted": False}
    other = {**headers, "user-agent": PHONE + " x"}
    assert client.post(url, {"answer": "no"}, headers=other).status_code == 201
    counts = ArticleViews.objects.get(article=article)
    assert (counts.helpful, counts.unhelpful, counts.total) == (1, 1, 0)
    assert client.post(url, {"answer": "perhaps"}, headers=headers).status_code == 400
    assert client.post(url, {"answer": "yes"}, headers={"user-agent": "curl/8"}).status_code == 200
    assert not client.cookies


@pytest.mark.django_db
def test_without_script_a_vote_is_thanked_on_a_page(client):
    article = ArticleFactory(published=True)
    url = reverse("articles:record_vote", args=[article.pk])
    html = client.post(url, {"answer": "yes"}, headers={"user-agent": PHONE}).content.decode()
    assert "谢谢，记下了" in html
    assert article.get_absolute_url() in html

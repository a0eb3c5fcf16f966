"""The shared cache: as Django's, and as an empty one while there is no Redis."""

import os

import pytest
from django.core.cache import caches
from django.test import RequestFactory

from articles.limits import is_over_limit
from articles.visitors import is_first_time
from debtfaq.cache import RedisCache
from tests.run import free_port

pytestmark = pytest.mark.usefixtures("_as_at_first")


@pytest.fixture
def _as_at_first():
    yield
    RedisCache._out_until, RedisCache._is_out = 0.0, False


def at(settings, url: str) -> RedisCache:
    settings.CACHES = {"default": {"BACKEND": "debtfaq.cache.RedisCache", "LOCATION": url}}
    return caches["default"]


def test_without_redis_it_is_an_empty_cache(settings, caplog):
    cache = at(settings, f"redis://127.0.0.1:{free_port()}/0")
    cache.set("a", 1)
    assert (cache.get("a"), cache.get("a", 2), cache.get_many(["a"]), "a" in cache) == (None, 2, {}, False)
    assert cache.get_or_set("a", lambda: 3) == 3
    assert (cache.add("a", 1), cache.delete("a"), cache.touch("a"), cache.set_many({"a": 1})) == (
        True,
        False,
        False,
        [],
    )
    cache.delete_many(["a"])
    with pytest.raises(ValueError, match="nothing is kept"):
        cache.incr("a")
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_without_redis_nobody_is_kept_from_anything(settings):
    at(settings, f"redis://127.0.0.1:{free_port()}/0")
    request = RequestFactory().post("/", headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"})
    assert not any(is_over_limit(request, "deed", limit=1, seconds=60) for _ in range(3))
    assert is_first_time(request, "deed", seconds=60)


def test_when_redis_is_back(settings, monkeypatch, caplog):
    url = os.environ.get("TEST_REDIS_URL")
    if not url:
        pytest.skip("没有 Redis（用 make test 运行，并安装 redis-server）")
    at(settings, f"redis://127.0.0.1:{free_port()}/0").set("a", 1)
    cache = at(settings, url)
    cache.set("a", 1)
    RedisCache._out_until = 0.0
    cache.set("a", 2)
    assert (cache.get("a"), cache.incr("a"), cache.add("a", 1)) == (2, 3, False)
    assert [record.levelname for record in caplog.records] == ["WARNING"] * 2
    cache.delete("a")

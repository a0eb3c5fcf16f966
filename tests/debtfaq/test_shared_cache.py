"""The cache in a file: the contract of Django's caches, for all processes of a machine."""

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.core.cache import caches
from django.core.management import call_command
from django.utils import timezone

from debtfaq import shared_cache
from debtfaq.shared_cache import SharedCache


@pytest.fixture
def cache(tmp_path) -> SharedCache:
    return SharedCache(str(tmp_path / "cache.sqlite3"), {})


def test_what_is_added_stays_until_it_lapses(cache):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert [cache.add("visitor", 1, 60), cache.add("visitor", 2, 60)] == [True, False]
        assert cache.get("visitor") == 1
        clock.shift(60)
        assert cache.get("visitor", "gone") == "gone"
        assert not cache.touch("visitor")
        assert cache.add("visitor", 3, 60)
        assert cache.touch("visitor", None)
        clock.shift(10**9)
        assert cache.get("visitor") == 3


def test_values_of_every_kind_and_no_key_in_plain(cache, tmp_path):
    values = {"number": 7, "text": "逾期", "none": None, "rows": [(1, "标题", 2.5)], "truth": True}
    cache.set_many(values)
    assert cache.get_many(values) == values
    assert cache.delete("number")
    assert not cache.delete("number")
    cache.clear()
    assert cache.get_many(values) == {}
    cache.set("searched:secret", 1)
    assert not [path for path in tmp_path.iterdir() if b"secret" in path.read_bytes()]


def test_counting_up_is_atomic_between_threads(cache, tmp_path):
    cache.set("limit", 0, 60)
    with pytest.raises(ValueError, match="nothing"):
        cache.incr("nothing")

    def count(_: int) -> list[int]:
        mine = SharedCache(str(tmp_path / "cache.sqlite3"), {})
        return [mine.incr("limit") for _ in range(20)]

    with ThreadPoolExecutor(8) as pool:
        seen = [number for numbers in pool.map(count, range(8)) for number in numbers]
    assert sorted(seen) == list(range(1, 161))


def test_another_process_sees_it(cache, tmp_path):
    assert cache.add("visitor", 1, 60)
    code = (
        "import sys; from django.conf import settings; settings.configure();"
        "from debtfaq.shared_cache import SharedCache;"
        "print(SharedCache(sys.argv[1], {}).add('visitor', 1, 60))"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "cache.sqlite3")]
    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip() == "False"


def test_what_has_lapsed_is_deleted(cache, monkeypatch):
    monkeypatch.setattr(shared_cache, "PURGE_ONE_IN", 1)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for number in range(20):
            cache.add(str(number), 1, 60)
        clock.shift(61)
        cache.add("new", 1, 60)
    assert cache._run("SELECT count(*) FROM entries").fetchone() == (1,)


def test_what_has_lapsed_is_deleted_by_cron(settings, tmp_path, capsys):
    path = tmp_path / "cache.sqlite3"
    settings.CACHES = {"default": {"BACKEND": "debtfaq.shared_cache.SharedCache", "LOCATION": str(path)}}
    with time_machine.travel(timezone.now(), tick=False) as clock:
        caches["default"].set("visitor", 1, 60)
        caches["default"].set("other", 1, 600)
        clock.shift(61)
        call_command("purge_cache")
    assert "删除了 1 条" in capsys.readouterr().out
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT count(*) FROM entries").fetchone() == (1,)
    database.close()

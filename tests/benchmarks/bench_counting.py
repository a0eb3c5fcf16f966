"""How many readings a second are counted, and whether every one that was acknowledged is in the database.

    python -m tests.benchmarks.bench_counting [--database SQLite|PostgreSQL] [--redis] [--seconds 10]

Starts the site as it is in production on throwaway servers of its own, posts from 32 connections with wrk, each
reading of another visitor (an address that a proxy tells, and one of 200 browsers), and compares the acknowledged
answers with what is written. With `--kill`, a worker of the server is killed while it counts: nothing acknowledged may
be missing then; what was written but not yet answered may be there besides.
"""
# ruff: noqa: PLC0415  (Django is set up when the settings are known)

import argparse
import contextlib
import os
import shutil
import signal
import statistics
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass

from tests.benchmarks.figures import Figure
from tests.benchmarks.inside import run_inside
from tests.benchmarks.serving import Load, cpu_seconds, manage, processes_of, served, wrk
from tests.benchmarks.sites import Site, fill, folder_for, site

CONNECTIONS, GUIDES, WARMING_SECONDS = 32, 300, 4
LEAST_A_SECOND = 2000

COUNTING = """
local counter, thread = 0, 0
threads = {}
local guides = {}
function setup(t) t:set("id", thread); t:set("acknowledged", 0); thread = thread + 1; table.insert(threads, t) end
function init(args)
  for number in io.lines(args[1]) do table.insert(guides, number) end
  counter = tonumber(args[2])
  math.randomseed(id + 1)
end
function request()
  counter = counter + 1
  local n = counter * 8 + id
  local address = string.format("10.%d.%d.%d", math.floor(n / 65536) % 256, math.floor(n / 256) % 256, n % 256)
  local agent = string.format("Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/%d.0 Mobile Safari/537.36", n % 200)
  local guide = guides[math.random(#guides)]
  return wrk.format("POST", "/articles/" .. guide .. "/views/", {["User-Agent"] = agent, ["X-Forwarded-For"] = address})
end
acknowledged = 0
function response(status) if status == 201 then acknowledged = acknowledged + 1 end end
"""


@dataclass(frozen=True)
class Counted:
    load: Load
    acknowledged: int  # while warming, too
    written: int
    in_days: int  # of the written, by the daily series
    processor_seconds: float  # of the server
    pages: list[float]  # seconds that a page took meanwhile, sorted

    def is_complete(self, *, was_killed: bool = False) -> bool:
        """Return whether what was acknowledged is written, and nothing that was not asked.

        wrk stops without reading the last answers, of at most one request for each connection, twice.
        """
        surplus = self.written - self.acknowledged
        return self.written == self.in_days and 0 <= surplus <= CONNECTIONS * (3 if was_killed else 2)


def figures(site: Site, rounds: int, seconds: int) -> Iterator[Figure]:
    name = f"readings counted{', with Redis' if site.environment['CACHE_URL'] else ''}"
    counted = [count(site, seconds, first=turn << 20) for turn in range(rounds)]
    rate = statistics.median(one.load.acknowledged / one.load.seconds for one in counted)
    p99 = statistics.median(one.load.p99 for one in counted)
    lost = sum(max(one.acknowledged - one.written, 0) for one in counted)
    yield Figure(name, rate, "/s", least=LEAST_A_SECOND, note=f"{CONNECTIONS} clients, p99 {p99:.0f} ms")
    yield Figure(f"{name}: lost", lost, f"of {sum(one.acknowledged for one in counted):,}", most=0)


def count(site: Site, seconds: int, *, first: int = 0, workers: int = 2, kill: bool = False) -> Counted:
    """Count for some seconds; the visitors are those from number `first` on."""
    list_of_guides = site.folder / "numbers.txt"
    guides, *before = run_inside(site.environment, guides_and_views)
    list_of_guides.write_text("\n".join(map(str, guides)))
    with served(site.environment, site.folder, workers=workers) as server:

        def load(seconds: int, first: int) -> Load:
            arguments = [str(list_of_guides), str(first)]
            return wrk(server.url, seconds=seconds, connections=CONNECTIONS, script=COUNTING, arguments=arguments)

        warming = load(min(WARMING_SECONDS, seconds), first)  # imports, first connections
        with pages_meanwhile(server.url) as pages:
            if kill:
                victim = processes_of(server.pid)[0]
                threading.Timer(seconds / 2, os.kill, [victim, signal.SIGKILL]).start()
            pids = server.pids
            busy = cpu_seconds(pids)
            result = load(seconds, first + warming.requests)
            busy = float("nan") if kill else cpu_seconds(pids) - busy
    if site.environment["CACHE_URL"]:
        manage(site.environment, "flush_views")
    _, *after = run_inside(site.environment, guides_and_views)
    total, days = (now - was for now, was in zip(after, before, strict=True))
    return Counted(result, result.acknowledged + warming.acknowledged, total, days, busy, sorted(pages))


@contextlib.contextmanager
def pages_meanwhile(url: str) -> Iterator[list[float]]:
    """Ask for the home page ten times a second, and fill the list with how many seconds that took."""
    taken: list[float] = []
    stop = threading.Event()

    def look() -> None:
        while not stop.wait(0.1):
            begun = time.perf_counter()
            with contextlib.suppress(OSError):
                urllib.request.urlopen(url, timeout=10).read()  # noqa: S310
                taken.append(time.perf_counter() - begun)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield taken
    finally:
        stop.set()
        watcher.join()


def guides_and_views() -> tuple[list[int], int, int]:
    """Return the numbers of the guides, the sum of all totals, and that of the daily series."""
    from django.db.models import Sum

    from articles.models import Article, ArticleViews, DailyViews

    guides = list(Article.objects.published().values_list("pk", flat=True))
    total = ArticleViews.objects.aggregate(sum=Sum("total"))["sum"]
    return guides, total or 0, DailyViews.objects.aggregate(sum=Sum("count"))["sum"] or 0


def report(name: str, counted: Counted) -> None:
    load, pages = counted.load, counted.pages
    print(
        f"{name}: {load.acknowledged / load.seconds:.0f} readings a second for {load.seconds:.0f} s,"
        f" p50 {load.p50:.1f} ms, p99 {load.p99:.1f} ms, max {load.longest:.0f} ms\n"
        f"  acknowledged {counted.acknowledged}, written {counted.written} (days: {counted.in_days}),"
        f" refused {load.refused}, connections broken {load.broken}\n"
        f"  CPU of the server {counted.processor_seconds / load.acknowledged * 1e6:.0f} µs a reading;"
        f" a page meanwhile: median {statistics.median(pages) * 1000:.1f} ms, slowest {pages[-1] * 1000:.0f} ms"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=["SQLite", "PostgreSQL"], default="SQLite")
    parser.add_argument("--redis", action="store_true")
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--kill", action="store_true", help="kill a worker while it counts")
    arguments = parser.parse_args()
    if not shutil.which("wrk"):
        print("wrk is not installed")
        return 1
    with folder_for(None) as folder, site(arguments.database, folder, with_redis=arguments.redis) as made:
        if not made:
            print("PostgreSQL or Redis is not installed")
            return 1
        fill(made, GUIDES)
        counted = count(made, arguments.seconds, workers=arguments.workers, kill=arguments.kill)
        report(f"{made.database}{' + Redis' if arguments.redis else ''}", counted)
        return 0 if counted.is_complete(was_killed=arguments.kill) else 1


if __name__ == "__main__":
    sys.exit(main())

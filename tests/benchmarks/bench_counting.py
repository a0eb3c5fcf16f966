"""How many readings a second are counted, and whether every one that was acknowledged is in the database.

    python -m tests.benchmarks.bench_counting [--database sqlite|postgresql] [--redis] [--seconds 10]

Starts the site as it is in production on throwaway servers of its own, posts from 32 connections with wrk, each
reading of another visitor (an address that a proxy tells, and one of 200 browsers), and compares the acknowledged
answers with what is written. With `--kill`, a worker of the server is killed while it counts: nothing acknowledged may
be missing then; what was written but not yet answered may be there besides.
"""

import argparse
import contextlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tests.run import free_port, postgresql, redis, wait_for

CONNECTIONS, GUIDES, WARMING_SECONDS = 32, 300, 4
ROOT = Path(__file__).resolve().parents[2]

LUA = """
local counter, thread = 0, 0
local threads, guides = {}, {}
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
function done(summary, latency, requests)
  local sum = 0
  for _, t in ipairs(threads) do sum = sum + t:get("acknowledged") end
  local e = summary.errors
  io.write(string.format('RESULT {"acknowledged": %d, "requests": %d, "microseconds": %d, "p50": %d, "p99": %d, "max": %d, "failed": %d, "lost_connections": %d}\\n',
    sum, summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), latency.max, e.status, e.connect + e.read + e.write + e.timeout))
end
"""


def manage(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout.strip()


def written(environment: dict[str, str]) -> list[int]:
    """Return the sum of all totals, and of the daily series."""
    code = (
        "from django.db.models import Sum; from articles.models import *;"
        "print('SUMS', ArticleViews.objects.aggregate(n=Sum('total'))['n'] or 0,"
        " DailyViews.objects.aggregate(n=Sum('count'))['n'] or 0)"
    )
    line = next(
        line for line in manage(environment, "shell", "-v0", "-c", code).splitlines() if line.startswith("SUMS")
    )
    return [int(number) for number in line.split()[1:]]


@contextlib.contextmanager
def served(environment: dict[str, str], workers: int, threads: int) -> Iterator[tuple[subprocess.Popen, str]]:
    port = free_port()
    command = [str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", str(workers), "--blocking-threads", str(threads), "--no-ws"]
    command += [
        "--respawn-failed-workers",
        "--workers-kill-timeout",
        "5",
        "--log-level",
        "warning",
        "debtfaq.wsgi:application",
    ]
    server = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        wait_for(port)
        yield server, f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def processes_of(parent: int) -> list[int]:
    found = subprocess.run(["pgrep", "-P", str(parent)], capture_output=True, text=True).stdout.split()
    return [int(pid) for pid in found]


def cpu_seconds(pids: list[int]) -> float:
    ticks = 0
    for pid in pids:
        with contextlib.suppress(FileNotFoundError):
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def load(url: str, folder: Path, seconds: int, first: int) -> dict[str, float]:
    """Count for some seconds; the visitors are those from number `first` on."""
    command = ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "-s", str(folder / "views.lua"), url]
    command += ["--", str(folder / "guides.txt"), str(first)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    result = json.loads(output.split("RESULT ", 1)[1])
    return {**result, "wrk_cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime}


def page_seconds(url: str, stop: threading.Event) -> list[float]:
    """Ask for the home page ten times a second until told to stop."""
    taken = []
    while not stop.wait(0.1):
        begun = time.perf_counter()
        with contextlib.suppress(OSError):
            urllib.request.urlopen(url, timeout=10).read()  # noqa: S310
            taken.append(time.perf_counter() - begun)
    return sorted(taken)


def measure(environment: dict[str, str], folder: Path, arguments: argparse.Namespace) -> bool:
    manage(environment, "migrate", "-v0")
    manage(environment, "seed_scale", "--guides", str(GUIDES), "--no-index")
    code = "from articles.models import *; print(*Article.objects.published().values_list('pk', flat=True), sep='\\n')"
    numbers = [line for line in manage(environment, "shell", "-v0", "-c", code).splitlines() if line.isdigit()]
    (folder / "guides.txt").write_text("\n".join(numbers))
    before = written(environment)
    with served(environment, arguments.workers, arguments.threads) as (server, url):
        warming = load(url, folder, WARMING_SECONDS, 0)  # imports, first connections
        stop, pages = threading.Event(), []
        watcher = threading.Thread(target=lambda: pages.extend(page_seconds(url, stop)))
        watcher.start()
        if arguments.kill:
            victim = threading.Timer(
                arguments.seconds / 2, lambda: os.kill(processes_of(server.pid)[0], signal.SIGKILL)
            )
            victim.start()
        workers = processes_of(server.pid)
        busy = cpu_seconds([server.pid, *workers])
        result = load(url, folder, arguments.seconds, int(warming["requests"]))
        busy = float("nan") if arguments.kill else cpu_seconds([server.pid, *workers]) - busy
        stop.set()
        watcher.join()
    if arguments.redis:
        print(manage(environment, "flush_views"))
    totals = [now - was for now, was in zip(written(environment), before, strict=True)]
    seconds, acknowledged = result["microseconds"] / 1e6, int(result["acknowledged"])
    all_acknowledged = acknowledged + int(warming["acknowledged"])
    print(
        f"{arguments.database}{' + Redis' if arguments.redis else ''}:"
        f" {acknowledged / seconds:.0f} readings a second for {seconds:.0f} s,"
        f" p50 {result['p50'] / 1000:.1f} ms, p99 {result['p99'] / 1000:.1f} ms, max {result['max'] / 1000:.0f} ms\n"
        f"  acknowledged {all_acknowledged} of {int(warming['requests'] + result['requests'])}, written {totals[0]} (days: {totals[1]}),"
        f" refused {int(result['failed'])}, connections broken {int(result['lost_connections'])}\n"
        f"  CPU of the server {busy / acknowledged * 1e6:.0f} µs a reading,"
        f" of wrk {result['wrk_cpu'] / acknowledged * 1e6:.0f} µs;"
        f" a page meanwhile: median {pages[len(pages) // 2] * 1000:.1f} ms, slowest {pages[-1] * 1000:.0f} ms"
    )
    # wrk stops without reading the last answers, of at most one request for each connection, twice.
    return totals[0] == totals[1] and 0 <= totals[0] - all_acknowledged <= CONNECTIONS * (3 if arguments.kill else 2)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--redis", action="store_true")
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--threads", type=int, default=32, help="of each worker; so many can wait for a commit")
    parser.add_argument("--kill", action="store_true", help="kill a worker while it counts")
    arguments = parser.parse_args()
    if not shutil.which("wrk"):
        print("wrk is not installed")
        return 1
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="debtfaq-bench-")))
        folder.chmod(0o755)
        (folder / "views.lua").write_text(LUA)
        environment = {**os.environ, "ENV_FILE": "none", "SECRET_KEY": "throwaway", "VAR_DIR": str(folder / "var")}
        environment |= {"TRUSTED_PROXIES": "1", "LOG_LEVEL": "ERROR", "DEBUG": "false", "CACHE_URL": ""}
        environment["DATABASE_URL"] = f"sqlite:///{folder}/site.sqlite3"
        if arguments.database == "postgresql":
            environment["DATABASE_URL"] = stack.enter_context(postgresql(folder))
        if arguments.redis:
            environment["CACHE_URL"] = stack.enter_context(redis(folder))
        manage(environment, "collectstatic", "-v0", "--noinput")
        return 0 if measure(environment, folder, arguments) else 1


if __name__ == "__main__":
    sys.exit(main())

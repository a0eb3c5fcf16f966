"""What granian gives that gunicorn does not, and takes: `python -m tests.benchmarks.bench_servers`.

Serves a trivial WSGI application, a bare Django view and a guide of a small site (warm) with each, with two workers of
eight threads, and prints the requests a second, the 99th percentile and the memory of the whole server. gunicorn is
measured where it is installed (`pip install gunicorn`). What reloading costs, bench_reload shows.
"""

import argparse
import contextlib
import importlib.util
import statistics
import sys
from collections.abc import Iterator

from tests.benchmarks import cold
from tests.benchmarks.inside import run_inside
from tests.benchmarks.pages import AS_BROWSERS
from tests.benchmarks.serving import WORKERS, Server, pss_megabytes, served, wrk
from tests.benchmarks.sites import Site, fill, folder_for, site
from tests.rehearsal.services import Service, running
from tests.run import free_port

GUIDES, THREADS = 300, 8
APPLICATIONS = {
    "hello, world": "tests.benchmarks.peers:hello",
    "bare Django view": "tests.benchmarks.peers:django",
    "guide": "debtfaq.wsgi:application",
}


@contextlib.contextmanager
def under_gunicorn(made: Site, application: str) -> Iterator[Server]:
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-k", "gthread", "--workers", str(WORKERS), "--threads", str(THREADS)]
    command += ["--bind", f"127.0.0.1:{port}", "--log-level", "error", application]
    service = Service("gunicorn", command, port, made.folder / "gunicorn.log", made.environment)
    with running(service):
        assert service.process
        yield Server(port, service.process.pid)


@contextlib.contextmanager
def under_granian(made: Site, application: str) -> Iterator[Server]:
    with served(made.environment, made.folder, application=application) as server:
        yield server


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5)
    arguments = parser.parse_args()
    with folder_for(None) as folder, site("SQLite", folder) as made:
        fill(made, GUIDES)
        path = run_inside(made.environment, cold.addresses, guides=1)["guide"][0]
        print(f"{'':32}{'req/s':>8}{'p99 ms':>8}{'MB PSS':>8}")
        for name, application in APPLICATIONS.items():
            for server_name, start in {"granian": under_granian, "gunicorn": under_gunicorn}.items():
                if not importlib.util.find_spec(server_name):
                    print(f"{name}, {server_name}: not installed")
                    continue
                with start(made, application) as server:
                    url = server.url + (path if name == "guide" else "/")
                    wrk(url, seconds=1, headers=AS_BROWSERS)
                    loads = [wrk(url, seconds=arguments.seconds, headers=AS_BROWSERS) for _ in range(arguments.rounds)]
                    rate, p99 = (
                        statistics.median(getattr(load, what) for load in loads) for what in ("per_second", "p99")
                    )
                    print(
                        f"{name + ', ' + server_name:32}{rate:8,.0f}{p99:8.1f}{pss_megabytes(server.pids):8.0f}",
                        flush=True,
                    )
    return 0


if __name__ == "__main__":
    sys.exit(main())

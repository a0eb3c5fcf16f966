"""What the benchmarks share: the server as it is in production, wrk, and what processes use."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tests.rehearsal.services import Service, running
from tests.run import free_port

ROOT = Path(__file__).resolve().parents[2]
CONNECTIONS, WORKERS = 16, 2

# What a script for wrk must not define itself. Threads that count "acknowledged" answers put themselves into `threads`.
REPORT = """
function done(summary, latency, requests)
  local e, acknowledged = summary.errors, 0
  for _, t in ipairs(threads or {}) do acknowledged = acknowledged + t:get("acknowledged") end
  io.write(string.format('RESULT {"requests": %d, "microseconds": %d, "p50": %d, "p99": %d, "longest": %d, "refused": %d, "broken": %d, "acknowledged": %d}',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), latency.max, e.status,
    e.connect + e.read + e.write + e.timeout, acknowledged))
end
"""


class Load(NamedTuple):
    """What wrk saw. Times in milliseconds, except `seconds`."""

    requests: int
    seconds: float
    p50: float
    p99: float
    longest: float
    refused: int  # not answered by 2xx or 3xx
    broken: int  # connections
    acknowledged: int

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


def wrk(
    url: str,
    *,
    seconds: int,
    connections: int = CONNECTIONS,
    script: str = "",
    arguments: Sequence[str] = (),
    headers: Sequence[str] = (),
) -> Load:
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script + REPORT)
        file.flush()
        command = ["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "-s", file.name]
        command += [part for header in headers for part in ("-H", header)]
        output = subprocess.run([*command, url, "--", *arguments], check=True, capture_output=True, text=True).stdout
    seen: dict[str, Any] = json.loads(output.split("RESULT ", 1)[1])
    times = {name: seen.pop(name) / 1000 for name in ("p50", "p99", "longest")}
    return Load(seconds=seen.pop("microseconds") / 1e6, **times, **seen)


class Server(NamedTuple):
    port: int
    pid: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pids(self) -> list[int]:
        return [self.pid, *processes_of(self.pid)]


@contextlib.contextmanager
def served(
    environment: dict[str, str], folder: Path, *, workers: int = WORKERS, application: str = ""
) -> Iterator[Server]:
    """Start the site, or another application with the same flags, as `make serve` does."""
    port = free_port()
    command = [sys.executable, "manage.py", "serve", "--port", str(port), "--workers", str(workers)]
    command += ["--application", application] if application else []
    service = Service("granian", command, port, folder / "granian.log", environment)
    with running(service):
        assert service.process
        yield Server(port, service.process.pid)


def manage(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, check=True, stdout=subprocess.PIPE, text=True
    ).stdout.strip()


# --- What processes use ---


def processes_of(parent: int) -> list[int]:
    """Return the numbers of the processes whose parent is that one, as proc(5) tells."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # ended meanwhile
            _, its_parent, *_ = status.read_text().rpartition(")")[2].split()
            if int(its_parent) == parent:
                found.append(int(status.parent.name))
    return sorted(found)


def cpu_seconds(pids: list[int]) -> float:
    """Return how long processors worked for these processes; nothing for one that is gone."""
    ticks = 0
    for pid in pids:
        with contextlib.suppress(FileNotFoundError):
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def pss_megabytes(pids: list[int]) -> float:
    """Return the memory of these processes; what several processes share is divided among them."""
    lines = [line for pid in pids for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()]
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024

"""What readers notice while a server renews its workers under load: `python -m tests.benchmarks.bench_reload`.

Clients with connections they keep, and others that open a new one for each request, ask a trivial application as fast
as they are answered while the server is told to reload a few times: ours (granian) by HUP; gunicorn by HUP, and by USR2
and then TERM to the old master. Prints the requests, and those that were not answered. A client that finds a connection
it kept closed before it got a byte asks again on a new one, as browsers and nginx do; that is counted apart.
"""

import argparse
import contextlib
import http.client
import importlib.util
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.run import free_port, wait_for

ROOT = Path(__file__).resolve().parents[2]
APPLICATION = "def application(environ, start):\n    start('200 OK', [('Content-Length', '2')])\n    return [b'ok']\n"
CLIENTS, RELOADS, REST_SECONDS = 8, 5, 5.0


def ours(port: int, folder: Path) -> list[str]:
    flags = ["--host", "127.0.0.1", "--port", str(port), "--workers", "2", "--threads", "8"]
    return ["debtfaq.server", *flags, "trivial:application"]


def gunicorn(port: int, folder: Path) -> list[str]:
    flags = ["--bind", f"127.0.0.1:{port}", "--workers", "2", "--worker-class", "gthread", "--threads", "8"]
    return ["gunicorn", *flags, "--pid", str(folder / "pid"), "--log-level", "error", "trivial:application"]


def hup(process: subprocess.Popen[bytes], folder: Path) -> None:
    process.send_signal(signal.SIGHUP)


def usr2(process: subprocess.Popen[bytes], folder: Path) -> None:
    """Have a new master come beside the old one, then the old one go."""
    old = int((folder / "pid").read_text())
    os.kill(old, signal.SIGUSR2)
    time.sleep(REST_SECONDS / 2)
    os.kill(old, signal.SIGTERM)


SERVERS: dict[str, tuple[Callable[[int, Path], list[str]], Callable[[subprocess.Popen[bytes], Path], None]]] = {
    "debtfaq, HUP": (ours, hup),
    "gunicorn, HUP": (gunicorn, hup),
    "gunicorn, USR2 and TERM": (gunicorn, usr2),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reloads", type=int, default=RELOADS)
    reloads = parser.parse_args().reloads
    print(f"{'':<26}{'requests':>10}{'failed':>8}{'asked again':>13}   why")
    for name, (command, reload) in SERVERS.items():
        if not importlib.util.find_spec(name.split(",")[0]):
            print(f"{name:<26} (not installed: pip install gunicorn, to compare)")
            continue
        seen = measure(command, reload, reloads)
        why = {reason: count for reason, count in seen.items() if reason not in {"ok", "again"}}
        print(f"{name:<26}{seen.total():>10}{sum(why.values()):>8}{seen['again']:>13}   {why or ''}", flush=True)


def measure(
    command: Callable[[int, Path], list[str]],
    reload: Callable[[subprocess.Popen[bytes], Path], None],
    reloads: int,
) -> Counter[str]:
    port, seen, over = free_port(), Counter[str](), threading.Event()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "trivial.py").write_text(APPLICATION, encoding="utf-8")
        arguments = [sys.executable, "-m", *command(port, folder)]
        server = subprocess.Popen(
            arguments,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            wait_for(port)
            clients = [threading.Thread(target=ask, args=(port, bool(n % 2), seen, over)) for n in range(CLIENTS)]
            for client in clients:
                client.start()
            for _ in range(reloads):
                time.sleep(REST_SECONDS)
                reload(server, folder)
            time.sleep(REST_SECONDS)
            over.set()
            for client in clients:
                client.join()
        finally:
            over.set()
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGTERM)
            time.sleep(1)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGKILL)
            server.wait()
    return seen


def ask(port: int, keeps: bool, seen: Counter[str], over: threading.Event) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    is_fresh = True
    while not over.is_set():
        try:
            connection.request("GET", "/")
            answer = connection.getresponse()
            answer.read()
            result = "ok" if answer.status == 200 else str(answer.status)
            is_fresh = answer.will_close or not keeps
        except (http.client.HTTPException, OSError) as problem:
            gone = isinstance(problem, (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError))
            result = "again" if gone and not is_fresh else type(problem).__name__
            is_fresh = True
        seen[result] += 1
        if is_fresh:
            connection.close()


if __name__ == "__main__":
    main()

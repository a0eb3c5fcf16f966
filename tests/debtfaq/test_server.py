"""The server as a process of its own: what is loaded once, and how new code comes in."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from debtfaq import wsgi
from tests.benchmarks.serving import processes_of
from tests.run import free_port, wait_for

needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="要有 /proc，才看得到进程")
ROOT = Path(__file__).resolve().parents[2]

# Says which version it is, which process loaded it and which one answers.
APPLICATION = """
import os
LOADED_BY, WARMED_BY = os.getpid(), []

def warm_up():
    WARMED_BY.append(os.getpid())

def application(environ, start_response):
    body = f"{version} {{LOADED_BY}} {{WARMED_BY[0]}} {{os.getpid()}}".encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]
"""


class Server:
    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.write(APPLICATION.format(version=1))
        flags = ["--host", "127.0.0.1", "--port", str(self.port), "--workers", "2", "--threads", "2"]
        self.process = subprocess.Popen(
            [sys.executable, "-B", "-m", "debtfaq.server", *flags, "small:application"],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        wait_for(self.port)

    def write(self, application: str) -> None:
        (self.folder / "small.py").write_text(application, encoding="utf-8")

    def ask(self) -> tuple[int, int, int, int]:
        """Return the version, and who loaded, warmed and answers; on a new connection each time."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=10) as answer:
                version, loaded_by, warmed_by, answered_by = map(int, answer.read().split())
        except ConnectionError:  # made to a worker at the moment that it ended; browsers ask again
            return self.ask()
        return version, loaded_by, warmed_by, answered_by

    def workers(self) -> set[int]:
        return set(processes_of(self.process.pid))


@pytest.fixture
def server(tmp_path) -> Iterator[Server]:
    found = Server(tmp_path)
    yield found
    with contextlib.suppress(ProcessLookupError):
        os.killpg(found.process.pid, signal.SIGKILL)
    found.process.communicate()


def eventually(is_so: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 20
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@needs_proc
def test_workers_share_what_the_main_process_loaded(server):
    version, loaded_by, warmed_by, answered_by = server.ask()
    assert (version, loaded_by, warmed_by) == (1, server.process.pid, server.process.pid)
    assert answered_by in server.workers()
    assert len(server.workers()) == 2


@needs_proc
def test_hup_brings_new_code_under_the_same_number(server):
    before = server.workers()
    server.write(APPLICATION.format(version=2))
    server.process.send_signal(signal.SIGHUP)
    versions = []
    assert eventually(lambda: versions.append(server.ask()[0]) or len(server.workers() - before) == 2)
    assert eventually(lambda: versions.append(server.ask()[0]) or not server.workers() & before)
    assert set(versions) == {1, 2}  # each was answered
    assert server.ask()[:3] == (2, server.process.pid, server.process.pid)
    assert len(server.workers()) == 2


@needs_proc
def test_new_code_that_cannot_be_loaded_is_left_alone(server):
    before = server.workers()
    server.write("this is no Python")
    server.process.send_signal(signal.SIGHUP)
    assert eventually(lambda: not server.workers() & before)
    assert server.ask()[0] == 1
    server.process.terminate()
    _, said = server.process.communicate(timeout=20)
    assert "SyntaxError" in said
    assert "新的程序无法加载" in said


@needs_proc
def test_a_worker_that_is_killed_is_replaced(server):
    os.kill(lost := min(server.workers()), signal.SIGKILL)
    assert eventually(lambda: len(server.workers() - {lost}) == 2)
    assert server.ask()[0] == 1


@needs_proc
def test_term_ends_all_even_while_workers_are_being_replaced(server):
    before = server.workers()
    server.process.send_signal(signal.SIGHUP)
    assert eventually(lambda: len(server.workers()) == 4)
    server.process.terminate()
    assert server.process.wait(timeout=20) == 0
    assert not any(Path(f"/proc/{worker}").exists() for worker in before)
    with pytest.raises(urllib.error.URLError, match="refused"):
        server.ask()


@needs_proc
def test_term_is_not_lost_while_new_code_is_loaded(server):
    server.write("import time; time.sleep(1)\n" + APPLICATION.format(version=2))
    before = server.workers()
    server.process.send_signal(signal.SIGHUP)
    assert eventually(lambda: server.workers() - before)  # which tries whether the code can be loaded
    server.process.terminate()
    assert server.process.wait(timeout=15) == 0


@needs_proc
def test_term_ends_workers_that_are_only_beginning(server):
    slow = "import os, time; os.register_at_fork(after_in_child=lambda: time.sleep(1))\n"
    server.write(slow + APPLICATION.format(version=2))
    server.process.send_signal(signal.SIGHUP)
    assert eventually(lambda: len(server.workers()) == 4)
    server.process.terminate()
    assert server.process.wait(timeout=15) == 0  # else they are killed after 20 seconds


def test_the_site_warms_up_with_pages_that_readers_see(client, db, monkeypatch, settings):
    asked = []

    def application(environ, start_response):
        asked.append(environ)
        start_response("200 OK", [])
        return []

    monkeypatch.setattr(wsgi, "application", application)
    settings.ALLOWED_HOSTS = ["*", ".example.cn"]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    wsgi.warm_up()
    assert {(one["HTTP_HOST"], one["HTTP_X_FORWARDED_PROTO"]) for one in asked} == {("example.cn", "https")}
    settings.SECURE_PROXY_SSL_HEADER = None
    assert len(asked) == len(wsgi.WARMING)
    for address in wsgi.WARMING:
        assert client.get(address).status_code == 200, address

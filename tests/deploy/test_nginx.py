"""deploy/nginx.conf: what it keeps and from whom, whom it says is asking, what it refuses. Behind it is a stand-in."""

import http.client
import http.server
import os
import re
import shutil
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import pytest

from debtfaq.public_pages import PARAMETERS
from tests.rehearsal.nginx import ROOT, render
from tests.run import free_port, wait_for

pytestmark = pytest.mark.skipif(not shutil.which("nginx") and os.environ.get("CI") != "true", reason="没有 nginx")

PATIENCE = 10  # seconds for a page to become old


class Application(http.server.BaseHTTPRequestHandler):
    """Counts, and says what it was asked."""

    protocol_version = "HTTP/1.1"
    asked: list[str] = []
    is_broken = False

    def do_GET(self) -> None:
        self.asked.append(self.path)
        body = f"{len(self.asked)} {self.headers['X-Forwarded-For']} {self.headers['Accept-Encoding']}".encode()
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(500 if self.is_broken else 200)
        if not self.path.startswith("/comments/") and not self.is_broken:
            lifetime = (
                "31536000" if self.path.startswith("/media/") else "1, stale-while-revalidate=1, stale-if-error=99"
            )
            self.send_header("Cache-Control", f"public, max-age={lifetime}")
        self.send_header("Vary", "Accept-Encoding, Cookie")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def folder():
    with tempfile.TemporaryDirectory(prefix="debtfaq-nginx-") as name:
        Path(name).chmod(0o755)  # nginx's workers are another user
        yield Path(name)


@pytest.fixture(scope="module")
def port(folder):
    static = folder / "static"
    static.mkdir()
    (static / "site.0123456789ab.css").write_text("a{}", encoding="utf-8")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Application)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    port = free_port()
    # A second host that is not there: nobody must notice.
    command = render(folder / "n", port=port, app_ports=[server.server_port, free_port()], var_dir=folder)
    process = subprocess.Popen(command)
    wait_for(port)
    yield port
    process.terminate()
    process.wait()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def ask(port):
    Application.asked, Application.is_broken = [], False

    def ask(path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, named)
        answer = connection.getresponse()
        answer.text = answer.read().decode()
        connection.close()
        return answer

    return ask


def test_a_page_is_fetched_once_for_everybody(ask):
    assert {ask("/articles/").text for _ in range(5)} == {"1 127.0.0.1 identity"}
    assert ask("/articles/", Accept_Encoding="br;q=1.0, gzip").text == "2 127.0.0.1 br"
    assert ask("/articles/", Accept_Encoding="gzip, deflate, br, zstd").text == "2 127.0.0.1 br"


def test_whoever_is_somebody_gets_an_answer_of_their_own(ask):
    ask("/private/")
    for headers in ({"Cookie": "sessionid=a"}, {"Authorization": "Basic a"}):
        assert ask("/private/", **headers).text.startswith(str(len(Application.asked)))
    assert len(Application.asked) == 3
    assert ask("/private/").text.startswith("1 ")
    assert not ask("/admin/").getheader("X-Cache")
    ask("/admin/")
    ask("/comments/1/")
    ask("/comments/1/")
    assert len(Application.asked) == 7


def test_parameters_of_no_public_page_fill_no_cache(ask):
    assert {"before", "after"} == PARAMETERS  # the map in deploy/nginx.conf says the same
    for path in ("/list/?before=a", "/list/?before=a", "/list/?x=1", "/list/?x=1", "/list/?before=a&x=1"):
        ask(path)
    assert Application.asked == ["/list/?before=a", "/list/?x=1", "/list/?x=1", "/list/?before=a&x=1"]


def test_nobody_can_pretend_to_be_somebody_else(ask):
    assert ask("/who/", X_Forwarded_For="6.6.6.6").text == "1 127.0.0.1 identity"


def test_an_old_page_is_better_than_an_error(ask):
    first = ask("/old/").text
    Application.is_broken = True
    connection_count = len(Application.asked)
    answers, until = set(), time.monotonic() + PATIENCE
    while len(Application.asked) == connection_count:  # until it is old, and asked for anew
        assert time.monotonic() < until
        answers.add((ask("/old/").status, ask("/old/").text))
    assert answers == {(200, first)}
    assert ask("/new/").status == 500


def test_who_writes_too_much_is_stopped(ask):
    statuses = [ask("/admin/login/", "POST", b"a=b").status for _ in range(20)]
    assert statuses[:5] == [200] * 5
    assert 429 in statuses
    statuses = [ask("/comments/1/", "POST", b"a=b").status for _ in range(50)]
    assert statuses[:20] == [200] * 20
    assert 429 in statuses


def test_no_more_is_taken_than_is_read(ask):
    assert ask("/comments/", "PUT", b"x" * 200_000).status == 413


def test_files_and_pictures(ask):
    answer = ask("/static/site.0123456789ab.css")
    assert (answer.text, answer.getheader("Content-Type")) == ("a{}", "text/css")
    assert answer.getheader("Cache-Control") == "public, max-age=31536000, immutable"
    assert ask("/static/of-another-version.css").status == 200
    assert Application.asked == ["/static/of-another-version.css"]
    assert ask("/media/images/a.jpg", Cookie="a=b").text == ask("/media/images/a.jpg?x=1").text


def test_only_this_machine_asks_for_health(ask):
    assert ask("/healthz").status == 200
    assert re.search(r"location = /healthz \{\s+allow 127\.0\.0\.0/8;\s+allow ::1;\s+deny all;", text("nginx.conf"))


def text(name: str) -> str:
    return (Path(ROOT) / "deploy" / name).read_text(encoding="utf-8")

"""Run the whole suite on SQLite and, where PostgreSQL is installed, on PostgreSQL; both with Redis where it is.

    python -m tests.run [arguments for pytest]

The servers are throwaway ones of our own, on this machine only, with their data in a temporary folder. What is
missing is said in one line; with CI=true it is a failure.
"""

import contextlib
import getpass
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

PATIENCE = 20  # seconds for a server to answer


def main(arguments: list[str]) -> int:
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="debtfaq-services-")))
        folder.chmod(0o755)
        redis_url = stack.enter_context(redis(folder))
        postgresql_url = stack.enter_context(postgresql(folder))
        missing = [name for name, url in [("Redis", redis_url), ("PostgreSQL", postgresql_url)] if not url]
        if missing and os.environ.get("CI") == "true":
            print(f"CI 必须有 {'、'.join(missing)}，没有找到。")
            return 1
        codes = run_both(arguments, redis_url, postgresql_url)
        if missing:
            print(f"没有找到 {'、'.join(missing)}，相关测试已跳过。")
        return max(codes)


def run_both(arguments: list[str], redis_url: str, postgresql_url: str) -> list[int]:
    """Run the suite on both databases at the same time; what PostgreSQL brings is shown once SQLite is done."""
    if not postgresql_url:
        return [start_pytest(arguments, redis_url, "").wait()]
    with tempfile.TemporaryFile() as said:
        second = start_pytest(arguments, f"{redis_url}/1" if redis_url else "", postgresql_url, stdout=said)
        print("\n=== SQLite ===", flush=True)
        first = start_pytest(arguments, f"{redis_url}/0" if redis_url else "", "").wait()
        codes = [first, second.wait()]
        print("\n=== PostgreSQL ===", flush=True)
        said.seek(0)
        shutil.copyfileobj(said, sys.stdout.buffer)
        sys.stdout.flush()
    return codes


def start_pytest(
    arguments: list[str], redis_url: str, database_url: str, stdout: IO[bytes] | None = None
) -> subprocess.Popen[bytes]:
    services = {"TEST_REDIS_URL": redis_url, "TEST_DATABASE_URL": database_url}
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.Popen(command, env={**os.environ, **services}, stdout=stdout, stderr=stdout and subprocess.STDOUT)


@contextlib.contextmanager
def redis(folder: Path) -> Iterator[str]:
    """Yield the URL of a Redis server that lives for the block, or an empty string where none is installed."""
    program = shutil.which("redis-server")
    if not program:
        yield ""
        return
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield f"redis://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


@contextlib.contextmanager
def postgresql(folder: Path, *, durable: bool = False) -> Iterator[str]:
    """Yield the URL of a PostgreSQL server that lives for the block, or an empty string where none is installed.

    Data that lie in `folder` already are used. `durable`: a commit waits for the disk, as in production.
    """
    programs = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
    initdb = shutil.which("initdb", path=f"{programs}{os.pathsep}{os.environ['PATH']}")
    if not initdb:
        yield ""
        return
    # PostgreSQL refuses to run as root, so root hands it to the user that its Debian package made.
    as_user = ["runuser", "-u", "postgres", "--"] if getpass.getuser() == "root" else []
    data = folder / "postgresql"
    port = free_port()
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "cwd": "/"}
    if not data.exists():
        data.mkdir()
        if as_user:
            shutil.chown(data, "postgres")
        subprocess.run(
            [*as_user, initdb, "-D", str(data), "-U", "tests", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"],
            **quiet,  # type: ignore[call-overload]
        )
    server = subprocess.Popen(
        [
            *(*as_user, str(Path(initdb).with_name("postgres")), "-D", str(data), "-p", str(port)),
            *("-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={data}"),
            *("-c", f"fsync={'on' if durable else 'off'}", "-c", "max_connections=200", "-c", "log_min_messages=fatal"),
        ],
        cwd="/",
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port)
        is_ready = [str(Path(initdb).with_name("pg_isready")), "-q", "-h", "127.0.0.1", "-p", str(port)]
        while server.poll() is None and subprocess.run(is_ready).returncode == 1:  # recovering from a crash
            time.sleep(0.05)
        yield f"postgres://tests@127.0.0.1:{port}/postgres"
    finally:
        stop = [
            *as_user,
            str(Path(initdb).with_name("pg_ctl")),
            "stop",
            "-D",
            str(data),
            "-m",
            "fast" if durable else "immediate",
        ]
        subprocess.run(stop, **quiet)  # type: ignore[call-overload]
        server.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise TimeoutError(f"端口 {port} 上的服务没有启动")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

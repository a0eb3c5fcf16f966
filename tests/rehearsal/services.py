"""The parts of a fleet as processes of this machine, on loopback addresses, each of which can be killed and started."""

import contextlib
import getpass
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from tests.run import free_port, wait_for

ROOT = Path(__file__).resolve().parents[2]
POSTGRESQL = max(Path("/usr/lib/postgresql").glob("*/bin"), default=Path("/usr/bin"))
# PostgreSQL refuses to run as root, so root hands it to the user that its Debian package made.
AS_POSTGRES = {"user": "postgres", "group": "postgres", "extra_groups": []} if getpass.getuser() == "root" else {}


@dataclass
class Service:
    """A process with a port, started by `command` in a session of its own."""

    name: str
    command: list[str]
    port: int
    log: Path
    environment: dict[str, str] = field(default_factory=dict)
    as_user: dict[str, object] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    output: IO[bytes] | None = None

    def start(self) -> None:
        deadline = time.monotonic() + 30
        while True:  # what was killed may hold its port or its lock for a moment
            self.output = self.log.open("ab")
            self.process = subprocess.Popen(
                self.command,
                cwd="/" if self.as_user else ROOT,
                env={**os.environ, **self.environment},
                stdout=self.output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **self.as_user,  # type: ignore[call-overload]
            )
            while time.monotonic() < deadline and self.process.poll() is None:
                with contextlib.suppress(TimeoutError):
                    wait_for(self.port)
                    return
            if time.monotonic() >= deadline:
                raise TimeoutError(f"{self.name} 没有启动，看 {self.log}")
            time.sleep(0.1)

    def kill(self) -> None:
        """End it with all its processes at once, as when the power goes."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def tell(self, number: signal.Signals) -> None:
        assert self.process
        self.process.send_signal(number)

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.tell(signal.SIGINT if self.as_user or self.name.startswith("postgresql") else signal.SIGTERM)
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.kill()
        if self.output:
            self.output.close()


@contextlib.contextmanager
def running(*services: Service) -> Iterator[None]:
    """Stop the services at the end, whatever happens."""
    try:
        for service in services:
            service.start()
        yield
    finally:
        for service in reversed(services):
            service.stop()


def primary(folder: Path) -> Service:
    data = _data_folder(folder / "primary")
    _run(["initdb", "-D", str(data), "-U", "debtfaq", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"])
    return _postgresql("postgresql", data, folder)


def replica(folder: Path, primary: Service) -> Service:
    """Return a copy of the primary, which must run, that follows it."""
    data = _data_folder(folder / "replica")
    source = f"host=127.0.0.1 port={primary.port} user=debtfaq"
    _run(["pg_basebackup", "-d", source, "-D", str(data), "-R", "-X", "stream", "-c", "fast", "-N"])
    return _postgresql("postgresql-replica", data, folder)


def _postgresql(name: str, data: Path, folder: Path) -> Service:
    port = free_port()
    # What is killed here are processes: what they handed to the system stays, so nothing is proved by fsync.
    options = ["listen_addresses=127.0.0.1", f"unix_socket_directories={data}", "fsync=off", "max_connections=100"]
    options += ["wal_keep_size=256MB", "shared_buffers=64MB", "log_min_messages=warning"]
    command = [str(POSTGRESQL / "postgres"), "-D", str(data), "-p", str(port)]
    command += [part for option in options for part in ("-c", option)]
    return Service(name, command, port, folder / f"{name}.log", as_user=AS_POSTGRES)


def _data_folder(path: Path) -> Path:
    path.mkdir(mode=0o700)
    if AS_POSTGRES:
        shutil.chown(path, "postgres", "postgres")
    return path


def _run(command: list[str]) -> None:
    subprocess.run(
        [str(POSTGRESQL / command[0]), *command[1:]],
        cwd="/",
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **AS_POSTGRES,  # type: ignore[call-overload]
    )


def redis(folder: Path) -> Service:
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    return Service("redis", command, port, folder / "redis.log")


def application(name: str, folder: Path, environment: dict[str, str]) -> Service:
    """Return a host of the application, as `make serve` starts it."""
    port = free_port()
    command = [sys.executable, "manage.py", "serve", "--port", str(port), "--workers", "1"]
    return Service(name, command, port, folder / f"{name}.log", environment)


def manage(environment: dict[str, str], *arguments: str) -> None:
    """Run a command of the site, or a module of the rehearsal."""
    subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env={**os.environ, **environment}, check=True, stdout=subprocess.DEVNULL
    )

"""The server that `manage.py serve` becomes: granian, with the application loaded once for all workers.

Workers are forked from a process that has loaded the application and had it make its pages once, so what does not
change from then on is in memory once. On HUP that process starts itself anew, under the same number, and so loads new
code; the workers it had answer until others do. New code that cannot be loaded is left alone, with an error in the log.
"""

import argparse
import contextlib
import ctypes
import gc
import importlib
import logging
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.common import AbstractServer

logger = logging.getLogger("debtfaq.server")

REPLACED = "REPLACED_WORKERS"  # environment variable: the numbers of workers that answer until ours do
SIGNALS = {signal.SIGHUP, signal.SIGINT, signal.SIGTERM}  # wait until `listen` takes them, beyond a start anew, too
BEGIN_SECONDS, END_SECONDS = 3, 20  # for workers to begin, and to answer what they were asked before


def main() -> None:
    parser = argparse.ArgumentParser(prog="debtfaq.server")
    parser.add_argument("--host", required=True)
    for name in ("--port", "--workers", "--threads"):
        parser.add_argument(name, type=int, required=True)
    parser.add_argument("application", help="module:name")
    options = parser.parse_args()
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    load(options.application)
    serve(options)


def load(application: str) -> None:
    """Load the application, and have it warm up if it can."""
    module = importlib.import_module(application.partition(":")[0])
    getattr(module, "warm_up", lambda: None)()
    gc.collect()
    with contextlib.suppress(AttributeError, OSError):  # only glibc has it
        ctypes.CDLL(None).malloc_trim(0)  # else every worker would fill, and so copy, what is free among what is shared
    gc.freeze()  # the collector would write to what is shared, and so copy it


def serve(options: argparse.Namespace) -> None:
    multiprocessing.set_start_method("fork")
    os.register_at_fork(after_in_child=begin_as_worker)
    replaced = [int(pid) for pid in os.environ.pop(REPLACED, "").split()]
    server = Granian(
        options.application,
        address=options.host,
        port=options.port,
        interface=Interfaces.WSGI,
        workers=options.workers,
        blocking_threads=options.threads,
        websockets=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=END_SECONDS,
    )

    @server.on_startup
    def begin() -> None:
        threading.Thread(target=listen, args=[server], daemon=True).start()
        if replaced:
            threading.Thread(target=retire, args=[replaced, BEGIN_SECONDS], daemon=True).start()

    @server.on_reload
    def renew() -> None:
        workers = [worker.pid for worker in multiprocessing.active_children() if worker.pid]
        start_anew(options.application, [*replaced, *workers])
        threading.Thread(target=listen, args=[server], daemon=True).start()

    @server.on_shutdown
    def end() -> None:
        retire(replaced)

    server.serve()


def listen(server: AbstractServer[Any]) -> None:
    """Tell the server what signals say, up to a HUP: what comes after that is for the process it becomes.

    In a thread, for what Python does on a signal is lost where it comes in just before a process starts anew, and is
    put off without end where it comes in just before the main thread waits.
    """
    while signal.sigwait(SIGNALS) != signal.SIGHUP:
        server.signal_handler_interrupt()  # type: ignore[no-untyped-call]
    server.signal_handler_reload()  # type: ignore[no-untyped-call]


def begin_as_worker() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=listen_as_worker, daemon=True).start()


def listen_as_worker() -> None:
    """End when told to: as granian has a worker do it, once that has begun to answer."""
    number = signal.sigwait(SIGNALS - {signal.SIGHUP})
    end = signal.getsignal(signal.SIGTERM)
    if not callable(end):
        os._exit(0)
    end(number, None)


def start_anew(application: str, workers: list[int]) -> None:
    """Become a new process of this number that has `workers` go on for a while; return only if it could not begin."""
    module = application.partition(":")[0]
    if subprocess.run([sys.executable, "-c", f"import {module}"], check=False).returncode:  # noqa: S603  (our own name)
        logger.error("新的程序无法加载（原因见上），继续运行原来的。")
        return
    os.environ[REPLACED] = " ".join(map(str, workers))
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606  (no shell, as it should be)


def retire(workers: list[int], after: float = 0) -> None:
    """Have workers end once they have answered what they were asked, and remove them from the list when they have."""
    time.sleep(after)
    deadline = time.monotonic() + END_SECONDS
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        while workers and (number == signal.SIGKILL or time.monotonic() < deadline):
            workers[:] = filter(_is_running, workers)
            time.sleep(0.05)


def _is_running(worker: int) -> bool:
    try:
        return os.waitpid(worker, os.WNOHANG) == (0, 0)
    except ChildProcessError:
        return False


if __name__ == "__main__":
    main()

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

MOST_WORKERS = 4  # unless more are asked for: most readers are answered from a worker's memory

# Of glibc (mallopt(3)). With a pool of free memory for each thread a worker takes 6 MB more, and threads seldom
# allocate at once. With thresholds that stay as they begin it takes 20 MB less: else each large block that is given
# back raises them, and large blocks then lie scattered among small ones that live longer.
MALLOC = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "131072", "MALLOC_TRIM_THRESHOLD_": "131072"}


class Command(BaseCommand):
    help = "启动生产服务器（granian），进程数默认等于 CPU 核数，最多四个。"
    requires_system_checks = ()  # the workers make them

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=settings.HOST)
        parser.add_argument("--port", type=int, default=settings.PORT)
        parser.add_argument("--workers", type=int, default=settings.WORKERS or min(os.cpu_count() or 1, MOST_WORKERS))
        parser.add_argument("--application", default="debtfaq.wsgi:application", help="另一个 WSGI 应用，供测速时对照")

    def handle(self, *args: Any, host: str, port: int, workers: int, application: str, **options: Any) -> None:
        arguments = {"--host": host, "--port": port, "--workers": workers, "--threads": settings.THREADS}
        flags = [str(part) for pair in arguments.items() for part in pair]
        for name, value in MALLOC.items():
            os.environ.setdefault(name, value)
        # Instead of this process: signals reach the server, and malloc is as said from its first moment on.
        os.execv(sys.executable, [sys.executable, "-m", "debtfaq.server", *flags, application])  # noqa: S606  (no shell, as it should be)

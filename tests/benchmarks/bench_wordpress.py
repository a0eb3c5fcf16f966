"""How long the import of a WordPress export takes, and how much memory, on both databases.

    python -m tests.benchmarks.bench_wordpress [posts] [--publish]

The bar: 100 posts a second or more, at most 300 MB, and a second run changes nothing.
"""
# ruff: noqa: PLC0415  (Django is set up when the database is known)

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.bench_related import databases

POSTS = 10_000


def import_once(path: Path, *, publish: bool) -> None:
    from articles.importers.report import Outcome
    from debtfaq import wordpress

    begun, own = time.perf_counter(), time.process_time()
    *_, report = wordpress.run(path, publish=publish)
    seconds, own = time.perf_counter() - begun, time.process_time() - own
    new, same = report.count(Outcome.NEW, "指南"), report.count(Outcome.UNCHANGED, "指南")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"new {new:6}, unchanged {same:6}: {seconds:6.1f} s ({own:.1f} s of it in this process), "
        f"{(new + same) / seconds:6.0f} posts a second; peak {memory:.0f} MB",
        flush=True,
    )


def bench(count: int, *, publish: bool) -> None:
    import django
    from django.core.management import call_command

    django.setup()
    from django.db import connection

    from articles.models import Article, Redirect
    from comments.models import Comment
    from tests import wxr

    call_command("migrate", verbosity=0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.xml"
        wxr.write(path, count)
        size = path.stat().st_size / 1e6
        print(
            f"\n=== {connection.vendor}, {count:,} posts, {size:.0f} MB{', published' if publish else ''} ===",
            flush=True,
        )
        for _ in range(2):
            import_once(path, publish=publish)
            print([model.objects.count() for model in (Article, Comment, Redirect)], flush=True)


def main(arguments: list[str]) -> int:
    publish = "--publish" in arguments
    numbers = [int(argument) for argument in arguments if argument.isdigit()]
    count = numbers[0] if numbers else POSTS
    if "--here" in arguments:
        bench(count, publish=publish)
        return 0
    command = [sys.executable, "-m", "tests.benchmarks.bench_wordpress", "--here", *arguments]
    settings = {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    with databases() as environments:
        return max(subprocess.call(command, env={**os.environ, **settings, **env}) for env in environments.values())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

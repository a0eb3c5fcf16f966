"""How long the import of a WordPress export takes, and how much memory, on both databases.

    python -m tests.benchmarks.bench_wordpress [--posts N] [--publish]

The bar: 100 posts a second or more, at most 300 MB, and a second run changes nothing.
"""
# ruff: noqa: PLC0415  (Django is set up when the settings are known)

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.figures import Figure, plain
from tests.benchmarks.inside import run_inside
from tests.benchmarks.serving import manage
from tests.benchmarks.sites import Site, folder_for, site

POSTS, LEAST_A_SECOND, MOST_MEGABYTES = 10_000, 100, 300


def figures(site: Site, posts: int, *, publish: bool = False) -> Iterator[Figure]:
    """Import into a site without guides, twice."""
    manage(site.environment, "migrate", "-v0")
    runs = run_inside(site.environment, import_twice, posts=posts, publish=publish)
    for name, (rate, used, megabytes) in zip(("import from WordPress", "the same again"), runs, strict=True):
        note = f"{posts:,} posts, {used:.1f} ms CPU each, {megabytes:.0f} MB at most"
        yield Figure(name, rate, "posts/s", least=LEAST_A_SECOND, note=note)
    yield Figure("memory of the import", runs[-1][2], "MB", most=MOST_MEGABYTES)


def import_twice(posts: int, publish: bool) -> list[tuple[float, float, float]]:
    """Return for each run the posts a second, the processor's milliseconds for one, and the most memory in MB."""
    from tests import wxr

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.xml"
        wxr.write(path, posts)
        return [import_once(path, posts, new, publish=publish) for new in (posts, 0)]


def import_once(path: Path, posts: int, new: int, *, publish: bool) -> tuple[float, float, float]:
    from articles.importers.report import Outcome
    from debtfaq import wordpress

    begun, own = time.perf_counter(), time.process_time()
    *_, report = wordpress.run(path, publish=publish)
    seconds, own = time.perf_counter() - begun, time.process_time() - own
    assert (report.count(Outcome.NEW, "指南"), report.count(Outcome.UNCHANGED, "指南")) == (new, posts - new)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return posts / seconds, own / posts * 1000, memory


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, default=POSTS)
    parser.add_argument("--publish", action="store_true")
    arguments = parser.parse_args()
    found: list[Figure] = []
    for database in ("SQLite", "PostgreSQL"):
        with folder_for(None) as folder, site(database, folder) as made:
            if made:
                found += figures(made, arguments.posts, publish=arguments.publish)
    print(plain(found))
    return 0 if all(figure.is_met for figure in found) else 1


if __name__ == "__main__":
    sys.exit(main())

"""All that shows how fast the site is, in one run on this machine, as a table.

    python -m tests.benchmarks [--only NAME …] [--database sqlite|postgresql|both] [--markdown FILE] [--keep FOLDER]

Makes throwaway sites with seed_scale, serves them as `make serve` does and measures in rounds, of which the median
counts; docs/performance.md says what and how. With --keep the sites are made once and used again, with whatever
earlier runs wrote into them. The exit status is 0 however slow the site is: a machine that has other work is no judge.
"""

import argparse
import os
import platform
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks import bench_counting, bench_desk, bench_wordpress, captured, changes, cold, pages
from tests.benchmarks.figures import Figure, markdown, plain
from tests.benchmarks.sites import Site, fill, folder_for, site


class Size(NamedTuple):
    """How much is measured: seconds of each load, deeds of each round."""

    guides: int = 10_000
    rounds: int = 3
    seconds: int = 5
    reading_seconds: int = 60  # so that every guide is asked for
    looking_seconds: int = 4  # after a change, longer than a page may be old
    times: int = 20
    posts: int = 1000
    captured: int = 50


SMALL = Size(guides=60, rounds=1, seconds=1, reading_seconds=1, looking_seconds=1, times=2, posts=20, captured=2)
NEED_WRK = {"pages", "counters", "changes"}
THEMES: dict[str, Callable[[Site, Size], Iterator[Figure]]] = {
    "cold": lambda site, size: cold.figures(site, size.rounds, size.times),
    "desk": lambda site, size: bench_desk.figures(site, size.times),
    "pages": lambda site, size: pages.figures(site, size.rounds, size.seconds, size.reading_seconds),
    "counters": lambda site, size: bench_counting.figures(site, size.rounds, size.seconds),
    "changes": lambda site, size: changes.figures(site, size.rounds, size.times, size.looking_seconds),
    "imports": lambda site, size: chain(
        bench_wordpress.figures(site, size.posts), captured.figures(site, size.captured)
    ),
}


def main() -> int:
    arguments = parsed()
    size = SMALL if arguments.small else Size(guides=arguments.guides, rounds=arguments.rounds)
    themes = [name for name in THEMES if name in arguments.only]
    if missing := [program for program in ("wrk", "nginx", "redis-server") if not shutil.which(program)]:
        say(f"not installed, so what needs it is left out: {', '.join(missing)}")
    if "wrk" in missing:
        themes = [name for name in themes if name not in NEED_WRK]
    chosen = "sqlite" if arguments.small else arguments.database
    databases = [name for name in ("SQLite", "PostgreSQL") if chosen in {"both", name.lower()}]
    with folder_for(arguments.keep) as folder:
        found = {name: list(measure(name, folder, themes, size)) for name in databases}
    head = f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, Python {platform.python_version()}, {size.guides:,} guides"
    for database, figures in found.items():
        print(f"\n{database}, {head}\n\n{plain(figures)}")
    if arguments.markdown:
        tables = [f"### {database}\n\n{head}\n\n{markdown(figures)}\n" for database, figures in found.items()]
        arguments.markdown.write_text("\n".join(tables), encoding="utf-8")
    return 0


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--guides", type=int, default=Size().guides)
    parser.add_argument("--rounds", type=int, default=Size().rounds)
    parser.add_argument("--small", action="store_true", help="a little of everything on SQLite, to see that it runs")
    parser.add_argument(
        "--only", nargs="+", choices=THEMES, default=list(THEMES), metavar="NAME", help=", ".join(THEMES)
    )
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the table there, too")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where the sites are kept")
    return parser.parse_args()


def measure(database: str, folder: Path, themes: list[str], size: Size) -> Iterator[Figure]:
    of_readers = [theme for theme in themes if theme != "imports"]
    with site(database, folder) as made:
        if not made:
            say(f"{database} is not installed and left out")
            return
        if of_readers:
            say(f"{database}: {fill(made, size.guides)}")
        for theme in of_readers:
            yield from told(f"{database}: {theme}", THEMES[theme](made, size))
    if "counters" in themes and shutil.which("redis-server"):
        with site(database, folder, with_redis=True) as made:
            yield from told(f"{database} + Redis: counters", THEMES["counters"](made, size))
    if "imports" in themes:
        with folder_for(None) as empty, site(database, empty) as made:
            yield from told(f"{database}: imports", THEMES["imports"](made, size))


def told(what: str, figures: Iterator[Figure]) -> Iterator[Figure]:
    begun = time.monotonic()
    yield from figures
    say(f"{what}: measured in {time.monotonic() - begun:.0f} s")


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())

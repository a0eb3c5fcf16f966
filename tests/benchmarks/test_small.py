"""The benchmarks run and yield their figures. How fast the site is is not judged here: CI has other work, too."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.benchmarks.bench_growth import DEAR, compare
from tests.benchmarks.figures import BARE_DJANGO, STATIC_FILE, Figure, markdown, plain, rows

NEEDED = [program for program in ("wrk", "nginx") if not shutil.which(program)]
THEMES = ["cold", "pages"]  # the others take long; `python -m tests.benchmarks --small` runs all
FIGURES = [
    *("guide, cold", "home, cold", "list, cold", "search 逾期, cold", "guides with 逾期 that the search finds"),
    *("hello, world (WSGI)", BARE_DJANGO, STATIC_FILE, "guide, warm", "guide, through nginx", "memory of the server"),
]


@pytest.mark.skipif(bool(os.environ.get("TEST_DATABASE_URL")), reason="一次就够，在 SQLite 上")
@pytest.mark.skipif(bool(NEEDED) and os.environ.get("CI") != "true", reason=f"没有 {'、'.join(NEEDED)}")
def test_a_small_run_yields_all_figures(tmp_path):
    assert not NEEDED
    path = tmp_path / "table.md"
    command = [sys.executable, "-m", "tests.benchmarks", "--small", "--markdown", str(path), "--only", *THEMES]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    table = path.read_text(encoding="utf-8")
    assert [name for name in FIGURES if f"| {name}" not in table] == []
    assert "failed" not in table


def test_the_table_says_what_is_met_and_how_it_compares():
    figures = [
        Figure(BARE_DJANGO, 12_592, "req/s"),
        Figure("guide, warm", 25_184, "req/s", least=20_000, note="p99 1.0 ms"),
        Figure("memory", 251, "MB PSS", most=250),
        Figure("list, page 200 by page 1", 1.05, "", least=0.8, most=1.2),
    ]
    assert rows(figures) == [
        (BARE_DJANGO, "12,592", "req/s", "1.00", "", "", ""),
        ("guide, warm (p99 1.0 ms)", "25,184", "req/s", "2.00", "", "≥ 20,000", "yes"),
        ("memory", "251", "MB PSS", "", "", "≤ 250", "NO"),
        ("list, page 200 by page 1", "1.05", "", "", "", "≥ 0.8 ≤ 1.2", "yes"),
    ]
    assert len(plain(figures).splitlines()) == 1 + len(figures)
    assert markdown(figures).splitlines()[1] == "| --- | --: | --- | --: | --: | --: | --- |"


def test_growth_is_that_of_the_site_and_not_of_the_host():
    class Site:
        calls = 0

        def __init__(self, milliseconds: float) -> None:
            self.milliseconds = milliseconds

        def cost(self, page: str) -> float:
            Site.calls += 1
            return self.milliseconds * (1 + Site.calls // 40)  # the host becomes slower and slower

    costs, growth = compare([Site(2), Site(3)], "home", 100)
    assert growth == [1, 1.5]
    assert costs[0] < costs[1]
    Site.calls = 0
    compare([Site(2), Site(DEAR + 1)], "sitemap", 100)
    assert Site.calls == 2 + 2 * 10

"""Whether pages for readers cost more the larger a site is.

    python -m tests.benchmarks.bench_growth URL URL ...

The URLs are of seeded databases, the smallest first (SQLite or PostgreSQL; `manage.py seed_scale`); they are migrated.
Each page is asked for of every site in turn, by a process for each, so that a host which changes its speed changes it
for all. Printed are the quartile of the quickest, in milliseconds of the application and of PostgreSQL together, and
the median of the ratios to the first site. The page cache is off; other caches are kept, as on a site at work.
"""
# ruff: noqa: PLC0415  (Django is set up when the settings are known)

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from tests.benchmarks.cold import asker
from tests.benchmarks.sites import Site, fill, folder_for, settings

ROUNDS = 40
DEAR = 100  # milliseconds; such a page is asked for a tenth as often
MOST_GROWTH = 1.5
SERVE = "--serve"


def addresses() -> dict[str, str]:
    """Return kinds of public pages, each with an address."""
    from django.db.models import Count

    from articles.models import Article, Category, Tag
    from comments.models import Comment, Expert

    guides = Article.objects.published().newest_first()
    category = Category.objects.in_order().first()
    tags = Tag.objects.annotate(guides=Count("tagged_items")).filter(guides__gt=0).order_by("guides", "pk")
    discussed = Comment.objects.visible().order_by("-pk")[0].article
    expert = Expert.objects.order_by("pk").first()
    late = guides[guides.count() * 9 // 10]
    assert category
    assert expert
    words = {"common word": "逾期", "two words": "太原 车贷", "three words": "北京 车贷 传票", "nothing": "鸑鷟鸂鶒"}
    return {
        "home": "/",
        "list": "/articles/",
        "list, late": f"/articles/?before={late.pk}",
        "category": category.get_absolute_url(),
        "common tag": tags.reverse()[0].get_absolute_url(),
        "rare tag": tags[0].get_absolute_url(),
        "archive": "/archive/",
        "guide": guides[guides.count() // 10].get_absolute_url(),
        "guide with comments": discussed.get_absolute_url(),
        "expert": expert.get_absolute_url(),
        "feed": "/feeds/atom.xml",
        "feed of a category": f"/feeds/{category.slug}/atom.xml",
        "sitemap index": "/sitemap.xml",
        "sitemap of guides": "/sitemaps/guides-0.xml",
        "suggestions": f"/search/suggest/?q={quote('信用卡')}",
        "suggestions by sound": "/search/suggest/?q=xyk",
        **{f"search, {name}": f"/search/?q={quote(word)}" for name, word in words.items()},
        "search, newest first": f"/search/?q={quote('逾期')}&sort=date",
        "search in a category": f"/search/?q={quote('逾期')}&category={category.slug}",
    }


def serve() -> None:
    """Say which pages there are, then for each address that is read, how many milliseconds its page took."""
    import django

    django.setup()
    ask = asker()
    print(json.dumps(addresses()), flush=True)
    for line in sys.stdin:
        print(ask(line.strip())[0], flush=True)


class Asked:
    """A site, in a process of its own."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdin
        assert process.stdout
        self._to, self._from = process.stdin, process.stdout
        self.addresses: dict[str, str] = json.loads(self._from.readline())

    def cost(self, page: str) -> float:
        print(self.addresses[page], file=self._to, flush=True)
        return float(self._from.readline())


@contextlib.contextmanager
def asked(site: Site) -> Iterator[Asked]:
    environment = {**os.environ, **site.environment, "PAGE_CACHE_MEGABYTES": "0"}
    command = [sys.executable, "-m", "tests.benchmarks.bench_growth", SERVE]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Asked(process)
        process.terminate()


def compare(sites: list[Asked], page: str, rounds: int) -> tuple[list[float], list[float]]:
    """Return what a page costs each site, and how that compares with the first."""
    first = [site.cost(page) for site in sites]  # templates are compiled, statements are known
    rounds = max(rounds // 10, 1) if max(first) > DEAR else rounds
    costs: list[list[float]] = [[] for _ in sites]
    for turn in range(rounds):
        for number in range(len(sites)):
            at = (turn + number) % len(sites)
            costs[at].append(sites[at].cost(page))
    growth = [statistics.median(own / least for own, least in zip(some, costs[0], strict=True)) for some in costs]
    return [sorted(some)[len(some) // 4] for some in costs], growth


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("urls", nargs="+", metavar="URL")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--markdown", type=Path, help="write the table to this file, too")
    given = parser.parse_args(arguments)
    grew = False
    with contextlib.ExitStack() as stack:
        sites, sizes = [], []
        for url in given.urls:
            folder = stack.enter_context(folder_for(None))
            site = Site("", folder, settings(folder, url))
            sizes.append(fill(site, 1_000).partition(" ")[0])
            sites.append(stack.enter_context(asked(site)))
        lines = [f"| | {' | '.join(sizes)} | last by first |", f"|---|{'--:|' * (len(sizes) + 1)}"]
        print(*lines, sep="\n", flush=True)
        for page in sites[0].addresses:
            costs, growth = compare(sites, page, given.rounds)
            grew = grew or growth[-1] > MOST_GROWTH
            lines.append(f"| {page} | {' | '.join(f'{cost:.1f}' for cost in costs)} | {growth[-1]:.2f} |")
            print(lines[-1], flush=True)
    if given.markdown:
        given.markdown.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 1 if grew else 0


if __name__ == "__main__":
    if sys.argv[1:] == [SERVE]:
        serve()
    else:
        sys.exit(main(sys.argv[1:]))

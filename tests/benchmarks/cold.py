"""What a public page costs that no cache knows: processor time of the application and of the database, and queries.

Asked of the WSGI application in one process, with the page cache off; a guide is another one each time.
"""
# ruff: noqa: PLC0415  (Django is set up when the settings are known)

import itertools
import statistics
from collections.abc import Callable, Iterator
from functools import partial
from operator import truediv
from urllib.parse import quote

from tests.benchmarks.figures import Figure
from tests.benchmarks.inside import processor_seconds, run_inside
from tests.benchmarks.sites import Site

WORD = "逾期"
MOST_MILLISECONDS = {"SQLite": 3.0, "PostgreSQL": 4.0}
MOST_SEARCHING = 10.0  # milliseconds, for what nearly every guide says

PageCost = tuple[list[float], int, int]  # milliseconds each time, queries, bytes


def figures(site: Site, rounds: int, times: int) -> Iterator[Figure]:
    environment = {**site.environment, "PAGE_CACHE_MEGABYTES": "0"}
    pages, searches = run_inside(environment, measure, rounds=rounds, times=times)
    for name, (milliseconds, queries, size) in pages.items():
        most = MOST_SEARCHING if name == f"search {WORD}" else MOST_MILLISECONDS[site.database]
        note = f"{queries} queries, {size / 1000:.1f} kB gzipped"
        yield Figure(f"{name}, cold", statistics.median(milliseconds), "ms CPU", most=most, note=note)
    if "list, page 200" in pages:
        late, first = pages["list, page 200"][0], pages["list"][0]
        ratio = statistics.median(map(truediv, late, first))
        yield Figure("list, page 200 by page 1", ratio, "", least=0.8, most=1.2)
    for word, (found, is_capped, told) in searches.items():
        note = f"{found:,}{' and more' if is_capped else ''} of {told:,}"
        name = f"guides with {word} that the search finds"
        yield Figure(name, 100 * min(found / max(told, 1), 1), "%", least=100, note=note)


def addresses(guides: int) -> dict[str, list[str]]:
    """Return kinds of public pages with their addresses, so many for a guide."""
    from articles.models import Article
    from articles.paging import PAGE_SIZE

    public = Article.objects.published().newest_first()
    step = max(public.count() // guides, 1)
    found = {
        "guide": [guide.get_absolute_url() for guide in public.only("slug")[::step][:guides]],
        "home": ["/"],
        "list": ["/articles/"],
        "search 太原 车贷": [f"/search/?q={quote('太原 车贷')}"],
        f"search {WORD}": [f"/search/?q={quote(WORD)}"],
    }
    before = public.values_list("pk", flat=True)[199 * PAGE_SIZE - 1 : 199 * PAGE_SIZE].first()
    if before:
        found["list, page 200"] = [f"/articles/?before={before}"]
    return found


def asker() -> Callable[[str], tuple[float, int]]:
    """Return what asks the site of this process for an address, and returns milliseconds and bytes."""
    from werkzeug.test import EnvironBuilder, run_wsgi_app

    from debtfaq.wsgi import application

    def ask(address: str) -> tuple[float, int]:
        path, _, query = address.partition("?")
        builder = EnvironBuilder(
            path=path, query_string=query, headers={"Host": "127.0.0.1", "Accept-Encoding": "gzip"}
        )
        environ = builder.get_environ()
        before = processor_seconds()
        body, status, _ = run_wsgi_app(application, environ, buffered=True)
        passed = processor_seconds() - before
        assert status == "200 OK", (address, status)
        return passed * 1000, len(b"".join(body))

    return ask


def measure(rounds: int, times: int) -> tuple[dict[str, PageCost], dict[str, tuple[int, bool, int]]]:
    """Return what each kind of page costs, and what searches found of what there is.

    The kinds are asked for in turn, so that a host which changes its speed changes it for all.
    """
    ask = asker()
    places = addresses(times + 1)
    turns = {name: itertools.cycle(some) for name, some in places.items()}
    for turn in turns.values():
        for _ in range(3):  # templates are compiled, statements are known
            ask(next(turn))
    costs: dict[str, list[float]] = {name: [] for name in turns}
    for _ in range(rounds * times):
        for name, turn in turns.items():
            costs[name].append(ask(next(turn))[0])
    found = {name: (costs[name], *_queries(partial(ask, some[0]))) for name, some in places.items()}
    return found, completeness()


def _queries(ask) -> tuple[int, int]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        _, size = ask()
    return len(queries), size


def completeness() -> dict[str, tuple[int, bool, int]]:
    """Return for words how many guides the search finds, whether it knows of more, and how many have them."""
    from django.db.models import Q

    from articles import search
    from articles.models import Article

    found = {}
    for word in (WORD, "太原"):
        has_it = Q(title__contains=word) | Q(summary__contains=word) | Q(body__contains=word)
        results = search.find(word)
        found[word] = (results.total, results.is_capped, Article.objects.published().filter(has_it).count())
    return found

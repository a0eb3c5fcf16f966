"""How much each page of the desk costs on a large site: `python -m tests.benchmarks.bench_desk --guides 100000`.

Writes a site with `manage.py seed_scale` into a throwaway PostgreSQL (or uses the seeded one that --url names), opens
each page of PAGES a few times as a superuser, and prints the queries, the medians of the time that the processors of
the server and of the database spent on it and of the time that passed, and the slowest query. Aims at most at 15
queries and 300 ms that pass; on a machine that has other work, the processors' time tells more. Nothing is kept in the
cache between two looks. A new page is one line in PAGES; what is sent to it stands in SENT.
"""
# ruff: noqa: PLC0415  (Django is set up when the settings are known)

import argparse
import contextlib
import statistics
import sys
import time
from collections.abc import Iterator
from typing import NamedTuple

from tests.benchmarks.figures import Figure
from tests.benchmarks.inside import processor_seconds, run_inside
from tests.benchmarks.sites import Site, fill, folder_for, settings, site

ROUNDS = 5
MOST_QUERIES, MOST_MILLISECONDS = 15, 300

GUIDES, COMMENTS = "/admin/articles/article/", "/admin/comments/comment/"
COMPLETE = "/admin/autocomplete/?app_label={}&model_name={}&field_name={}&term={}"
# What a page is called: its address, with the names in braces filled in by `places`.
PAGES = {
    "the desk": "/admin/",
    "guides": GUIDES,
    "guides, page 200": f"{GUIDES}?p=200",
    "guides, published": f"{GUIDES}?status__exact=published",
    "guides, published, page 200": f"{GUIDES}?status__exact=published&p=200",
    "guides, drafts": f"{GUIDES}?status__exact=draft",
    "guides, of a category": f"{GUIDES}?category__id__exact={{category}}",
    "guides, drafts of a category": f"{GUIDES}?category__id__exact={{category}}&status__exact=draft",
    "guides, with a common tag": f"{GUIDES}?tag={{common_tag}}",
    "guides, with a rare tag": f"{GUIDES}?tag={{rare_tag}}",
    "guides, of me": f"{GUIDES}?author=me",
    "guides, scheduled": f"{GUIDES}?attention=scheduled",
    "guides, review overdue": f"{GUIDES}?attention=overdue",
    "guides, without summary": f"{GUIDES}?attention=no_summary",
    "guides, with broken links": f"{GUIDES}?attention=broken_links",
    "guides, of a year": f"{GUIDES}?published_at__year={{year}}",
    "guides, of a month": f"{GUIDES}?published_at__year={{year}}&published_at__month=3",
    "guides, of a day": f"{GUIDES}?published_at__year={{year}}&published_at__month=3&published_at__day=5",
    "guides, by publication": f"{GUIDES}?o=-5",
    "guides, by review date": f"{GUIDES}?o=6",
    "guides, search: common word": f"{GUIDES}?q=逾期",
    "guides, search: several words": f"{GUIDES}?q=北京 车贷 传票",
    "guides, search: title": f"{GUIDES}?q={{title}}",
    "guides, search: nothing": f"{GUIDES}?q=鸑鷟鸂鶒",
    "guides, search in drafts": f"{GUIDES}?q=逾期&status__exact=draft",
    "complete a guide": COMPLETE.format("articles", "term", "article", "逾期"),
    "complete a guide, nothing typed": COMPLETE.format("articles", "term", "article", ""),
    "complete a category": COMPLETE.format("articles", "article", "category", "征"),
    "complete a comment": COMPLETE.format("comments", "comment", "parent", "逾期"),
    "complete an expert": COMPLETE.format("comments", "comment", "expert", "赵"),
    "a guide": f"{GUIDES}{{guide}}/change/",
    "a new guide": f"{GUIDES}add/",
    "history of a guide": f"{GUIDES}{{guide}}/history/",
    "deleting a guide": f"{GUIDES}{{guide}}/delete/",
    "links of a guide": f"{GUIDES}{{guide}}/links/",
    "comments": COMMENTS,
    "comments, page 200": f"{COMMENTS}?p=200",
    "comments, pending": f"{COMMENTS}?status__exact=pending",
    "comments, approved": f"{COMMENTS}?status__exact=approved",
    "comments, urgent": f"{COMMENTS}?is_urgent__exact=1",
    "comments, featured": f"{COMMENTS}?is_featured__exact=1",
    "comments, closed": f"{COMMENTS}?is_closed__exact=1",
    "comments, of experts": f"{COMMENTS}?expert__isempty=0",
    "comments, of readers": f"{COMMENTS}?expert__isempty=1",
    "comments, of a year": f"{COMMENTS}?posted_at__year={{year}}",
    "comments, of a month": f"{COMMENTS}?posted_at__year={{year}}&posted_at__month=3",
    "comments, of a day": f"{COMMENTS}?posted_at__year={{year}}&posted_at__month=3&posted_at__day=5",
    "comments, search: common word": f"{COMMENTS}?q=逾期",
    "comments, search: rare word": f"{COMMENTS}?q=鸑鷟",
    "comments, search: code": f"{COMMENTS}?q={{code}}",
    "comments, search: nickname": f"{COMMENTS}?q=夜里",
    "comments, search in a month": f"{COMMENTS}?q=上门&posted_at__year={{year}}&posted_at__month=3",
    "a comment": f"{COMMENTS}{{comment}}/change/",
    "a new comment": f"{COMMENTS}add/",
    "deleting a comment": f"{COMMENTS}{{comment}}/delete/",
    "moderators' queue": f"{COMMENTS}queue/",
    "categories": "/admin/articles/category/",
    "a category": "/admin/articles/category/{category}/change/",
    "tags": "/admin/articles/tag/",
    "tags, page 50": "/admin/articles/tag/?p=50",
    "tags, search": "/admin/articles/tag/?q=征信",
    "a tag": "/admin/articles/tag/{tag}/change/",
    "broken links": "/admin/articles/link/?is_broken__exact=1",
    "links": "/admin/articles/link/",
    "links, search": "/admin/articles/link/?q=/articles/1",
    "redirects": "/admin/articles/redirect/",
    "terms": "/admin/articles/term/",
    "pictures": "/admin/articles/image/",
    "searches of readers": "/admin/articles/searchcount/",
    "experts": "/admin/comments/expert/",
    "an expert": "/admin/comments/expert/{expert}/change/",
    "reviews": "/admin/comments/review/",
    "users": "/admin/auth/user/",
    "users, search": "/admin/auth/user/?q=seed",
    "activity": "/admin/admin/logentry/",
    "activity, page 40": "/admin/admin/logentry/?p=40",
    "activity, deletions": "/admin/admin/logentry/?deed=3",
    "activity, search": "/admin/admin/logentry/?q=逾期",
    "pictures, search": "/admin/articles/image/?q=对账",
    "choosing a picture": "/admin/articles/image/choose/?q=",
    "choosing a picture, search": "/admin/articles/image/choose/?q=对账",
    "trash": f"{GUIDES}trash/",
    "transfer": "/admin/transfer/",
    "preview links of a guide": f"{GUIDES}{{guide}}/preview-links/",
    "revision of a guide": f"{GUIDES}{{guide}}/history/{{revision}}/",
    "comparing revisions": f"{GUIDES}{{guide}}/history/compare/",
    "restoring a revision": f"{GUIDES}{{guide}}/history/{{revision}}/restore/",
    "links to choose from": f"{GUIDES}links/?q=",
    "links to choose from, search": f"{GUIDES}links/?q=逾期",
    "links to choose from, nothing": f"{GUIDES}links/?q=鸑鷟鸂鶒",
    "preview while writing": f"{GUIDES}preview/",
    "checks while writing": f"{GUIDES}check/",
    "autosave": f"{GUIDES}autosave/",
}
# What is sent to a page that is not just looked at.
SENT = {
    "preview while writing": {"article": "{guide}", "title": "{title}", "body": "{body}"},
    "checks while writing": {"pk": "{guide}", "title": "{title}", "body": "{body}"},
    "autosave": {"article": "{guide}", "autosave_key": "6f2d1c1e-7a56-4f0e-9c39-1e2d3c4b5a69", "data": "{{}}"},
}
OPENED_MOST = [
    *("the desk", "guides", "guides, page 200", "guides, search: common word", "a guide", "preview while writing"),
    *("checks while writing", "comments", "moderators' queue"),
]
LOGGED = 200_000  # entries of the log of activity


class Cost(NamedTuple):
    """Medians in milliseconds: what passed, what processors worked; and how long the slowest query took."""

    status: int
    queries: int
    used: float
    passed: float
    slowest_query: float

    @property
    def is_good(self) -> bool:
        return self.status == 200 and self.queries <= MOST_QUERIES and self.passed <= MOST_MILLISECONDS


def figures(site: Site, rounds: int) -> Iterator[Figure]:
    """Measure the pages that are opened most."""
    costs = run_inside(site.environment, costs_of, names=OPENED_MOST, rounds=rounds, logged=0)
    for name, cost in ((name, Cost(*found)) for name, found in costs.items()):
        note = f"{cost.queries} queries, {cost.used:.0f} ms CPU"
        yield Figure(f"desk, {name}", cost.passed, "ms", most=MOST_MILLISECONDS, note=note)


def places() -> dict[str, object]:
    """Return what the names in PAGES stand for."""
    from django.utils import timezone

    from articles.models import Article, Category, Tag
    from comments.models import Comment, Expert

    def middle(rows):
        return rows.order_by("pk")[rows.count() // 2]

    kept = Article.history.filter(history_type="~").values("id")
    guides = Article.objects.published()
    guide = middle(guides.filter(links__isnull=False, pk__in=kept) or guides.filter(pk__in=kept) or guides)
    return {
        "guide": guide.pk,
        "body": guide.body,
        "revision": guide.history.last().pk if guide.history.exists() else 0,
        "title": guide.title,
        "category": Category.objects.first().pk,
        "tag": Tag.objects.first().pk,
        "common_tag": Tag.objects.order_by("pk")[3].name,
        "rare_tag": Tag.objects.order_by("-pk")[3].name,
        "year": timezone.now().year - 1,
        "comment": middle(Comment.objects).pk,
        "code": middle(Comment.objects.exclude(code=None)).code,
        "expert": Expert.objects.first().pk,
    }


def costs_of(names: list[str], rounds: int = ROUNDS, logged: int = LOGGED) -> dict[str, Cost]:
    """Return what each of these pages costs a superuser, once there are so many entries in the log of activity."""
    from django.contrib.admin.models import LogEntry
    from django.contrib.auth.models import User
    from django.test import Client

    if LogEntry.objects.count() < logged:
        log_activity()
    chief, _ = User.objects.get_or_create(username="seed-author-1", defaults={})
    User.objects.filter(pk=chief.pk).update(is_staff=True, is_superuser=True)
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(chief)
    fillings = places()
    found = {}
    for name in names:
        sent = {key: text.format(**fillings) for key, text in SENT.get(name, {}).items()}
        found[name] = cost_of(client, PAGES[name].format(**fillings), sent, rounds)
    return found


def log_activity() -> None:
    from django.contrib.admin.models import LogEntry
    from django.contrib.auth.models import User
    from django.contrib.contenttypes.models import ContentType

    from articles.models import Article

    kind, users = ContentType.objects.get_for_model(Article), list(User.objects.values_list("pk", flat=True))
    guides = list(Article.objects.order_by("pk").values_list("pk", "title")[:10_000])
    LogEntry.objects.bulk_create(
        (
            LogEntry(
                user_id=users[n % len(users)],
                content_type=kind,
                object_id=str(guides[n % len(guides)][0]),
                object_repr=guides[n % len(guides)][1],
                action_flag=1 + (n % 50 == 0) * 2 + (n % 3 == 0 and n % 50 != 0),
                change_message='[{"changed": {"fields": ["正文"]}}]',
            )
            for n in range(LOGGED)
        ),
        batch_size=5000,
    )


def cost_of(client, address: str, sent: dict[str, str], rounds: int) -> Cost:
    from django.core.cache import cache
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def look():
        cache.clear()
        return client.post(address, sent) if sent else client.get(address)

    look()
    taken, used = [], []
    for _ in range(rounds):
        begun, before = time.perf_counter(), processor_seconds()
        response = look()
        taken.append((time.perf_counter() - begun) * 1000)
        used.append((processor_seconds() - before) * 1000)
    with CaptureQueriesContext(connection) as queries:
        look()
    slowest = max((float(query["time"]) * 1000 for query in queries), default=0)
    return Cost(response.status_code, len(queries), statistics.median(used), statistics.median(taken), slowest)


def report(name: str, cost: Cost) -> None:
    mark = "" if cost.is_good else "  <--"
    print(
        f"{name:36} {cost.status:6} {cost.queries:7} {cost.used:12.0f} {cost.passed:9.0f} {cost.slowest_query:16.0f}{mark}",
        flush=True,
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--guides", type=int, default=100_000)
    parser.add_argument("--url", default="", help="a seeded database to be measured; it is not a throwaway one")
    parser.add_argument("--only", default="", help="the pages whose name holds this")
    arguments = parser.parse_args()
    names = [name for name in PAGES if arguments.only in name]
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(folder_for(None))
        if arguments.url:
            made: Site | None = Site("PostgreSQL", folder, settings(folder, arguments.url))
        else:
            made = stack.enter_context(site("PostgreSQL", folder))
        if not made:
            print("PostgreSQL is not installed")
            return 1
        print(fill(made, arguments.guides), flush=True)
        print(
            f"{'page':36} {'status':>6} {'queries':>7} {'processor ms':>12} {'passed ms':>9} {'slowest query ms':>16}"
        )
        costs = [Cost(*cost) for cost in run_inside(made.environment, costs_of, names=names).values()]
        for name, cost in zip(names, costs, strict=True):
            report(name, cost)
        return 0 if all(cost.is_good for cost in costs) else 1


if __name__ == "__main__":
    sys.exit(main())

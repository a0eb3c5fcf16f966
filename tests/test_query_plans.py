"""That no page reads a table that grows from end to end: held against the plans that databases make.

On a small site PostgreSQL reads whole tables because that is quickest there. So it is kept from that, and from joins
for which it would, as it would keep itself from them on a large site; what it cannot do otherwise is found. What
readers ask for may look at MOST_ROWS rows of a table, too. What is not found is an index that is read from end to end
for a few rows, nor which index PostgreSQL would choose on a large site.

SQLite plans without knowing how many rows there are, so alike for small sites and large ones.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles import views
from articles.models import Article, RelatedGuide, Tag
from articles.search import finding, postgresql
from debtfaq import seeding_comments
from debtfaq.content_revision import Watch
from debtfaq.view_beacon import ViewBeacon
from tests.benchmarks import bench_desk, bench_growth

pytestmark = pytest.mark.django_db
on_postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="这是 PostgreSQL 的查询计划")
on_sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="这是 SQLite 的查询计划")

GUIDES, COMMENTS, EXPERTS = 600, 4_000, 1
MOST_ROWS = 250
MOST_DAYS = 31  # of one guide, whose readings may be added up
PLAN = "SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off;"
# So that what is bounded by a number does not pass for what is not: what one search looks at, and what it counts.
BOUNDS = {
    (finding, "CANDIDATES"): 50,
    (finding, "COUNTED"): 100,
    (postgresql, "RECENT"): 200,
    (postgresql, "FIRST"): 100,
}
# Tables that grow with the site; others hold what a few editors make.
GROWING = {
    apps.get_model(label)._meta.db_table
    for label in (
        *("articles.article", "articles.articleviews", "articles.dailyviews", "articles.taggedarticle"),
        *("articles.historicalarticle", "articles.statuschange", "articles.link", "articles.relatedguide"),
        *("articles.indexentry", "articles.keyword", "articles.textband", "articles.suggestion"),
        *("articles.suggestionkey", "comments.comment", "comments.moderationevent", "comments.review"),
    )
} | {"articles_search"}


def public_pages() -> dict[str, str]:
    """Return the pages whose growth is measured, and more; but for the sitemap of guides, which is to read them all."""
    pages = bench_growth.addresses()
    del pages["sitemap of guides"]
    guides = Article.objects.published().newest_first()
    RelatedGuide.objects.filter(article=guides[9]).delete()
    return pages | {
        "list, back": f"/articles/?after={guides[450].pk}",
        "category, late": f"{pages['category']}?before={guides[450].pk}",
        "tag": Tag.objects.order_by("pk")[3].get_absolute_url(),
        "guide whose related ones are not known": guides[9].get_absolute_url(),
        "nothing": "/nothing/",
        "suggestions for one character": "/search/suggest/?q=逾",
    }


def statements(client: Client, address: str, sent: dict[str, str]) -> list[str]:
    """Return what the page asks the database for when nothing is in the cache."""
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        response = client.post(address, sent) if sent else client.get(address)
    assert response.status_code in {200, 302, 404}, address  # 302: too few for that page
    asked = [query["sql"].rpartition("jit = off; ")[2] for query in queries]  # as a search begins
    return [sql for sql in asked if sql.startswith(("SELECT", "(", "WITH", "EXECUTE"))]


def statements_of_the_desk(desk: Client) -> Iterator[tuple[str, str]]:
    """Yield what each page of the desk asks for, with its name."""
    fillings = bench_desk.places()
    for name, address in bench_desk.PAGES.items():
        sent = {key: text.format(**fillings) for key, text in bench_desk.SENT.get(name, {}).items()}
        for statement in statements(desk, address.format(**fillings), sent):
            yield name, statement


def sqlite_plan_of(statement: str, parameters: Any = None) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return [line for *_, line in cursor.fetchall()]


def plan_of(statement: str) -> dict[str, Any]:
    with connection.cursor() as cursor:
        # What was planned once for all was planned before PLAN.
        cursor.execute(
            f"DISCARD PLANS; {PLAN} EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) {statement.replace('%', '%%')}", []
        )
        [(answer,)] = cursor.fetchall()
    plan: dict[str, Any] = answer[0]["Plan"]
    return plan


def scans(plan: dict[str, Any], *, is_limited: bool = False) -> Iterator[tuple[dict[str, Any], bool]]:
    """Yield the nodes that read a growing table, each with whether it is stopped by a limit."""
    if plan.get("Relation Name") in GROWING:
        yield plan, is_limited
    for inner in plan.get("Plans", []):
        passes_on = plan["Node Type"] in {"Limit", "Nested Loop", "Append", "Subquery Scan", "Result"}
        yield from scans(inner, is_limited=plan["Node Type"] == "Limit" or (is_limited and passes_on))


def read_whole(plan: dict[str, Any]) -> list[str]:
    return [
        f"sequential scan of {node['Relation Name']}"
        for node, is_limited in scans(plan)
        if node["Node Type"] == "Seq Scan" and not is_limited
    ]


def read_much(plan: dict[str, Any]) -> list[str]:
    found = []
    for node, _ in scans(plan):
        rows = (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
        is_sum = node["Relation Name"] == "articles_dailyviews" and rows <= MOST_DAYS * node["Actual Loops"]
        if rows > MOST_ROWS and not is_sum:
            found.append(f"{node['Node Type']} of {rows} rows of {node['Relation Name']}")
    return found


@pytest.fixture
def large_site(monkeypatch) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # No model's table: tests with transactions of their own leave rows.
            cursor.execute("DELETE FROM articles_search")
    monkeypatch.setattr(seeding_comments, "EXPERTS", EXPERTS)
    call_command("seed_scale", guides=GUIDES, comments=COMMENTS)
    for (module, name), number in BOUNDS.items():
        monkeypatch.setattr(module, name, number)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


@on_postgresql
def test_no_page_reads_more_the_larger_the_site_is(large_site, chief):
    reader, desk = Client(), Client()
    desk.force_login(chief)
    problems = []
    for name, address in public_pages().items():
        for statement in statements(reader, address, {}):
            plan = plan_of(statement)
            problems += [f"{name}: {problem}\n    {statement}" for problem in read_whole(plan) + read_much(plan)]
    for name, statement in statements_of_the_desk(desk):
        problems += [f"{name}: {problem}\n    {statement}" for problem in read_whole(plan_of(statement))]
    assert not problems, "\n".join(problems)


# How SQLite goes through all guides that are public.
ALL_PUBLIC = re.compile(
    r"SEARCH \w+ USING (COVERING )?INDEX article_(newest|by_date) \((status=\? AND )?published_at<\?\)"
)


@on_sqlite
def test_sqlite_goes_the_short_way(large_site, chief, monkeypatch, subtests):
    """One test, because the site takes longer to write than to look at."""
    desk = Client()
    desk.force_login(chief)
    with subtests.test("no guides are looked for among all"):
        problems = list(looked_for_among_all(desk))
        assert not problems, "\n".join(problems)
    with subtests.test("the desk goes through no growing table"):
        problems = list(gone_through(desk))
        assert not problems, "\n".join(problems)
    with subtests.test("the guides of a rare tag are gathered alone"):
        address = Tag.objects.order_by("pk")[3].get_absolute_url()
        for many, index in [(1, "article_newest"), (1000, "tagged_last")]:
            monkeypatch.setattr(views, "MANY_OF_TAG", many)
            [asked] = [sql for sql in statements(Client(), address, {}) if '"summary"' in sql]
            assert any(index in line for line in sqlite_plan_of(asked))


def looked_for_among_all(desk: Client) -> Iterator[str]:
    """Yield what SQLite would look for among all guides that are public, unless it stops after the first few."""
    reader = Client()
    addresses = [*public_pages().values(), "/sitemaps/guides-0.xml"]
    asked: dict[str, Any] = {}

    def note(execute, sql, params, many, context):
        if sql.startswith("SELECT"):
            asked.setdefault(sql, params)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        for address in addresses:
            cache.clear()
            reader.get(address)
        desk.get("/admin/")
        assert ViewBeacon(reader, https_header=None, watch=Watch())._is_public(Article.objects.order_by("pk")[99].pk)
        call_command("reindex", restart=True)
        for command in ("refresh_related", "refresh_suggestions"):
            call_command(command)
    for sql, params in asked.items():
        plan = sqlite_plan_of(sql, params)
        is_bounded = re.search(r"LIMIT \d+$", sql) and not any("FOR ORDER BY" in line for line in plan)
        if any(map(ALL_PUBLIC.match, plan)) and not is_bounded:
            yield f"{sql}\n    {plan}"


# How SQLite goes through a table, unless it stops after the first few or its index knows only some rows.
SCAN = re.compile(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?")


def gone_through(desk: Client) -> Iterator[str]:
    """Yield what has SQLite go through a table that grows, for a page of the desk."""
    partial = {index.name for model in apps.get_models() for index in model._meta.indexes if index.condition}
    for name, sql in statements_of_the_desk(desk):
        plan = sqlite_plan_of(sql)
        scans = [match.groups() for line in plan if (match := SCAN.match(line))]
        scanned = [table for table, index in scans if table in GROWING and index not in partial]
        is_sorted = any(re.search("TREE FOR (ORDER|GROUP) BY", line) for line in plan)
        # What is in order already, but has no limit, is a list that goes on one page here.
        if scanned and (is_sorted or not re.search("LIMIT|ORDER BY", sql)):
            yield f"{name}: {scanned}\n    {sql}\n    {plan}"

"""That no page reads a table that grows from end to end: held against the plans that PostgreSQL makes.

The site is small for a large one, but large enough for what grows with it to stand out: a statement that looks at
more rows than MOST_ROWS, whether by a sequential scan or by an index, would look at a million on a site of a million.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.models import Article, Category, Tag
from comments.models import Comment, Expert
from tests.benchmarks import bench_desk

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="只看 PostgreSQL 的查询计划"),
]

GUIDES, COMMENTS = 1_200, 4_000
MOST_ROWS = 400
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
    guides = Article.objects.published().newest_first()
    category, tag, guide, late = Category.objects.first(), Tag.objects.order_by("pk")[3], guides[7], guides[900]
    discussed = Comment.objects.visible().order_by("pk")[3].article
    return {
        "home": "/",
        "index": "/articles/",
        "index, late": f"/articles/?before={late.pk}",
        "index, back": f"/articles/?after={late.pk}",
        "category": category.get_absolute_url(),
        "category, late": f"{category.get_absolute_url()}?before={late.pk}",
        "tag": tag.get_absolute_url(),
        "archive": "/archive/",
        "guide": guide.get_absolute_url(),
        "guide with comments": discussed.get_absolute_url(),
        "expert": f"/experts/{Expert.objects.first().pk}/",
        "atom": "/feeds/atom.xml",
        "atom of a category": f"/feeds/{category.slug}/atom.xml",
        "sitemap": "/sitemap.xml",
        "nothing": "/nothing/",
        "suggest": "/search/suggest/?q=逾",
        "suggest by sound": "/search/suggest/?q=xyk",
        "search: common word": "/search/?q=逾期",
        "search: several words": "/search/?q=北京 车贷 传票",
        "search: nothing": "/search/?q=鸑鷟鸂鶒",
        "search: newest": "/search/?q=逾期&sort=date",
        "search: category": f"/search/?q=逾期&category={category.slug}",
    }


def statements(client: Client, address: str, sent: dict[str, str]) -> list[str]:
    """Return what the page asks the database for when nothing is in the cache."""
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        response = client.post(address, sent) if sent else client.get(address)
    assert response.status_code in {200, 302, 404}, address  # 302: too few for that page
    return [query["sql"] for query in queries if query["sql"].startswith(("SELECT", "("))]


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", []):
        yield from nodes(inner)


def too_much(statement: str) -> list[str]:
    """Return which growing tables a statement reads too much of, and how."""
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) " + statement.replace("%", "%%"), [])
        answer = cursor.fetchone()[0]
    plan = (json.loads(answer) if isinstance(answer, str) else answer)[0]["Plan"]
    found = []
    for node in nodes(plan):
        rows = (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
        if node.get("Relation Name") in GROWING and rows > MOST_ROWS:
            found.append(f"{node['Relation Name']}: {node['Node Type']} of {rows} rows")
    return found


def test_no_page_reads_more_the_larger_the_site_is(chief):
    call_command("seed_scale", guides=GUIDES, comments=COMMENTS)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    reader, desk = Client(), Client()
    desk.force_login(chief)
    pages = {name: (reader, address, {}) for name, address in public_pages().items()}
    fillings = bench_desk.places()
    for name, address in bench_desk.PAGES.items():
        sent = {key: text.format(**fillings) for key, text in bench_desk.SENT.get(name, {}).items()}
        pages[name] = (desk, address.format(**fillings), sent)
    problems = []
    for name, (client, address, sent) in pages.items():
        for statement in statements(client, address, sent):
            problems += [f"{name}: {problem}\n    {statement[:1500]}" for problem in too_much(statement)]
    assert not problems, "\n".join(problems)

import pytest
from django.db import NotSupportedError, connection, transaction
from django.test.utils import CaptureQueriesContext

from articles import planned
from articles.models import Article, Tag
from articles.prepared import NOW, Given, Prepared
from articles.views import home
from tests.factories import ArticleFactory
from tests.statements import in_words

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite 没有预编译语句"),
]


@pytest.fixture
def tags() -> Prepared[Tag]:
    return Prepared(Tag.objects.filter(name=Given("name", Tag._meta.get_field("name"))))


def asked(ask) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        ask()
    return [query["sql"] for query in queries]


def plans(name: str) -> tuple[int, int]:
    """Return how often it was planned for the values, and how often that was spared."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT custom_plans, generic_plans FROM pg_prepared_statements WHERE name = %s", [name])
        [numbers] = cursor.fetchall()
    return numbers


def test_a_statement_is_planned_once_for_each_connection(tags):
    Tag.objects.create(name="花呗", slug="huabei")
    first, second = asked(lambda: tags(name="花呗")), asked(lambda: tags(name="' OR 1=1 --"))
    name = first[0].split()[1]
    assert [*first, *second] == [f"EXECUTE {name} ('花呗')", f"EXECUTE {name} (''' OR 1=1 --')"]
    assert plans(name) == (0, 2)
    connection.close()
    assert [tag.slug for tag in tags(name="花呗")] == ["huabei"]


def test_what_is_not_given_is_known_to_the_plan():
    guide = ArticleFactory(published=True, title="%s 100%")
    ArticleFactory(title="%s 100%")
    guides = Prepared(Article.objects.published(NOW).filter(title="%s 100%", pk__gt=Given("pk")))
    with CaptureQueriesContext(connection) as queries:
        assert guides(pk=0) == [guide]
    [statement] = in_words(queries)
    assert "'published'" in statement
    assert "'%s 100%'" in statement
    assert "> ($2)" in statement or "> $2" in statement


def test_a_column_may_change_meanwhile(tags):
    tag = Tag.objects.create(name="花呗", slug="huabei")
    change = "ALTER TABLE articles_tag ALTER COLUMN slug TYPE varchar({})"
    assert tags(name="花呗") == [tag]
    try:
        with connection.cursor() as cursor:
            cursor.execute(change.format(90))
        assert tags(name="花呗") == [tag]
        with connection.cursor() as cursor:
            cursor.execute(change.format(91))
        with pytest.raises(NotSupportedError), transaction.atomic():
            tags(name="花呗")
        with transaction.atomic():
            assert tags(name="花呗") == [tag]
    finally:
        with connection.cursor() as cursor:
            cursor.execute(change.format(Tag._meta.get_field("slug").max_length))


def test_nothing_is_planned_where_plans_differ_or_connections_change(monkeypatch, rf):
    differing = Prepared(Tag.objects.filter(name=Given("name", Tag._meta.get_field("name"))), plans_differ=True)
    assert asked(lambda: differing(name="花呗"))[0].startswith("SELECT")
    assert asked(lambda: home(rf.get("/")))[0].startswith("EXECUTE")
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    assert asked(lambda: home(rf.get("/")))[0].startswith("SELECT")
    assert planned.rows(connection, "SELECT %s::int + %s::int", [1, 2]) == [(3,)]


def test_rows_are_found_by_place_and_by_name():
    for _ in range(2):
        assert planned.rows(connection, "SELECT %s::int - %s::int", [1, 2]) == [(-1,)]
        values = {"more": 5, "less": 3}
        assert planned.rows(connection, "SELECT %(more)s - %(less)s::int - %(less)s", values) == [(-1,)]
    assert planned.rows(connection, "SELECT current_setting('jit')", [], before="SET LOCAL jit = off; ") == [("off",)]

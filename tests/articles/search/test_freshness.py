"""The index follows what editors do, after commit."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils import timezone

from articles import search
from articles.importers.records import GuideRecord
from articles.importers.store import store_guide
from articles.models import Article, IndexEntry, IndexState, Tag, Term
from articles.search import freshness, indexing
from articles.search.expressions import holds
from tests.factories import ArticleFactory, CategoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def guide(commit) -> Article:
    with commit():
        return ArticleFactory(published=True, title="关于白鹭的指南", body="正文说到灰鹤。", tags=["水鸟"])


def test_publish_edit_and_withdraw(commit, titles):
    with commit():
        guide = ArticleFactory(title="关于白鹭的指南", body="正文说到灰鹤。")
    assert titles("白鹭") == []
    with commit():
        guide.publish(by=None)
    assert titles("灰鹤") == ["关于白鹭的指南"]
    with commit():
        guide.title = "关于苍鹭的指南"
        guide.save()
    assert titles("白鹭") == []
    assert titles("苍鹭") == ["关于苍鹭的指南"]
    with commit():
        guide.withdraw(by=None)
    assert titles("苍鹭") == []
    assert not IndexEntry.objects.exists()
    with commit():
        guide.publish(by=None)
    assert titles("苍鹭") == ["关于苍鹭的指南"]


def test_another_time_of_publication_leaves_one_entry(guide, commit, titles):
    with commit():
        guide.published_at = guide.published_at.replace(year=2020)
        guide.save()
    assert titles("白鹭") == ["关于白鹭的指南"]
    assert search.database().count([holds("白鹭")], 10) == [1, 1]


def test_deletion(guide, commit, titles):
    with commit():
        guide.delete()
    assert titles("白鹭") == []


def test_tags(guide, commit, titles):
    with commit():
        guide.tags.add("涉禽")
    assert titles("涉禽") == ["关于白鹭的指南"]
    tag = Tag.objects.get(name="涉禽")
    assert titles("白鹭", tag=tag) == ["关于白鹭的指南"]
    with commit():
        guide.tags.remove("水鸟")
    assert titles("水鸟") == []
    with commit():
        tag.name = "长腿鸟"
        tag.save()
    assert (titles("涉禽"), titles("长腿鸟")) == ([], ["关于白鹭的指南"])
    with commit():
        tag.delete()
    assert titles("长腿鸟") == []


def test_the_name_of_a_category(guide, commit, titles):
    with commit():
        guide.category.name = "飞禽走兽"
        guide.category.save()
    assert titles("飞禽走兽") == ["关于白鹭的指南"]


def test_another_category(guide, commit, titles):
    before, after = guide.category, CategoryFactory()
    with commit():
        guide.category = after
        guide.save()
    assert titles("白鹭", category=before) == []
    assert titles("白鹭", category=after) == ["关于白鹭的指南"]


def test_a_category_of_very_many_guides_is_left_to_reindex(guide, commit, monkeypatch):
    monkeypatch.setattr(freshness, "MOST_AT_ONCE", 0)
    with commit():
        guide.category.save()
    assert IndexState.current().version == 0


def test_imports(commit, titles):
    record = GuideRecord("关于夜鹭的指南", "鸟类", 3, timezone.now(), "正文。")
    with commit():
        guide, _ = store_guide(record, "")
        guide.publish(by=None)
    assert titles("夜鹭") == ["关于夜鹭的指南"]


def test_the_glossary_links_words_without_another_index(guide, commit, monkeypatch, titles):
    monkeypatch.setattr(indexing, "update", lambda *args: pytest.fail("indexed again"))
    with commit():
        Term.objects.create(term="灰鹤", meaning="一种鸟。")
    guide.refresh_from_db()
    assert "/glossary/" in guide.body_html
    assert titles("说到灰鹤") == ["关于白鹭的指南"]


def test_several_changes_in_one_transaction_are_indexed_once(commit, monkeypatch):
    made = []
    monkeypatch.setattr(indexing, "update", lambda database, ids: made.extend(ids))
    with commit():
        guide = ArticleFactory(title="关于池鹭的指南")
        guide.tags.set(["水鸟", "涉禽"])
        guide.publish(by=None)
    assert made == [guide.pk]
    with commit():
        guide.save()
    assert made == [guide.pk, guide.pk]


def test_a_failure_does_not_undo_what_the_editor_did(commit, monkeypatch, caplog):
    def fail(*args: object) -> None:
        raise RuntimeError("no index today")

    monkeypatch.setattr(indexing, "update", fail)
    with commit():
        guide = ArticleFactory(published=True)
    assert Article.objects.filter(pk=guide.pk).exists()
    assert "no index today" in caplog.text


def test_text_that_another_app_adds(guide, monkeypatch, titles):
    monkeypatch.setattr(indexing, "_providers", [])
    replies = {guide.pk: "专家说到朱鹮。"}
    search.also_search(lambda ids: {pk: text for pk, text in replies.items() if pk in ids})
    search.update([guide.pk])
    (hit,) = search.find("朱鹮").hits
    assert hit.snippet.endswith("专家说到<mark>朱鹮</mark>。")
    replies.clear()
    search.update([guide.pk])
    assert titles("朱鹮") == []


@pytest.fixture
def _connection_stays():
    """Keep the connection when a request begins and ends, as Django's test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("_connection_stays")
def test_within_a_request_the_index_is_written_once_that_is_answered(commit, titles):
    request_started.send(sender=None, environ={})
    with commit():
        ArticleFactory(published=True, title="关于白鹭的指南", tags=["水鸟"])
    assert titles("白鹭") == []
    request_finished.send(sender=None)
    assert titles("白鹭") == ["关于白鹭的指南"]


def test_what_a_crash_lost_is_indexed_by_night(titles, capsys):
    ArticleFactory(published=True, title="关于白鹭的指南")  # and nothing was done after the commit
    ArticleFactory()
    older = ArticleFactory(published=True, title="关于苍鹭的指南")
    Article.objects.filter(pk=older.pk).update(updated_at=timezone.now() - dt.timedelta(days=3))
    call_command("refresh_search")
    assert titles("白鹭") == ["关于白鹭的指南"]
    assert titles("苍鹭") == []
    assert "2 篇" in capsys.readouterr().out

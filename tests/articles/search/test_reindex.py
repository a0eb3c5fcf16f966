"""Making the index anew, and who is told to."""

from io import StringIO

import pytest
from django.core.management import call_command

from articles import search
from articles.models import Article, IndexEntry, IndexState, SearchWord
from articles.search import checks, indexing
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def unindexed(monkeypatch) -> list[Article]:
    """Guides on the website of which the index knows nothing, in small batches."""
    monkeypatch.setattr(indexing, "BATCH", 2)
    return [ArticleFactory(published=True, title=f"关于鹭的第{number}篇") for number in range(5)]


def reindex(**options) -> str:
    output = StringIO()
    call_command("reindex", stdout=output, **options)
    return output.getvalue()


def problems() -> list[str]:
    return [message.id for message in checks.index_is_current()]


def test_all_are_indexed_with_progress(unindexed, titles):
    output = reindex()
    assert "2 / 5（40%）" in output
    assert "共 5 篇指南" in output
    assert len(titles("鹭")) == 5
    assert reindex().endswith("共 5 篇指南。\n")


def test_an_empty_site(titles):
    assert "共 0 篇" in reindex()


def test_the_old_index_answers_meanwhile_and_an_interrupted_run_goes_on(unindexed, titles):
    reindex()
    Article.objects.update(title="关于鹤的指南一篇")
    run = search.reindex()
    next(run)
    run.close()
    assert len(titles("鹤")) == 2
    assert len(titles("鹭")) == 3
    IndexState.objects.update(version=0)
    assert problems() == ["articles.W001"]
    assert "搜索索引没有建完" in checks.index_is_current()[0].msg
    done = [done for done, _ in search.reindex()]
    assert done == [4, 5]
    assert len(titles("鹤")) == 5
    assert problems() == []


def test_restart(unindexed):
    next(search.reindex())
    assert [done for done, _ in search.reindex(restart=True)] == [2, 4, 5]


def test_what_left_the_website_unnoticed_leaves_the_index(unindexed):
    reindex()
    Article.objects.filter(pk=unindexed[0].pk).update(status="withdrawn")
    output = reindex()
    assert "共 4 篇指南" in output
    assert IndexEntry.objects.count() == 4


def test_words_of_guides_that_are_gone_are_forgotten(unindexed):
    reindex()
    assert SearchWord.objects.filter(word="关于").exists()
    Article.objects.all().delete()
    reindex(restart=True)
    assert not SearchWord.objects.filter(word="关于").exists()


def test_a_fresh_site_is_ready():
    assert problems() == []


def test_another_version_asks_for_reindex(monkeypatch, unindexed):
    monkeypatch.setattr(indexing, "VERSION", 99)
    monkeypatch.setattr(checks, "VERSION", 99)
    assert problems() == ["articles.W001"]
    assert "manage.py reindex" in checks.index_is_current()[0].hint
    reindex()
    assert problems() == []

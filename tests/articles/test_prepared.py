import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from articles.models import Article, ArticleViews
from articles.prepared import NOW, Given, Prepared
from tests.factories import ArticleFactory, CategoryFactory

LISTED = Article.objects.published(NOW).for_lists().newest_first()
pytestmark = pytest.mark.django_db


def test_it_finds_what_the_queryset_finds(django_assert_num_queries):
    category, other = CategoryFactory.create_batch(2)
    guides = ArticleFactory.create_batch(3, published=True, category=category)
    ArticleFactory(published=True, category=other)
    ArticleFactory(category=category)
    ArticleViews.objects.create(article=guides[0], total=7)
    prepared = Prepared(LISTED.filter(category=Given("category")))
    expected = list(Article.objects.published().for_lists().newest_first().filter(category=category))
    for _ in range(2):  # written, and kept
        with django_assert_num_queries(1):
            found = prepared(category=category.pk)
            shown = [(a.pk, a.title, a.category.name, a.published_at, a.view_total) for a in found]
        assert shown == [(a.pk, a.title, a.category.name, a.published_at, a.view_total) for a in expected]
        assert [a.get_deferred_fields() for a in found] == [a.get_deferred_fields() for a in expected]
    assert [a.category for a in prepared(category=other.pk)] == [other]


def test_now_is_when_it_is_asked():
    article = ArticleFactory(published=True, published_at=timezone.now() + dt.timedelta(hours=1))
    prepared = Prepared(LISTED)
    assert prepared() == []
    with time_machine.travel(timezone.now() + dt.timedelta(hours=2)):
        assert prepared() == [article]


def test_a_number_that_no_database_knows_is_not_found(django_assert_num_queries):
    prepared = Prepared(LISTED.filter(pk=Given("pk")))
    with django_assert_num_queries(0):
        assert prepared(pk=2**63) == []
    assert prepared(pk=2**63 - 1) == []


def test_what_is_given_is_never_part_of_the_words():
    prepared = Prepared(Article.objects.filter(title=Given("title", Article._meta.get_field("title"))))
    article = ArticleFactory(title="' OR 1=1 -- %s")
    ArticleFactory()
    assert prepared(title="' OR 1=1 -- %s") == [article]
    with pytest.raises(KeyError):
        prepared()


def test_the_words_are_written_once(monkeypatch):
    prepared = Prepared(LISTED)
    prepared()
    compiler = type(LISTED.query.get_compiler(connection.alias))
    monkeypatch.setattr(compiler, "setup_query", lambda *args, **kwargs: 1 / 0)
    monkeypatch.setattr(compiler, "get_converters", lambda *args: 1 / 0)
    assert prepared() == []

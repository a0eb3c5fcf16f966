"""Renaming and merging categories and tags: nothing is lost, and no old address leads nowhere."""

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from articles import merging, revisions, search
from articles.models import Category, Redirect, SynonymGroup, Tag
from tests.debtfaq.test_admin import messages_of
from tests.factories import ArticleFactory, CategoryFactory, ExpertFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(chief_editor) -> Client:
    client = Client()
    client.force_login(chief_editor)
    return client


def test_merged_categories_take_guides_experts_revisions_and_addresses_along(chief, client):
    kept, gone = CategoryFactory(slug="kept"), CategoryFactory(slug="gone")
    guide = ArticleFactory(published=True, category=gone)
    revisions.record(guide, by=None)
    both, one = ExpertFactory(), ExpertFactory()
    both.categories.set([kept, gone])
    one.categories.set([gone])
    merged = merging.absorb(kept, [gone, kept], by=chief)
    guide.refresh_from_db()
    assert (merged.names, merged.guides, guide.category) == ([gone.name], 1, kept)
    assert [list(expert.categories.all()) for expert in (both, one)] == [[kept], [kept]]
    assert guide.history.get().category_id == kept.pk
    assert not Category.objects.filter(slug="gone").exists()
    for old, new in [("/categories/gone/", "/categories/kept/"), ("/feeds/gone/atom.xml", "/feeds/kept/atom.xml")]:
        response = client.get(old)
        assert (response.status_code, response["Location"]) == (301, new)
    assert f"并入了“{gone.name}”，移来 1 篇指南" in LogEntry.objects.get().change_message


def test_merged_tags_stand_on_each_guide_once_and_revisions_do_not_differ(chief, client):
    guide = ArticleFactory(published=True, tags=["信用卡", "贷记卡", "征信"])
    revisions.record(guide, by=None)
    kept, gone = Tag.objects.get(name="信用卡"), Tag.objects.get(name="贷记卡")
    merging.absorb(kept, [gone], by=chief)
    assert set(guide.tags.names()) == {"信用卡", "征信"}
    assert revisions.record(guide, by=chief) is None
    assert client.get(f"/tags/{gone.slug}/?after=1")["Location"] == f"/tags/{kept.slug}/?after=1"


def test_a_merge_that_fails_leaves_everything_as_it_was(chief, monkeypatch):
    kept, gone = CategoryFactory(), CategoryFactory()
    guide = ArticleFactory(category=gone)
    monkeypatch.setattr(merging.LogEntry.objects, "log_actions", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        merging.absorb(kept, [gone], by=chief)
    guide.refresh_from_db()
    assert (guide.category, Redirect.objects.count()) == (gone, 0)
    with pytest.raises(ValidationError, match="没有可以合并的"):
        merging.absorb(kept, [kept], by=chief)


def test_merging_at_the_desk(desk):
    ArticleFactory(published=True, tags=["甲类词", "乙类词"])
    kept, gone = Tag.objects.get(name="甲类词"), Tag.objects.get(name="乙类词")
    chosen = {"action": "merge_selected", "_selected_action": [kept.pk, gone.pk]}
    url = reverse("admin:articles_tag_changelist")
    assert "永久跳转" in desk.post(url, chosen | {"index": 0}).content.decode()
    assert Tag.objects.count() == 2
    response = desk.post(url, chosen | {"apply": "1", "target": kept.pk, "add_synonyms": "on"}, follow=True)
    assert "“甲类词”并入了“乙类词”，移来 1 篇指南" in messages_of(response)
    assert SynonymGroup.objects.filter(words="甲类词，乙类词").exists()
    assert list(Tag.objects.all()) == [kept]


def test_who_may_not_delete_may_not_merge(author):
    client = Client()
    client.force_login(author)
    one, other = CategoryFactory(), CategoryFactory()
    chosen = {"action": "merge_selected", "_selected_action": [one.pk, other.pk], "apply": "1", "target": one.pk}
    client.post(reverse("admin:articles_category_changelist"), chosen)
    assert Category.objects.count() == 2


def test_renaming_keeps_the_address_unless_the_editor_wants_another(desk, client):
    guide = ArticleFactory(published=True, tags=["征信"])
    revisions.record(guide, by=None)
    tag = Tag.objects.get()
    url = reverse("admin:articles_tag_change", args=[tag.pk])
    desk.post(url, {"name": "征信报告", "slug": tag.slug})
    assert client.get("/tags/zheng-xin/").status_code == 200
    assert revisions.record(guide, by=None) is None, "renaming a tag is no change of a guide"
    desk.post(url, {"name": "征信报告", "slug": ""})
    assert client.get("/tags/zheng-xin/")["Location"] == "/tags/zheng-xin-bao-gao/"
    desk.post(url, {"name": "征信", "slug": "zheng-xin"})
    assert client.get("/tags/zheng-xin/").status_code == 200
    assert client.get("/tags/zheng-xin-bao-gao/")["Location"] == "/tags/zheng-xin/"
    assert Redirect.objects.count() == 1


def test_the_search_finds_merged_guides_in_the_category_that_is_kept(chief, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        kept, gone = CategoryFactory(slug="kept"), CategoryFactory()
        guide = ArticleFactory(published=True, category=gone)
    with django_capture_on_commit_callbacks(execute=True):
        merging.absorb(kept, [gone], by=chief)
    assert [hit.article for hit in search.find("信用卡逾期", category=kept).hits] == [guide]

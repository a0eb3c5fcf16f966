"""Deleting guides at the desk, and everything coming back; and the record of what was done there."""

import datetime as dt

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from articles import revisions
from articles.models import Article
from articles.reader_counts import count_view
from comments.models import Comment
from tests.articles.test_pages import text_of
from tests.debtfaq.test_admin import CHANGELIST, change_url, form_of, messages_of
from tests.factories import ArticleFactory, CommentFactory

pytestmark = pytest.mark.django_db

TRASH, UNTRASH = "admin:articles_article_trash", "admin:articles_article_untrash"


@pytest.fixture
def desk(chief_editor) -> Client:
    client = Client()
    client.force_login(chief_editor)
    return client


@pytest.fixture
def public() -> Article:
    return ArticleFactory(published=True, tags=["征信"])


def delete(client: Client, article: Article):
    return client.post(reverse("admin:articles_article_delete", args=[article.pk]), follow=True)


def purge_url(article: Article) -> str:
    return reverse("admin:articles_article_purge", args=[article.pk])


def test_a_deleted_guide_comes_back_with_all_that_it_had(desk, client, public, chief_editor, rf):
    revisions.record(public, by=None)
    CommentFactory(article=public, approved=True)
    count_view(rf.get("/", REMOTE_ADDR="192.0.2.1", headers={"user-agent": "Mozilla/5.0 Chrome/130"}), public.pk)
    response = delete(desk, public)
    assert f"《{public.title}》已移入回收站。" in messages_of(response)
    assert 'name="guide"' in messages_of(response), "it can be undone"
    assert client.get(public.get_absolute_url()).status_code == 404
    trashed = Article.objects.in_trash().get()
    assert trashed.trashed_by == chief_editor
    assert public.title in text_of(desk.get(reverse(TRASH)))

    assert "已恢复" in messages_of(desk.post(reverse(UNTRASH), {"guide": public.pk}, follow=True))
    public.refresh_from_db()
    assert (public.status, public.trashed_at, public.trashed_by) == ("withdrawn", None, None)
    public.publish(by=None)
    assert "人气 1" in text_of(client.get(public.get_absolute_url()))
    assert (public.comments.count(), list(public.tags.names()), public.history.count()) == (1, ["征信"], 1)
    messages = LogEntry.objects.order_by("pk").values_list("change_message", flat=True)
    assert list(messages) == ["移入回收站", "从回收站恢复"]


def test_what_is_in_the_trash_is_not_found_and_not_changed(desk, public):
    public.trash(by=None)
    assert public.title not in text_of(desk.get(reverse(CHANGELIST)))
    query = {"app_label": "articles", "model_name": "term", "field_name": "article", "term": public.title}
    assert desk.get(reverse("admin:autocomplete"), query).json()["results"] == []
    page = desk.get(change_url(public))
    assert "在回收站里" in messages_of(page)
    assert 'name="_save"' not in page.content.decode()
    assert desk.post(change_url(public), form_of(public, title="悄悄改的标题")).status_code == 403


def test_many_are_trashed_with_one_action_and_brought_back_with_one_button(desk):
    guides = [ArticleFactory(published=True), ArticleFactory()]
    chosen = {"action": "trash_selected", "_selected_action": [guide.pk for guide in guides]}
    assert "2 篇指南已移入回收站" in messages_of(desk.post(reverse(CHANGELIST), chosen, follow=True))
    assert not Article.objects.not_in_trash().exists()
    assert LogEntry.objects.count() == 2
    desk.post(reverse(UNTRASH), {"guide": [guide.pk for guide in guides]})
    assert Article.objects.not_in_trash().count() == 2
    again = desk.post(reverse(UNTRASH), {"guide": guides[0].pk}, follow=True)
    assert "可能已经恢复了" in messages_of(again)


def test_who_may_not_publish_does_not_take_guides_off_by_deleting_them(editor, client, public):
    client.force_login(editor)
    assert delete(client, public).status_code == 403
    draft = ArticleFactory()
    chosen = {"action": "trash_selected", "_selected_action": [public.pk, draft.pk]}
    assert f"《{public.title}》已经发布" in messages_of(client.post(reverse(CHANGELIST), chosen, follow=True))
    assert Article.objects.in_trash().get() == draft
    assert client.post(purge_url(draft), {"post": "yes"}).status_code == 403


def test_only_what_is_in_the_trash_is_deleted_for_good_with_all_that_it_had(desk, public):
    revisions.record(public, by=None)
    assert desk.post(purge_url(public), {"post": "yes"}).status_code == 404
    public.trash(by=None)
    assert public.title in text_of(desk.get(purge_url(public)))
    assert Article.objects.exists(), "to look at it deletes nothing"
    desk.post(purge_url(public), {"post": "yes"})
    assert not Article.objects.exists()
    assert not Article.history.exists()


def test_the_trash_is_emptied_after_its_days(public, capsys):
    CommentFactory(article=public)
    kept = ArticleFactory()
    public.trash(by=None)
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=20)):
        kept.trash(by=None)
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=31)):
        call_command("purge_trash", days=30)
    assert "1 篇" in capsys.readouterr().out
    assert Article.objects.get() == kept
    assert not Comment.objects.exists()


def test_the_trash_takes_few_queries(desk, django_assert_max_num_queries):
    for guide in ArticleFactory.create_batch(12):
        guide.trash(by=None)
    with django_assert_max_num_queries(15):
        desk.get(reverse(TRASH))


# What was done at the desk


def activity(client: Client, **asked) -> str:
    return text_of(client.get(reverse("admin:admin_logentry_changelist"), asked))


def test_activity_is_listed_in_chinese_for_chief_editors(desk, editor, public, chief_editor, client):
    desk.post(change_url(public), form_of(public, title="记录里的新标题", _save="1"))
    delete(desk, public)
    listed = activity(desk)
    assert "操作记录" in listed
    assert "chief_editor 修改 指南： 记录里的新标题 改了标题、先说结论、标签、署名" in " ".join(listed.split())
    assert "移入回收站" in listed
    assert "移入回收站" not in activity(desk, user=editor.pk)
    assert "移入回收站" not in activity(desk, deed="3")
    assert "移入回收站" in activity(desk, deed="2", user=chief_editor.pk)
    client.force_login(editor)
    assert client.get(reverse("admin:admin_logentry_changelist")).status_code == 403


def found(client: Client, words: str) -> list[LogEntry]:
    return list(client.get(reverse("admin:admin_logentry_changelist"), {"q": words}).context["cl"].result_list)


def test_activity_is_not_counted_to_its_end(desk, chief_editor, django_assert_max_num_queries, monkeypatch):
    monkeypatch.setattr("articles.admin.activity.MOST_COUNTED", 60)
    guide = ArticleFactory()
    LogEntry.objects.bulk_create(
        LogEntry(user=chief_editor, object_id=guide.pk, object_repr=f"第{number}项", action_flag=2)
        for number in range(70)
    )
    with django_assert_max_num_queries(15):
        listed = activity(desk)
    assert "第69项" in listed
    assert "第19项" not in listed
    assert "第10项" in activity(desk, p=2)
    monkeypatch.setattr("articles.admin.activity.MOST_SEARCHED", 30)
    assert [entry.object_repr for entry in found(desk, "第40项")] == ["第40项"]
    assert found(desk, "第39项") == []

"""What is typed is kept and found again, and two who save the same guide lose nothing; through the desk's own pages."""

import datetime as dt
import html
import json
import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, Autosave
from articles.three_way import merge
from tests.articles.test_pages import text_of
from tests.factories import ArticleFactory, CategoryFactory

pytestmark = pytest.mark.django_db

AUTOSAVE = "admin:articles_article_autosave"
ADD = "admin:articles_article_add"
THEIRS = "第一段，改过。\n\n第二段。\n\n第三段。"


class Desk:
    """Somebody at the desk, whose forms are filled in as a browser does: from what the page says."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.client = Client()
        self.client.force_login(user)

    def open(self, address: str) -> dict[str, str]:
        return form_in(self.client.get(address).content.decode())

    def save(self, address: str, form: dict[str, str], **values):
        return self.client.post(address, {**form, "_save": "1", **values}, follow=True)

    def type(self, form: dict[str, str], article: Article | None = None, **values):
        data = {name: form[name] for name in ("autosave_key", "base_revision", "base_digests")}
        data |= {"article": article.pk if article else "", "data": json.dumps(values)}
        return self.client.post(reverse(AUTOSAVE), data).json()

    def look(self, form: dict[str, str], article: Article):
        data = {name: form[name] for name in ("autosave_key", "base_revision")} | {"article": article.pk}
        return self.client.post(reverse(AUTOSAVE), data).json()


def form_in(page: str) -> dict[str, Any]:
    """Return what a browser would send of the forms of a page."""
    found = {}
    for tag in re.findall(r"<input [^>]*>", page):
        values = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if values.get("type") not in {"submit", "file", "radio", "search", None} and "name" in values:
            name, value = values["name"], html.unescape(values.get("value", ""))
            found[name] = [*found.get(name, []), value] if name == "clash" else value
    for name, text in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n?(.*?)</textarea>|$', page, re.DOTALL):
        found[name] = html.unescape(text).replace("\n", "\r\n")
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return {name: value for name, value in found.items() if name and not name.startswith(("_", "csrf"))}


def change(article: Article) -> str:
    return reverse("admin:articles_article_change", args=[article.pk])


@pytest.fixture
def article() -> Article:
    return ArticleFactory(title="信用卡逾期怎么办", body="第一段。\n\n第二段。\n\n第三段。", tags=["征信"])


@pytest.fixture
def li(editor) -> Desk:
    User.objects.filter(pk=editor.pk).update(first_name="李编辑")
    editor.refresh_from_db()
    return Desk(editor)


@pytest.fixture
def wang(chief_editor) -> Desk:
    return Desk(chief_editor)


# --- kept while typing


def test_what_is_typed_is_kept_without_a_trace_and_found_again(li, wang, article):
    form = li.open(change(article))
    with time_machine.travel(dt.datetime(2026, 11, 26, 2, 32, tzinfo=dt.UTC), tick=False):
        answer = li.type(form, article, body="写到一半", tags="征信，催收", password="secret", csrfmiddlewaretoken="x")
    assert answer["at"] == "10:32"
    article.refresh_from_db()
    assert article.body.startswith("第一段")
    assert not article.history.exists()
    assert not LogEntry.objects.exists()
    assert set(Autosave.objects.get().data) == {"body", "tags", "base_digests"}

    page = li.client.get(change(article))
    assert "你在 11月26日 10:32 写过的内容还没有保存" in text_of(page)
    assert "还没有保存" not in text_of(wang.client.get(change(article)))
    restored = li.open(f"{change(article)}?restore={form['autosave_key']}")
    assert (restored["body"], restored["tags"], restored["title"]) == ("写到一半", "征信，催收", article.title)
    assert restored["autosave_key"] == form["autosave_key"]
    response = li.save(change(article), restored)
    article.refresh_from_db()
    assert article.body == "写到一半"
    assert not Autosave.objects.filter(saved_at__isnull=False).exists()
    assert response.redirect_chain
    assert li.client.cookies["saved_form"].value == form["autosave_key"]
    assert li.client.cookies["saved_form"]["path"] == "/admin/"


def test_new_guides_that_were_not_saved_are_listed_and_go_on(li, wang):
    form, other = li.open(reverse(ADD)), li.open(reverse(ADD))
    li.type(form, title="第一篇新指南", body="开头", published_at_0="2026-12-01")
    li.type(other, title="第二篇新指南")
    page = text_of(li.client.get(reverse(ADD)))
    assert "《第一篇新指南》，还没有保存" in page
    assert "《第二篇新指南》，还没有保存" in page
    assert "第一篇" not in text_of(wang.client.get(reverse(ADD)))
    restored = li.open(f"{reverse(ADD)}?restore={form['autosave_key']}")
    assert (restored["title"], restored["body"], restored["published_at_0"]) == ("第一篇新指南", "开头", "2026-12-01")
    li.save(reverse(ADD), restored, published_at_0="")
    assert Article.objects.get().body == "开头"
    assert Autosave.objects.get().data["title"] == "第二篇新指南"
    li.client.post(reverse(AUTOSAVE), {"autosave_key": other["autosave_key"], "discard": "1"})
    assert not Autosave.objects.exists()


def test_a_page_never_writes_over_what_another_has_kept(li, article):
    first, second = li.open(change(article)), li.open(change(article))
    li.type(first, article, body="第一个窗口里写的")
    answer = li.type(second, article, body="第二个窗口里写的")
    assert answer["elsewhere"]
    li.save(change(article), second, title="第二个窗口的标题")
    assert Autosave.objects.get().data["body"] == "第一个窗口里写的"
    li.client.post(reverse(AUTOSAVE), {"autosave_key": first["autosave_key"], "discard": "1"})
    assert "elsewhere" not in li.type(second, article, body="第二个窗口里写的")


def test_what_was_taken_back_is_not_offered(li, article):
    form = li.open(change(article))
    li.type(form, article, body="写到一半")
    li.type(form, article)
    assert "还没有保存" not in text_of(li.client.get(change(article)))
    li.type(form, article, body=article.body)  # says what the guide says
    assert "还没有保存" not in text_of(li.client.get(change(article)))


def test_a_form_with_a_mistake_keeps_its_key_and_knows_what_was_typed(li, article):
    form = li.open(change(article))
    page = li.client.post(change(article), {**form, "title": "短", "body": "写了很久"}).content.decode()
    assert form_in(page)["autosave_key"] == form["autosave_key"]
    assert json.loads(re.search(r'id="keeping-typed"[^>]*>(.*?)</script>', page)[1]) == ["title", "body"]


def test_kept_is_bounded_and_nonsense_is_refused(li, article):
    form = li.open(change(article))
    data = {"autosave_key": form["autosave_key"], "article": article.pk}

    def answer(**values):
        return li.client.post(reverse(AUTOSAVE), {**data, **values})

    too_long = answer(data=json.dumps({"body": "长" * 200_000}))
    assert (too_long.status_code, "太长" in too_long.json()["error"]) == (413, True)
    for wrong in ("{", "[]", '"x"', "null"):
        assert answer(data=wrong).status_code == 400
    assert answer(data='{"body": {"a": 1}, "title": ["a", 1]}').status_code == 200
    assert answer(autosave_key="../x").status_code == 400
    assert answer(article="99999999").status_code == 404
    assert not Autosave.objects.filter(saved_at__isnull=False).exists()


def test_only_who_may_write_keeps(moderator, client, article):
    desk = Desk(moderator)
    data = {"autosave_key": str(uuid.uuid4()), "article": article.pk, "data": '{"title": "别人的"}'}
    assert desk.client.post(reverse(AUTOSAVE), data).status_code == 403
    assert desk.client.get(reverse(AUTOSAVE)).status_code == 403
    assert client.post(reverse(AUTOSAVE), data).headers["Location"].startswith("/admin/login/")
    assert "autosave_key" not in desk.open(change(article))


def test_keeping_costs_at_most_six_queries(li, wang, article, django_assert_max_num_queries):
    wang.look(wang.open(change(article)), article)
    form = li.open(change(article))
    with django_assert_max_num_queries(6):
        li.look(form, article)
    with django_assert_max_num_queries(6):
        li.type(form, article, body="写到一半")
    new = li.open(reverse(ADD))
    li.type(new, title="新的")
    with django_assert_max_num_queries(6):
        li.type(new, title="新的指南")


def test_purge(li, article, capsys):
    now = timezone.now()
    rows = [
        Autosave(user=li.user, key=str(uuid.uuid4()), seen_at=now - dt.timedelta(days=days), saved_at=saved_at)
        for days, saved_at in ((2, None), (0, None), (91, now), (89, now))
    ]
    Autosave.objects.bulk_create(rows)
    call_command("purge_autosaves")
    assert "2 条" in capsys.readouterr().out
    assert Autosave.objects.count() == 2


# --- two at once


def test_the_form_tells_who_else_has_it_open_and_who_saved_since(li, wang, article):
    mine, theirs = wang.open(change(article)), li.open(change(article))
    assert wang.look(mine, article) == {"others": [], "since": ""}
    li.look(theirs, article)
    assert wang.look(mine, article)["others"] == ["李编辑 也打开了这篇"]
    li.type(theirs, article, body="写到一半")
    assert wang.look(mine, article)["others"] == ["李编辑 也打开了这篇（正在写）"]
    with time_machine.travel(timezone.now() + dt.timedelta(seconds=50)):
        assert wang.look(mine, article)["others"]
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=2)):
        assert wang.look(mine, article)["others"] == []
    li.save(change(article), theirs, title="李编辑改的标题")
    answer = wang.look(mine, article)
    assert answer["others"] == []
    assert re.match(r"李编辑 \d\d:\d\d 保存过这篇。", answer["since"])


def test_changes_that_do_not_overlap_are_brought_together(li, wang, article):
    mine, category = wang.open(change(article)), CategoryFactory()
    li.save(change(article), li.open(change(article)), tags="征信，催收", category=category.pk)
    response = wang.save(change(article), mine, title="我改的一个标题")
    article.refresh_from_db()
    assert (article.title, article.category) == ("我改的一个标题", category)
    assert set(article.tags.names()) == {"征信", "催收"}
    assert re.search("李编辑（.* 保存）同时改了“分类”、“标签”，已和你的修改合在一起", text_of(response))


def test_a_time_that_came_with_publishing_is_not_typed_over(wang, article):
    form = wang.open(change(article))
    article.publish(by=None)
    wang.save(change(article), form, title="我改的一个标题")
    before = article.published_at
    article.refresh_from_db()
    assert (article.title, article.is_public, article.published_at) == ("我改的一个标题", True, before)


def test_the_second_to_save_is_shown_both_and_nothing_is_written(li, wang, article):
    mine = wang.open(change(article))
    li.save(change(article), li.open(change(article)), title="李编辑的标题", body=THEIRS)
    revisions = article.history.count()
    typed = {"title": "王主编的标题", "body": "第一段。\r\n\r\n第二段。\r\n\r\n第三段，也改过。", "tags": "我的标签"}
    response = wang.save(change(article), mine, _publish="1", **typed)
    page = response.content.decode()
    article.refresh_from_db()
    assert (article.title, article.status, article.history.count()) == ("李编辑的标题", "draft", revisions)
    assert "李编辑（" in page
    assert "标签" not in re.findall("<legend>(.*?)</legend>", page)
    form = form_in(page)
    assert form["edited-body"] == "第一段，改过。\r\n\r\n第二段。\r\n\r\n第三段，也改过。"
    assert form["edited-title"] == "王主编的标题"
    assert '"_publish"' not in page
    assert Autosave.objects.get(user=wang.user, saved_at__isnull=False).data["title"] == "王主编的标题"

    nothing_chosen = wang.save(change(article), form)
    assert "有一处没有选" in text_of(nothing_chosen)
    form = form_in(nothing_chosen.content.decode())
    wang.save(change(article), form, **{"choice-title": "theirs", "choice-body": "edited"})
    article.refresh_from_db()
    assert (article.title, article.status) == ("李编辑的标题", "draft")
    assert article.body == "第一段，改过。\n\n第二段。\n\n第三段，也改过。"
    assert list(article.tags.names()) == ["我的标签"]
    assert not Autosave.objects.filter(user=wang.user, saved_at__isnull=False).exists()


def test_the_second_collision_loses_nothing_either(li, wang, article):
    mine = wang.open(change(article))
    li.save(change(article), li.open(change(article)), body="李编辑第一次")
    form = form_in(wang.save(change(article), mine, body="我写的").content.decode())
    li.save(change(article), li.open(change(article)), body="李编辑第二次", title="李编辑的标题")
    answers = {"choice-body": "edited", "edited-body": "我手工改的"}
    again = wang.save(change(article), form, **answers).content.decode()
    article.refresh_from_db()
    assert article.body == "李编辑第二次"
    assert "<legend>正文</legend>" in again
    assert form_in(again)["edited-body"] == "我手工改的"
    wang.save(change(article), form_in(again), **{"choice-body": "mine"})
    article.refresh_from_db()
    assert (article.body, article.title) == ("我手工改的", "李编辑的标题")
    assert "李编辑第二次" in article.history.values_list("body", flat=True)


def test_pins_that_no_revision_keeps_collide_too(li, wang, article):
    first, second = ArticleFactory(title="被置顶的甲"), ArticleFactory(title="被置顶的乙")
    mine = wang.open(change(article))
    li.save(change(article), li.open(change(article)), pinned_1=first.pk)
    page = wang.save(change(article), mine, pinned_1=second.pk).content.decode()
    assert re.findall("<legend>(.*?)</legend>", page) == ["置顶第 1 篇"]
    assert article.pinned_guides.get().other == first


def test_what_was_kept_collides_with_what_was_saved_since(li, wang, article):
    form = wang.open(change(article))
    wang.type(form, article, body="我写的", title="我写的标题")
    li.save(change(article), li.open(change(article)), body="李编辑写的", source="新的来源")
    page = wang.client.get(change(article))
    assert "在那之后又保存过" in text_of(page)
    restored = wang.open(f"{change(article)}?restore={form['autosave_key']}")
    assert (restored["body"], restored["source"]) == ("我写的", "新的来源")
    collision = wang.save(change(article), restored).content.decode()
    assert re.findall("<legend>(.*?)</legend>", collision) == ["正文"]
    wang.save(change(article), form_in(collision), **{"choice-body": "mine"})
    article.refresh_from_db()
    assert (article.body, article.title, article.source) == ("我写的", "我写的标题", "新的来源")


def test_what_was_typed_into_a_guide_that_is_gone_becomes_a_new_one(wang, article):
    form = wang.open(change(article))
    wang.type(form, article, body="写了很久的字")
    article.delete()
    response = wang.save(change(article), form, body="写了很久的字")
    assert "你写的内容没有丢" in text_of(response)
    restored = wang.open(f"{reverse(ADD)}?restore={form['autosave_key']}")
    assert (restored["title"], restored["body"]) == (article.title, "写了很久的字")


@pytest.mark.django_db(transaction=True)
def test_two_who_save_at_the_same_moment(li, wang, article):
    forms = [
        (desk, desk.open(change(article)), title) for desk, title in ((li, "李编辑的标题"), (wang, "王主编的标题"))
    ]

    def save(desk: Desk, form: dict, title: str) -> str:
        try:
            return desk.client.post(change(article), {**form, "_save": "1", "title": title}).content.decode()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda each: save(*each), forms))
    assert sum("别人同时改了这篇指南" in answer for answer in answers) == 1
    assert article.history.count() == 2  # as it was, and as one of them saved it


def test_saving_twice_in_a_row_is_no_collision(wang, article):
    for title in ("改第一次的标题", "改第二次的标题"):
        response = wang.save(change(article), wang.open(change(article)), title=title)
        assert response.redirect_chain
    article.refresh_from_db()
    assert article.title == "改第二次的标题"


# --- merging


@pytest.mark.parametrize(
    ("mine", "theirs", "merged"),
    [
        ("a\n\nb\n\nC", "A\n\nb\n\nc", "A\n\nb\n\nC"),
        ("a\n\nb\n\nc", "A\n\nb\n\nc", "A\n\nb\n\nc"),
        ("A\n\nb\n\nc", "A\n\nb\n\nc", "A\n\nb\n\nc"),
        ("A\n\nb\n\nC", "A\n\nb\n\nc\n\nd", None),  # a change beside an addition
        ("A\n\nb\n\nc", "B\n\nb\n\nc", None),
        ("a\n\nc", "a\n\nB\n\nc", None),  # changed by one, removed by the other
        ("x\na\n\nb\n\nc", "y\na\n\nb\n\nc", None),  # both add at the same place
        ("x\na\n\nb\n\nc", "a\n\nb\n\nc\ny", "x\na\n\nb\n\nc\ny"),
        ("", "a\n\nb\n\nC", None),
    ],
)
def test_merge(mine, theirs, merged):
    assert merge("a\n\nb\n\nc", mine, theirs) == merged
    assert merge("a\n\nb\n\nc", theirs, mine) == merged

"""The way of a guide to its readers, through the desk: who may take which step, and what comes of it."""

import datetime as dt
import json

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.admin.workflow import MOST_FAILURES_TOLD
from articles.models import Article, PushTask
from articles.suggestions import suggest
from tests.articles.test_pages import text_of
from tests.debtfaq.test_admin import change_url, form_of, messages_of
from tests.factories import ArticleFactory, CategoryFactory

pytestmark = pytest.mark.django_db

CHANGELIST = "admin:articles_article_changelist"
GROUPS = ("author", "editor", "chief_editor")
STEPS = {
    # button: from, to, who may
    "_submit": ("draft", "in_review", {"author", "editor", "chief_editor"}),
    "_return": ("in_review", "returned", {"editor", "chief_editor"}),
    "_approve": ("in_review", "approved", {"editor", "chief_editor"}),
    "_publish": ("approved", "published", {"chief_editor"}),
    "_withdraw": ("published", "withdrawn", {"chief_editor"}),
}


@pytest.fixture
def people(author, editor, chief_editor) -> dict:
    return {"author": author, "editor": editor, "chief_editor": chief_editor}


def desk_of(user) -> Client:
    desk = Client()
    desk.force_login(user)
    return desk


def buttons(desk: Client, article: Article) -> set[str]:
    html = desk.get(change_url(article)).content.decode()
    return {name for name in [*STEPS, "_reviewed", "_save"] if f'name="{name}"' in html}


def with_status(status: str, **kwargs) -> Article:
    return ArticleFactory(published=status == "published", **{"status": status, **kwargs})


# --- Who may ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        ("draft", {"author": {"_submit"}, "editor": {"_submit"}, "chief_editor": {"_submit", "_publish"}}),
        ("in_review", {"editor": {"_return", "_approve"}, "chief_editor": {"_return", "_approve", "_publish"}}),
        ("returned", {"author": {"_submit"}, "editor": {"_submit"}, "chief_editor": {"_submit", "_publish"}}),
        ("approved", {"editor": {"_return"}, "chief_editor": {"_return", "_publish"}}),
        ("published", {"editor": {"_reviewed"}, "chief_editor": {"_withdraw", "_reviewed"}}),
        ("withdrawn", {"editor": {"_submit"}, "chief_editor": {"_submit", "_publish"}}),
    ],
)
def test_the_form_offers_what_comes_next_and_who_may_not_change_sees_only(people, status, shown):
    article = with_status(status, created_by=people["author"])
    for name, user in people.items():
        expected = {"_save", *shown[name]} if name in shown else set()
        assert buttons(desk_of(user), article) == expected, name


@pytest.mark.parametrize("button", STEPS)
def test_a_button_does_what_it_says_for_those_who_may(people, button):
    start, end, may = STEPS[button]
    for name, user in people.items():
        article = with_status(start, created_by=user)
        sent = form_of(article, return_note="请补上法条。", **{button: "1"})
        response = desk_of(user).post(change_url(article), sent, follow=True)
        article.refresh_from_db()
        assert article.status == (end if name in may else start), name
        if name not in may and response.status_code == 200:
            assert "没有这个权限" in messages_of(response), name


def test_an_author_changes_nobody_elses_guide_and_not_what_is_handed_in(author, editor):
    desk = desk_of(author)
    others, own = ArticleFactory(created_by=editor), ArticleFactory(created_by=author)
    assert desk.post(change_url(others), form_of(others, title="改别人的标题试试")).status_code == 403
    assert others.title in text_of(desk.get(change_url(others)))
    chosen = {"action": "submit_selected", "_selected_action": [others.pk, own.pk]}
    response = desk.post(reverse(CHANGELIST), chosen, follow=True)
    assert f"《{others.title}》没有提交审核：你没有这个权限" in messages_of(response)
    assert set(Article.objects.values_list("pk", "status")) == {(others.pk, "draft"), (own.pk, "in_review")}
    assert desk.post(change_url(own), form_of(own, title="交了以后又改标题")).status_code == 403


def test_an_editor_does_not_hide_a_public_guide_by_its_date(editor):
    article = ArticleFactory(published=True)
    future = form_of(article, title="更正过的一个标题", published_at_0="2999-01-01", published_at_1="08:00")
    desk_of(editor).post(change_url(article), future)
    article.refresh_from_db()
    assert (article.is_public, article.title) == (True, "更正过的一个标题")


# --- Notes and reports -----------------------------------------------------------------------------------------------


def test_a_returned_guide_greets_its_author_with_the_note(author, editor):
    article = ArticleFactory(created_by=author, status="in_review")
    sent = form_of(article, title="编辑顺手改的标题", return_note="  第二步没有法条。\n请补上。 ", _return="1")
    desk_of(editor).post(change_url(article), sent)
    page = text_of(desk_of(author).get(change_url(article)))
    assert "已退回，请修改后再提交" in page
    assert "第二步没有法条。" in page
    assert "editor，" in page
    said = LogEntry.objects.latest("pk").change_message
    assert said == "退回：第二步没有法条。\n请补上。"
    desk_of(author).post(change_url(article), form_of(article, _submit="1"))
    assert "已退回" not in text_of(desk_of(editor).get(change_url(article))).partition("状态记录")[0]


@pytest.mark.parametrize(("note", "reason"), [(" ", "退回时请写明要改什么"), ("改" * 501, "500")])
def test_without_a_fitting_note_the_form_comes_back_as_typed(editor, note, reason):
    article = ArticleFactory(status="in_review")
    sent = form_of(article, title="编辑改到一半的标题", return_note=note, _return="1")
    response = desk_of(editor).post(change_url(article), sent)
    assert response.status_code == 200
    assert reason in text_of(response)
    assert "编辑改到一半的标题" in response.content.decode()
    assert note.strip() in response.content.decode()
    article.refresh_from_db()
    assert article.status == "in_review"


def test_a_reason_is_kept_when_another_field_is_wrong(chief_editor):
    article = ArticleFactory(published=True)
    sent = form_of(article, title="短", withdraw_reason="法条已经修改", _withdraw="1")
    assert "法条已经修改" in desk_of(chief_editor).post(change_url(article), sent).content.decode()
    desk_of(chief_editor).post(change_url(article), form_of(article, withdraw_reason="法条已经修改", _withdraw="1"))
    assert article.status_changes.get().reason == "法条已经修改"


def test_errors_keep_a_guide_from_being_approved_and_published(chief_editor):
    desk = desk_of(chief_editor)
    for status, button in [("in_review", "_approve"), ("draft", "_publish")]:
        article = ArticleFactory(status=status)
        sent = form_of(article, body="![](/media/a.jpg)\n\n待补充\n", **{button: "1"})
        said = messages_of(desk.post(change_url(article), sent, follow=True))
        assert "正文第 1 行：图片没有替代文字" in said
        assert "正文第 3 行：“待补充”还没有换成正式的内容" in said
        article.refresh_from_db()
        assert article.status == status
        assert "待补充" in article.body  # saved all the same


def test_warnings_keep_nothing_back_and_both_are_listed(chief_editor):
    article = ArticleFactory(body="先还款,再打电话。\n")
    desk = desk_of(chief_editor)
    page = desk.get(change_url(article))
    assert "正文第 1 行：汉字之间用了半角的“,”" in text_of(page)
    assert 'href="#id_body" data-line="1"' in page.content.decode()
    desk.post(change_url(article), form_of(article, body=article.body, _publish="1"))
    assert Article.objects.published().exists()


def test_a_report_over_many_is_bounded(chief_editor):
    ready = ArticleFactory.create_batch(2)
    lacking = ArticleFactory.create_batch(MOST_FAILURES_TOLD + 3, summary="")
    chosen = {"action": "publish_selected", "_selected_action": [guide.pk for guide in [*ready, *lacking]]}
    response = desk_of(chief_editor).post(reverse(CHANGELIST), chosen, follow=True)
    said = [str(message) for message in response.context["messages"]]
    assert len(said) == MOST_FAILURES_TOLD + 2
    assert "另有 3 篇也没有发布。" in said
    assert "2 篇指南现在是“已发布”。" in said
    assert LogEntry.objects.count() == 2


# --- While typing ----------------------------------------------------------------------------------------------------


def test_what_is_typed_is_checked_without_being_kept(author, django_assert_max_num_queries):
    article = ArticleFactory(created_by=author)
    typed = {"pk": article.pk, "title": "新的标题在这里", "summary": "", "body": "### 太低\r\n", "category": "1"}
    desk = desk_of(author)
    with django_assert_max_num_queries(9):  # session, user, rights (2), the guide, its title, redirects
        answer = desk.post(reverse("admin:articles_article_check"), typed)
    rows = json.loads(answer.content)["problems"]
    assert [(row["level"], row["field"], row["line"]) for row in rows if row["level"] == "error"] == [
        ("error", "summary", None),
        ("error", "body", 1),
    ]
    assert "正文第 1 行：第一个小标题应从 ## 开始" in json.loads(answer.content)["html"]
    article.refresh_from_db()
    assert article.title != typed["title"]


def test_checking_needs_nothing_and_takes_anything(editor):
    desk, url = desk_of(editor), reverse("admin:articles_article_check")
    for typed in [
        {},
        {"pk": "x", "review_by": "2026-02-31"},
        {"pk": "9" * 40, "title": "a\0", "body": "[a](//[)\0[b](/tags/%00/)![c](/media/%00)"},
        {"body": ":::\n" * 99},
    ]:
        assert desk.post(url, typed).status_code == 200, typed
    assert desk.get(url).status_code == 405


# --- Review dates ----------------------------------------------------------------------------------------------------


def test_publishing_sets_a_date_to_look_again(chief_editor):
    chosen = ArticleFactory(review_by="2999-01-01")
    for article in (open_end := ArticleFactory(), chosen):
        desk_of(chief_editor).post(
            change_url(article), form_of(article, review_by=article.review_by or "", _publish="1")
        )
        article.refresh_from_db()
    assert (open_end.review_by - timezone.localdate()).days == 182
    assert str(chosen.review_by) == "2999-01-01"
    assert open_end.history.first().review_by == open_end.review_by


def test_overdue_guides_are_marked_found_and_reviewed(editor):
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    overdue = ArticleFactory(published=True, review_by=yesterday)
    others = [
        ArticleFactory(published=True, review_by=timezone.localdate()),
        ArticleFactory(published=True),
        ArticleFactory(review_by=yesterday),
    ]
    desk = desk_of(editor)
    page = text_of(desk.get(reverse(CHANGELIST), {"attention": "overdue"}))
    assert overdue.title in page
    assert not [guide for guide in others if guide.title in page]
    assert "复核已过期" in text_of(desk.get(change_url(overdue)))

    form = form_of(overdue, summary=overdue.summary, review_by=yesterday, _reviewed="1")
    desk.post(change_url(overdue), form)
    overdue.refresh_from_db()
    assert (overdue.review_by - timezone.localdate()).days == 182
    change = overdue.status_changes.get()
    assert (change.by, change.from_status, change.to_status) == (editor, "published", "published")
    assert change.reason == f"已复核，下次复核 {overdue.review_by}"
    assert not Article.objects.review_overdue().exists()
    assert overdue.corrected_at is None

    chosen = timezone.localdate() + dt.timedelta(days=30)
    desk.post(change_url(overdue), form_of(overdue, review_by=chosen, _reviewed="1"))
    overdue.refresh_from_db()
    assert overdue.review_by == chosen


def test_what_cannot_be_reviewed(editor):
    with pytest.raises(ValidationError, match="没有发布"):
        ArticleFactory().mark_reviewed(by=editor)
    with pytest.raises(ValidationError, match="今天以后"):
        ArticleFactory(published=True).mark_reviewed(by=editor, until=timezone.localdate())


# --- The minute of a scheduled guide ---------------------------------------------------------------------------------


def test_a_scheduled_guide_appears_everywhere_at_its_minute(client, chief_editor, django_capture_on_commit_callbacks):
    now = timezone.now().replace(second=0, microsecond=0)
    moment = now + dt.timedelta(minutes=10)
    body = "协商还款要先算清每月能还多少。\n\n## 协商还款\n\n协商还款以前，先停用信用卡。\n"
    with django_capture_on_commit_callbacks(execute=True):
        other = ArticleFactory(title="信用卡协商还款有哪些条件", body=body, category=CategoryFactory(name="协商"))
        other.publish(by=chief_editor)
        guide = ArticleFactory(
            title="协商还款时银行会问什么", body=body, category=other.category, tags=["协商标签"], published_at=moment
        )
        desk_of(chief_editor).post(
            change_url(guide),
            form_of(
                guide,
                tags="协商标签",
                published_at_0=f"{timezone.localtime(moment):%Y-%m-%d}",
                published_at_1=f"{timezone.localtime(moment):%H:%M:%S}",
                _publish="1",
            ),
        )
    tag = "/tags/xie-shang-biao-qian/"
    month = timezone.localtime(moment)
    outlets = [
        *("/", "/articles/", other.category.get_absolute_url(), tag, f"/archive/{month.year}/{month.month}/"),
        *("/feeds/atom.xml", "/feeds/rss.xml", f"/feeds/{other.category.slug}/rss.xml"),
        *(other.get_absolute_url(), "/search/suggest/?q=协商还款时"),
    ]
    addresses = ["/search/?q=银行会问", "/sitemaps/guides-0.xml", guide.get_absolute_url()]

    def appears() -> dict[str, bool]:
        shown = {path: guide.title in client.get(path).content.decode() for path in outlets}
        shown |= {path: guide.get_absolute_url() in client.get(path).content.decode() for path in addresses}
        shown["tag in the sitemap"] = tag in client.get("/sitemaps/site.xml").content.decode()
        shown["tag suggested"] = "协商标签" in [offer.text for offer in suggest("协商标")]
        return shown

    with time_machine.travel(moment - dt.timedelta(seconds=1), tick=False) as clock:
        assert not [path for path, shown in appears().items() if shown]
        clock.shift(dt.timedelta(seconds=1))
        assert not [path for path, shown in appears().items() if not shown]


def test_search_engines_hear_of_a_guide_whose_time_is_brought_forward(settings, chief_editor):
    settings.BAIDU_PUSH_TOKEN = "x"
    guide = ArticleFactory(published_at=timezone.now() + dt.timedelta(days=9))
    guide.publish(by=chief_editor)
    assert not PushTask.objects.due().exists()
    past = timezone.localtime(timezone.now() - dt.timedelta(minutes=1))
    desk_of(chief_editor).post(
        change_url(guide), form_of(guide, published_at_0=f"{past:%Y-%m-%d}", published_at_1=f"{past:%H:%M:%S}")
    )
    assert Article.objects.published().exists()
    assert PushTask.objects.due().exists()

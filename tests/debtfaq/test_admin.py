"""The desk, through its own pages: what each group can do, and that it happens."""

import datetime as dt

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, Category, Page
from comments.models import Comment, Expert
from tests.articles.test_pages import text_of
from tests.factories import ArticleFactory, CategoryFactory, CommentFactory, ExpertFactory

pytestmark = pytest.mark.django_db

CHANGELIST = "admin:articles_article_changelist"


@pytest.fixture
def desk(chief_editor) -> Client:
    client = Client()
    client.force_login(chief_editor)
    return client


def form_of(article: Article | None = None, **values) -> dict[str, str]:
    """What a browser sends from the form of a guide, with `values` typed over."""
    data = {
        "title": "信用卡逾期怎么办才好",
        "summary": "先打官方客服电话。",
        "body": "正文。",
        "tags": "",
        "byline": "",
        "source": "",
        "category": "",
        "cover_alt": "",
        "published_at_0": "",
        "published_at_1": "",
        "review_by": "",
        "status_changes-TOTAL_FORMS": "0",
        "status_changes-INITIAL_FORMS": "0",
    }
    if article:
        data |= {"title": article.title, "body": article.body, "category": str(article.category_id or "")}
        if article.published_at:
            local = timezone.localtime(article.published_at)
            data |= {"published_at_0": f"{local:%Y-%m-%d}", "published_at_1": f"{local:%H:%M}"}
        data["status_changes-TOTAL_FORMS"] = "0"
    return data | {key: str(value) for key, value in values.items()}


def change_url(article: Article) -> str:
    return reverse("admin:articles_article_change", args=[article.pk])


def messages_of(response) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def test_write_publish_correct_withdraw_and_publish_again(desk, client, chief_editor):
    category = CategoryFactory()
    data = form_of(category=category.pk, tags="信用卡，征信", _publish="1")
    response = desk.post(reverse("admin:articles_article_add"), data, follow=True)
    assert "现在是“已发布”" in messages_of(response)
    article = Article.objects.get()
    assert article.created_by == chief_editor
    assert set(article.tags.names()) == {"信用卡", "征信"}
    assert article.status_changes.get().by == chief_editor
    assert article.title in text_of(client.get("/"))

    desk.post(change_url(article), form_of(article, title="改了的一个标题", _save="1"))
    article.refresh_from_db()
    assert article.corrected_at
    assert "改了的一个标题" in text_of(client.get(article.get_absolute_url()))

    desk.post(change_url(article), form_of(article, _withdraw="1"))
    assert client.get(article.get_absolute_url()).status_code == 404
    desk.post(change_url(article), form_of(article, _publish="1"))
    assert client.get(article.get_absolute_url()).status_code == 200


def test_schedule(desk, client):
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    data = form_of(category=CategoryFactory().pk, published_at_0=tomorrow, published_at_1="08:30", _publish="1")
    response = desk.post(reverse("admin:articles_article_add"), data, follow=True)
    assert "已排期，将在" in messages_of(response)
    article = Article.objects.scheduled().get()
    assert client.get(article.get_absolute_url()).status_code == 404
    assert "已排期" in text_of(desk.get(change_url(article)))


def test_what_is_not_ready_is_saved_but_not_published(desk):
    response = desk.post(reverse("admin:articles_article_add"), form_of(_publish="1"), follow=True)
    assert "还不能发布：还没有选分类" in messages_of(response)
    assert Article.objects.get().status == Article.Status.DRAFT


def test_a_wrong_form_keeps_what_was_typed(desk):
    data = form_of(title="短", body="打了很久的字", published_at_0="昨天", published_at_1="8点")
    response = desk.post(reverse("admin:articles_article_add"), data)
    assert response.status_code == 200
    assert "打了很久的字" in response.content.decode()
    assert not Article.objects.exists()


def test_a_public_guide_keeps_its_date_and_category(desk):
    article = ArticleFactory(published=True)
    response = desk.post(change_url(article), form_of(article, category="", _save="1"))
    assert "已发布的指南必须有发布时间和分类" in text_of(response)


@pytest.mark.parametrize(
    ("action", "start", "end"),
    [("submit_selected", "draft", "in_review"), ("publish_selected", "draft", "published")],
)
def test_actions(desk, action, start, end):
    ready = ArticleFactory(status=start)
    lacking = ArticleFactory(status=start, category=None)
    data = {"action": action, "_selected_action": [ready.pk, lacking.pk]}
    response = desk.post(reverse(CHANGELIST), data, follow=True)
    ready.refresh_from_db()
    assert ready.status == end
    if action == "publish_selected":
        assert f"《{lacking.title}》还不能发布" in messages_of(response)


def test_withdraw_action(desk):
    article = ArticleFactory(published=True)
    desk.post(reverse(CHANGELIST), {"action": "withdraw_selected", "_selected_action": [article.pk]})
    assert not Article.objects.published().exists()


def test_view_on_site_only_where_there_is_something_to_view(desk):
    public, draft = ArticleFactory(published=True), ArticleFactory()
    assert "在网站上查看" in text_of(desk.get(change_url(public)))
    assert "在网站上查看" not in text_of(desk.get(change_url(draft)))


def test_who_may_not_publish_cannot_press_the_button_either(client, django_user_model):
    author = django_user_model.objects.create_user("author", is_staff=True)
    author.user_permissions.set(Permission.objects.filter(codename__in=["add_article", "change_article"]))
    client.force_login(author)
    data = form_of(category=CategoryFactory().pk)
    client.post(reverse("admin:articles_article_add"), data | {"_publish": "1"})
    article = Article.objects.get()
    assert article.status == Article.Status.DRAFT
    assert 'name="_publish"' not in client.get(change_url(article)).content.decode()
    client.post(change_url(article), data | {"_submit": "1"})
    article.refresh_from_db()
    assert article.status == Article.Status.IN_REVIEW


def test_moderator_decides_on_comments_and_nothing_else(moderator, client):
    desk = Client()
    desk.force_login(moderator)
    comment = CommentFactory()
    desk.post(reverse("admin:comments_comment_queue_decide"), {"comment": comment.pk, "decision": "approve"})
    assert Comment.objects.visible().get() == comment
    assert comment.events.get().by == moderator
    article = ArticleFactory()
    response = desk.post(change_url(article), form_of(article, _publish="1"))
    assert response.status_code == 403
    assert desk.get(reverse("admin:articles_category_changelist")).status_code == 403
    assert desk.get(reverse("admin:auth_user_changelist")).status_code == 403


def test_an_editor_enters_an_experts_reply_which_appears_at_once(desk, client):
    article, expert = ArticleFactory(published=True), ExpertFactory()
    data = {
        "article": article.pk,
        "expert": expert.pk,
        "parent": "",
        "nickname": "",
        "body": "先打客服电话。",
        "posted_at_0": "2026-11-01",
        "posted_at_1": "10:00",
        "events-TOTAL_FORMS": "0",
        "events-INITIAL_FORMS": "0",
        "reports-TOTAL_FORMS": "0",
        "reports-INITIAL_FORMS": "0",
        "earlier_wordings-TOTAL_FORMS": "0",
        "earlier_wordings-INITIAL_FORMS": "0",
    }
    desk.post(reverse("admin:comments_comment_add"), data)
    assert "先打客服电话。" in text_of(client.get(article.get_absolute_url()))


def expert_form(expert: Expert, **values) -> dict[str, str]:
    names = ("name", "role", "organisation", "region", "licence_number", "biography")
    data = {name: getattr(expert, name) for name in names}
    data |= {"is_example": "on"} if expert.is_example else {}
    inline = {"verifications-TOTAL_FORMS": "0", "verifications-INITIAL_FORMS": "0"}
    return data | inline | {name: str(value) for name, value in values.items()}


def test_an_editor_records_that_an_expert_was_verified(desk, chief_editor):
    expert = ExpertFactory(role="律师")
    url = reverse("admin:comments_expert_change", args=[expert.pk])
    until = timezone.localdate() + dt.timedelta(days=90)
    response = desk.post(url, expert_form(expert, verify_until=until))
    assert "还缺17 位执业证号、律师事务所" in text_of(response)
    known = {"licence_number": "13301202010123456", "organisation": "某某律师事务所"}
    desk.post(url, expert_form(expert, verify_until=until, **known))
    expert.refresh_from_db()
    assert (expert.verified_by, expert.verified_until, expert.shown_role) == (chief_editor, until, "律师")
    assert expert.verifications.get().licence_number == known["licence_number"]
    desk.post(
        reverse("admin:comments_expert_changelist"), {"action": "revoke_selected", "_selected_action": [expert.pk]}
    )
    expert.refresh_from_db()
    assert (expert.is_verified, expert.shown_role, expert.verifications.count()) == (False, "自称律师", 2)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"role": "资深律师"}, "不能写“资深律师”"),
        ({"licence_number": "123"}, "17 位数字"),
        ({"verify_until": "2020-01-01"}, "不能早于今天"),
        ({"is_example": "on", "verify_until": "2999-01-01"}, "示例人物"),
    ],
)
def test_what_cannot_be_is_refused_kindly(desk, values, reason):
    expert = ExpertFactory()
    response = desk.post(reverse("admin:comments_expert_change", args=[expert.pk]), expert_form(expert) | values)
    assert reason in text_of(response)
    expert.refresh_from_db()
    assert not expert.is_verified


def test_every_page_of_the_desk_opens_in_chinese_with_few_queries(chief, django_assert_max_num_queries):
    desk = Client()
    desk.force_login(chief)
    for comment in CommentFactory.create_batch(12, by_expert=True):
        comment.article.reviews.create(expert=comment.expert, reviewed_on=dt.date(2026, 11, 1))
        comment.article.tags.set(["征信", f"标签{comment.pk}"])
    for model, model_admin in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        with django_assert_max_num_queries(15):
            assert desk.get(reverse(f"{name}_changelist")).status_code == 200
        if row := model._default_manager.first():
            with django_assert_max_num_queries(15):
                assert desk.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200
        if apps.get_app_config(model._meta.app_label).name in {"articles", "comments"}:
            assert not str(model._meta.verbose_name).isascii()
            assert model_admin.search_fields or model.__name__ == "SearchCount"  # a page of figures
    assert "工作台" in text_of(desk.get("/admin/"))


def test_editors_look_after_glossary_and_pages(desk, client):
    data = {"term": "催收", "aliases": "", "slug": "", "meaning": "向欠款人讨要欠款", "article": ""}
    desk.post(reverse("admin:articles_term_add"), data)
    assert "向欠款人讨要欠款" in text_of(client.get("/glossary/"))
    page = Page.objects.get(slug="contact")
    values = {"title": page.title, "slug": page.slug, "description": "", "position": 4, "body": "写信给我们。"}
    desk.post(reverse("admin:articles_page_change", args=[page.pk]), values)
    assert "写信给我们。" in text_of(client.get("/pages/contact/"))
    assert desk.get(reverse("admin:articles_page_delete", args=[page.pk])).status_code == 403


def test_category_slug_comes_from_its_name(desk):
    desk.post(reverse("admin:articles_category_add"), {"name": "征信", "slug": "", "description": "", "position": 1})
    assert Category.objects.get().slug == "zheng-xin"

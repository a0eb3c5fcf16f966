"""The first page of the desk: what there is to do, for whom, and that every figure leads to its list."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from articles.models import Link, SearchCount
from articles.reader_counts import add_views
from tests.articles.test_pages import text_of
from tests.factories import ArticleFactory, CommentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def busy(author, editor) -> None:
    """One of everything that waits for somebody; two drafts of the author, one of them returned."""
    public = ArticleFactory(
        published=True, review_by=timezone.localdate() - dt.timedelta(days=1), title="读得最多的一篇"
    )
    ArticleFactory(published=True, published_at=timezone.now() + dt.timedelta(days=1))
    ArticleFactory(created_by=author, title="作者的草稿之一")
    ArticleFactory(created_by=author, status="returned", title="退回来的稿子")
    ArticleFactory(created_by=author, status="in_review", title="等人审的稿子")
    ArticleFactory(status="approved")
    ArticleFactory(created_by=author).trash(by=editor)
    CommentFactory(article=public)
    CommentFactory(article=public, approved=True)
    Link.objects.create(article=public, path="/nothing/", is_broken=True)
    SearchCount.objects.create(text="没有的词", day=timezone.localdate(), count=3, found=0)
    add_views(public.pk, timezone.localdate(), 1234)


def figures_of(user) -> dict[str, tuple[str, str]]:
    desk = Client()
    desk.force_login(user)
    return {figure.name: (figure.shown, figure.url) for figure in desk.get("/admin/").context.get("figures", [])}


def test_every_figure_leads_to_a_list_of_as_many(busy, chief_editor, chief):
    desk = Client()
    desk.force_login(chief)
    figures = figures_of(chief)
    assert {name: shown for name, (shown, _) in figures.items()} == {
        "我的草稿": "0",
        "等待审核": "1",
        "等待发布": "1",
        "已排期": "1",
        "复核过期": "1",
        "待审评论": "1",
        "未答问题": "1",
        "失效链接": "1",
    }
    for name, (shown, url) in figures.items():
        page = desk.get(url)
        assert page.status_code == 200, name
        rows = page.context["cl"].result_list if "cl" in page.context else page.context["cards"]
        assert str(len(rows)) == shown, name


def test_who_sees_what(busy, author, editor, chief_editor, moderator):
    assert list(figures_of(author)) == ["我的草稿", "已排期"]
    assert figures_of(author)["我的草稿"][0] == "2"
    assert "等待发布" not in figures_of(editor)
    assert "等待发布" in figures_of(chief_editor)
    assert list(figures_of(moderator)) == ["已排期", "待审评论", "未答问题"]


def test_the_page_tells_what_is_read_and_sought(busy, editor, django_assert_max_num_queries):
    desk = Client()
    desk.force_login(editor)
    with django_assert_max_num_queries(20):
        page = text_of(desk.get("/admin/"))
    for words in ("等人审的稿子", "读得最多的一篇", "1234", "没有的词", "3 次", "共 1234 次"):
        assert words in page
    assert "作者的草稿之一" not in page, "that is the author's"


def test_an_author_sees_the_own_drafts(busy, author):
    desk = Client()
    desk.force_login(author)
    page = text_of(desk.get("/admin/"))
    assert "作者的草稿之一" in page
    assert "退回来的稿子" in page
    assert "等人审的稿子" not in page

"""The first journeys through a real browser: the imported page is read; a guide is published at the desk."""

import datetime as dt

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from articles.models import Article, ArticleViews
from tests.factories import ArticleFactory, CategoryFactory


def test_the_imported_page_is_read_and_counted(live_server, page: Page, seed):
    ArticleFactory(published=True, title="另外一篇已发布指南")
    call_command("import_page", str(seed), "--publish")
    article = Article.objects.get(import_key__startswith="page:")
    page.clock.install(time=dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC))
    page.goto(live_server.url)
    page.get_by_role("link", name="逾期动态").first.click()
    page.get_by_role("link", name=article.title).click()

    expect(page.get_by_role("heading", level=1)).to_have_text(article.title)
    expect(page.get_by_label("所在位置")).to_have_text(f"首页 › 逾期动态 › {article.title}", use_inner_text=True)
    expect(page.locator(".prose h2")).to_have_count(8)
    expect(page.locator(".prose ol > li")).to_have_count(4)
    comments = page.locator("#comments .comment")
    expect(comments).to_have_count(4)
    for comment, name in zip(comments.all(), ["东新", "宁问", "全春绿", "屈丽容"], strict=True):
        expect(comment).to_contain_text(name)
        expect(comment).to_contain_text("未核验")
        expect(comment).to_contain_text("2025-04-17")
    expect(page.get_by_role("link", name="另外一篇已发布指南")).to_be_visible()

    contents = page.locator("details.toc")
    expect(contents.get_by_role("link", name="结语")).to_be_hidden()
    contents.get_by_text("目录").click()
    contents.get_by_role("link", name="结语").click()
    expect(page.get_by_role("heading", name="结语")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") == 390

    with page.expect_response("**/views/") as counted:
        page.clock.run_for(6_000)
    assert counted.value.status == 201
    page.reload()
    expect(page.get_by_text("人气 10")).to_be_visible()
    assert ArticleViews.objects.get(article=article).total == 10
    assert page.context.cookies() == []


@pytest.fixture
def browser_context_args(browser_context_args: dict, request: pytest.FixtureRequest) -> dict:
    if request.node.get_closest_marker("desk"):
        return {**browser_context_args, "viewport": {"width": 1280, "height": 900}}
    return browser_context_args


@pytest.mark.desk
def test_an_editor_publishes_corrects_and_withdraws(live_server, page: Page, chief_editor):
    CategoryFactory(name="协商还款")
    page.goto(f"{live_server.url}/admin/")
    page.get_by_label("用户名").fill("chief_editor")
    page.get_by_label("密码").fill("only for tests")
    page.get_by_role("button", name="登录").click()
    page.locator(".model-article").get_by_role("link", name="增加").click()

    expect(page.get_by_label("标题")).to_be_focused()  # by a script of the admin; later, it would disturb
    page.get_by_label("标题").fill("信用卡逾期怎么协商")
    page.get_by_label("先说结论").fill("先打官方客服，再写书面申请。")
    page.get_by_label("正文").fill("先算清每月能还多少。\n\n## 怎么开口\n\n1. 说明困难。\n2. 提出方案。\n")
    page.get_by_label("标签").fill("信用卡，协商")
    page.locator(".field-category .select2-selection").click()
    page.get_by_role("option", name="协商还款").click()
    page.get_by_role("button", name="保存并发布").first.click()
    expect(page.locator(".messagelist")).to_contain_text("现在是“已发布”")

    article = Article.objects.get()
    address = f"{live_server.url}{article.get_absolute_url()}"
    page.goto(address)
    expect(page.get_by_role("heading", name="怎么开口")).to_be_visible()
    expect(page.get_by_text("先打官方客服，再写书面申请。")).to_be_visible()

    page.goto(f"{live_server.url}/admin/articles/article/{article.pk}/change/")
    page.get_by_label("标题").fill("信用卡逾期怎样协商才稳妥")
    page.get_by_role("button", name="保存", exact=True).first.click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("信用卡逾期怎样协商才稳妥")
    assert "wen-tuo" in page.url

    page.goto(f"{live_server.url}/admin/articles/article/{article.pk}/change/")
    page.get_by_text("撤下…").click()
    page.get_by_role("button", name="保存并撤下").first.click()
    expect(page.locator(".messagelist")).to_contain_text("现在是“已撤下”")
    assert page.request.get(address).status == 404

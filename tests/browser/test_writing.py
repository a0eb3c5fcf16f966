"""A reader asks, with script and without it; a moderator lets the question through."""

import pytest
from playwright.sync_api import Browser, Page, expect

from articles.models import Article
from comments import forms
from comments.models import Comment
from tests.browser.conftest import PHONE
from tests.factories import ArticleFactory

QUESTION = "最低还款还了，还会算逾期吗？"


@pytest.fixture
def guide(live_server, monkeypatch) -> Article:
    monkeypatch.setattr(forms, "FASTEST_SECONDS", -1)  # a test fills in the form faster than people
    return ArticleFactory(published=True)


def test_with_script_the_form_comes_into_the_page(live_server, page: Page, guide, moderator):
    address = f"{live_server.url}{guide.get_absolute_url()}"
    page.goto(address)
    page.get_by_role("link", name="写下你的问题或评论").click()
    expect(page.get_by_label("你的问题或评论")).to_be_focused()
    assert page.url == address
    assert page.context.cookies() == []
    page.get_by_label("你的问题或评论").fill(QUESTION)
    page.get_by_label("昵称").fill("小麦")
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_role("heading", name="收到了，正在等待审核")).to_be_visible()
    expect(page.locator("#mine")).to_contain_text(QUESTION)
    page.goto(address)
    expect(page.get_by_text(QUESTION)).to_have_count(0)
    Comment.objects.get().approve(by=moderator)
    page.reload()
    expect(page.locator("#questions")).to_contain_text(f"小麦 {Comment.objects.get().posted_at:%Y}")


def test_without_script_the_form_has_a_page_of_its_own(browser: Browser, live_server, guide):
    context = browser.new_context(java_script_enabled=False, locale="zh-CN", user_agent=PHONE)
    page = context.new_page()
    page.goto(f"{live_server.url}{guide.get_absolute_url()}")
    page.get_by_role("link", name="写下你的问题或评论").click()
    page.get_by_label("你的问题或评论").fill("征信修复，不成功不收费，一周洗白，先做后付")
    page.get_by_label("昵称").fill("小麦")
    page.get_by_role("button", name="发送").click()
    page.get_by_label("你的问题或评论").fill(QUESTION)
    expect(page.get_by_label("昵称")).to_have_value("小麦")
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_role("heading", name="收到了，正在等待审核")).to_be_visible()
    page.get_by_role("button", name="撤回").first.click()
    expect(page.get_by_text(QUESTION)).to_have_count(0)
    assert not Comment.objects.waiting().filter(body=QUESTION).exists()
    context.close()

"""Readers' journeys: with script and without, by keyboard, in large type, in the dark, on paper, in a hurry."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from articles.models import Article, ArticleViews, Term
from tests.browser.conftest import PHONE
from tests.factories import ArticleFactory, CategoryFactory, CommentFactory

BODY = """先把欠款列成一张表。

## 第一步

打官方客服。

::: 注意
不要转账到个人账户。
:::

## 第二步

| 渠道 | 电话 |
| --- | --- |
| 投诉 | 12378 |
"""


@pytest.fixture
def guide(live_server) -> Article:
    category = CategoryFactory(name="协商还款", stage="协商")
    Term.objects.create(term="客服", meaning="机构接听电话的人")
    guide = ArticleFactory(published=True, category=category, title="信用卡怎么协商分期", body=BODY, tags=["信用卡"])
    ArticleFactory(published=True, category=category, tags=["信用卡"])
    CommentFactory(article=guide, approved=True, by_expert=True)
    return guide


@pytest.fixture
def address(live_server, guide: Article) -> str:
    return f"{live_server.url}{guide.get_absolute_url()}"


def test_from_home_to_a_guide_in_two_clicks(live_server, page: Page, guide):
    page.goto(live_server.url)
    page.get_by_role("link", name="协商", exact=True).click()
    page.get_by_role("link", name=guide.title).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(guide.title)
    expect(page.get_by_role("heading", name="先说结论")).to_be_in_viewport()


def test_everything_can_be_read_and_done_without_script(browser: Browser, live_server, guide, address):
    context = browser.new_context(java_script_enabled=False, locale="zh-CN", user_agent=PHONE)
    page = context.new_page()
    page.goto(live_server.url)
    page.get_by_label("用你自己的话搜索").fill("协商")
    page.get_by_role("button", name="搜索").click()
    page.get_by_role("link", name=guide.title).click()
    expect(page.get_by_text("不要转账到个人账户。")).to_be_visible()
    expect(page.get_by_role("link", name="快速离开")).to_have_attribute("href", re.compile("^https://"))
    expect(page.get_by_role("button", name="大字")).to_be_hidden()
    page.get_by_role("button", name="有用", exact=True).click()
    expect(page.get_by_role("heading", name="谢谢，记下了")).to_be_visible()
    page.get_by_role("link", name="回到指南").click()
    assert page.url == address
    counts = ArticleViews.objects.get(article=guide)
    assert (counts.total, counts.helpful) == (1, 1)
    assert context.cookies() == []
    context.close()


def test_large_type_and_dark_are_remembered_on_the_device(live_server, page: Page, address):
    def look() -> tuple[float, str]:
        size = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
        return size, page.evaluate("getComputedStyle(document.body).backgroundColor")

    page.goto(live_server.url)
    size, paper = look()
    page.get_by_role("button", name="大字").click()
    page.get_by_role("button", name="深色").click()
    expect(page.get_by_role("button", name="大字")).to_have_attribute("aria-pressed", "true")
    page.goto(address)
    larger, darker = look()
    assert larger > size * 1.2
    assert darker != paper
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.get_by_role("button", name="大字").click()
    page.get_by_role("button", name="深色").click()
    page.reload()
    assert look() == (size, paper)
    assert page.evaluate("Object.keys(localStorage).length") == 0
    assert page.context.cookies() == []


def test_by_keyboard_alone(live_server, page: Page, guide):
    page.goto(live_server.url)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("用你自己的话搜索")).to_be_focused()
    page.keyboard.type("协商")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="“协商”：找到")).to_be_visible()
    link = page.get_by_role("link", name=guide.title)
    for _ in range(20):
        page.keyboard.press("Tab")
        if link.evaluate("link => link === document.activeElement"):
            break
    assert link.evaluate("link => getComputedStyle(link).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(guide.title)


def test_a_vote_and_a_neutral_link_without_leaving_the_page(page: Page, address, guide, live_server):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(address)
    page.get_by_role("button", name="没用").click()
    expect(page.get_by_text("谢谢，记下了。")).to_be_visible()
    page.get_by_role("button", name="复制链接").click()
    expect(page.get_by_text("已复制，链接里看不出内容。")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").endswith(f"/s/{guide.pk}/")
    assert page.url == address
    assert ArticleViews.objects.get(article=guide).unhelpful == 1
    page.goto(f"{live_server.url}/s/{guide.pk}/")
    page.wait_for_url(address)


def test_quick_exit_leaves_no_way_back(live_server, page: Page, address):
    page.route("https://www.weather.com.cn/", lambda route: route.fulfill(body="<title>天气</title>晴"))
    page.goto(live_server.url)
    page.goto(address)
    page.get_by_role("link", name="快速离开").click()
    page.wait_for_url("https://www.weather.com.cn/")
    page.go_back()
    assert page.url == f"{live_server.url}/"


def test_on_paper(page: Page, address):
    page.goto(address)
    page.emulate_media(media="print")
    for name in ("主导航", "关于本站"):
        expect(page.get_by_role("navigation", name=name)).to_be_hidden()
    for locator in (page.locator("[data-exit]"), page.locator(".after"), page.locator(".onward")):
        expect(locator).to_be_hidden()
    expect(page.get_by_role("heading", name="求助电话")).to_be_visible()
    assert page.pdf().startswith(b"%PDF")


def test_the_section_being_read_is_marked(page: Page, address):
    page.set_viewport_size({"width": 1280, "height": 700})
    page.goto(address)
    contents = page.locator(".toc-side")
    contents.get_by_role("link", name="第二步").click()
    expect(contents.locator("[aria-current]")).to_have_text("第二步")


def test_a_term_leads_to_its_meaning(page: Page, address):
    page.goto(address)
    page.get_by_role("link", name="客服").click()
    expect(page.locator(".glossary div:target")).to_contain_text("机构接听电话的人")

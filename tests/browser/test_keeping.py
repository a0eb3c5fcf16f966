"""What an editor types survives a colleague, the end of the session, of the browser, and of the server."""

from collections.abc import Iterator

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from articles.models import Article, Autosave
from tests.browser import test_accessibility as accessibility
from tests.browser.test_accessibility import DESKTOP, PHONE, assert_accessible
from tests.browser.test_queue import log_in
from tests.factories import ArticleFactory

axe = accessibility.axe


@pytest.fixture
def article(transactional_db) -> Article:
    return ArticleFactory(title="信用卡逾期怎么办", body="第一段。\n\n第二段。\n\n第三段。")


@pytest.fixture
def colleague(live_server, browser: Browser, editor) -> Iterator[Page]:
    with browser.new_context(locale="zh-CN") as context:
        yield desk_of(context, editor, live_server.url)


@pytest.fixture
def address(live_server, article) -> str:
    return f"{live_server.url}{reverse('admin:articles_article_change', args=[article.pk])}"


@pytest.fixture
def desk(live_server, context, chief) -> Iterator[Page]:
    """A page of the chief, with a clock that the test moves, that keeps the Content-Security-Policy."""
    page, said = desk_of(context, chief, live_server.url), []
    page.on("console", lambda message: said.append(message.text))
    yield page
    assert not [text for text in said if "Security Policy" in text]


def desk_of(context, user, server: str) -> Page:
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.set_viewport_size(DESKTOP)
    page.clock.install()
    log_in(page, user, server)
    return page


def body(page: Page):
    return page.locator("#id_body")


def title(page: Page):
    return page.locator("#id_title")


def save(page: Page) -> None:
    page.locator("[name=_continue]").click()


def wait_until_kept(page: Page) -> None:
    page.clock.run_for(4_000)
    expect(page.locator(".keeping-state")).to_contain_text("已自动保存")


def test_two_editors_collide_and_nothing_is_lost(desk, colleague, article, address, axe):
    desk.goto(address)
    with colleague.expect_response("**/autosave/"):  # until then nobody knows that it is open
        colleague.goto(address)
    desk.clock.run_for(21_000)
    expect(desk.locator(".keeping-others")).to_have_text("editor 也打开了这篇")
    body(colleague).fill("第一段，同事改的。\n\n第二段。\n\n第三段。")
    title(colleague).fill("同事的标题")
    save(colleague)
    expect(colleague.locator(".success")).to_be_visible()
    desk.clock.run_for(21_000)
    expect(desk.locator(".keeping-since")).to_contain_text("保存过这篇")
    body(desk).fill("第一段。\n\n第二段。\n\n第三段，我改的。")
    title(desk).fill("我的标题")
    save(desk)
    expect(desk.get_by_role("heading", name="别人同时改了这篇指南")).to_be_visible()
    assert_accessible(desk, axe, [PHONE, DESKTOP])
    article.refresh_from_db()
    assert (article.title, article.body[:8]) == ("同事的标题", "第一段，同事改的")

    desk.get_by_label("手工改").fill("我和同事的标题")
    expect(desk.get_by_role("radio", name="用下面改好的")).to_be_checked()
    expect(desk.get_by_role("radio", name="两边的修改都要")).to_be_checked()
    save(desk)
    expect(desk.locator(".success")).to_be_visible()
    article.refresh_from_db()
    assert article.title == "我和同事的标题"
    assert article.body == "第一段，同事改的。\n\n第二段。\n\n第三段，我改的。"


def test_the_session_expires_in_mid_edit_and_nothing_is_lost(live_server, desk, chief, article, address):
    desk.goto(address)
    body(desk).fill("会话过期之前写的")
    wait_until_kept(desk)
    Session.objects.all().delete()
    body(desk).fill("会话过期之后写的")
    save(desk)  # is not sent
    alarm = desk.get_by_role("alert")
    expect(alarm).to_contain_text("登录已过期")
    expect(body(desk)).to_have_value("会话过期之后写的")

    with desk.context.expect_page() as opened:
        alarm.get_by_role("link", name="在新窗口里登录").click()
    tab = opened.value
    tab.get_by_label("用户名").fill("chief")
    tab.get_by_label("密码").fill("only for tests")
    tab.get_by_role("button", name="登录").click()
    tab.wait_for_url(f"{live_server.url}{reverse('admin:index')}")
    desk.bring_to_front()
    desk.clock.run_for(21_000)
    expect(alarm).to_be_hidden()
    assert Autosave.objects.get().data["body"] == "会话过期之后写的"
    save(desk)
    expect(desk.locator(".success")).to_be_visible()
    article.refresh_from_db()
    assert article.body == "会话过期之后写的"
    assert copies(desk) == []


def test_the_browser_is_closed_and_what_was_typed_is_restored(live_server, browser, chief, article, address):
    with browser.new_context(locale="zh-CN") as context:
        page = desk_of(context, chief, live_server.url)
        page.goto(address)
        body(page).fill("关掉浏览器之前写的")
        wait_until_kept(page)
        assert len(copies(page)) == 1
    with browser.new_context(locale="zh-CN") as context:  # another device, even
        page = desk_of(context, chief, live_server.url)
        page.goto(address)
        expect(page.locator("[data-offer]")).to_contain_text("写过的内容还没有保存")
        page.get_by_role("link", name="恢复").click()
        expect(body(page)).to_have_value("关掉浏览器之前写的")
        save(page)
        expect(page.locator(".success")).to_be_visible()
        expect(page.locator("[data-offer]")).to_have_count(0)
        title(page).fill("退出登录之前写的")
        wait_until_kept(page)
        assert len(copies(page)) == 1
        page.get_by_role("button", name="注销").click()
        page.wait_for_url("**/logout/")  # and what it does when it has come
        assert copies(page) == []
    article.refresh_from_db()
    assert article.body == "关掉浏览器之前写的"


def test_without_network_what_was_typed_stays_on_this_device(desk, article, address):
    desk.goto(address)
    expect(desk.locator(".keeping-state")).to_be_attached()
    desk.route("**/autosave/", lambda route: route.abort())
    title(desk).fill("没有网络时写的标题")
    desk.clock.run_for(4_000)
    expect(desk.get_by_role("alert")).to_contain_text("没有网络，文字先保存在这台设备上")
    save(desk)  # is not sent
    assert desk.url == address
    desk.goto(address)  # as if it had crashed
    desk.unroute("**/autosave/")
    desk.get_by_role("button", name="恢复").click()
    expect(title(desk)).to_have_value("没有网络时写的标题")
    expect(desk.locator(".keeping-banner").first).to_contain_text("核对一下")
    save(desk)
    expect(desk.locator(".success")).to_be_visible()
    article.refresh_from_db()
    assert article.title == "没有网络时写的标题"


def test_a_save_that_fails_leaves_what_was_typed(desk, article, address):
    desk.goto(address)
    title(desk).fill("服务器出错之前写的")
    desk.route(
        address,
        lambda route: route.fulfill(status=500, body="sorry") if route.request.method == "POST" else route.fallback(),
    )
    save(desk)
    expect(desk.get_by_text("sorry")).to_be_visible()
    desk.unroute(address)
    desk.goto(address)
    desk.get_by_role("link", name="恢复").click()
    expect(title(desk)).to_have_value("服务器出错之前写的")
    desk.goto(address)
    desk.get_by_role("button", name="不要了").click()
    expect(desk.locator("[data-offer]")).to_have_count(0)
    assert copies(desk) == []
    assert not Autosave.objects.filter(saved_at__isnull=False).exists()


def copies(page: Page) -> list[str]:
    return page.evaluate("Object.keys(localStorage).filter(name => name.startsWith('debtfaq.copy.'))")

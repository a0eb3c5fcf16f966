"""A moderator clears the queue by keyboard alone, and with buttons; a colleague who was first is named."""

import datetime as dt

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from comments import moderation
from comments.models import Comment
from tests.browser import test_accessibility as accessibility
from tests.factories import CommentFactory

DESKTOP = {"width": 1280, "height": 900}
axe = accessibility.axe


def log_in(page: Page, user: User, server: str) -> None:
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": server}])


def fill(count: int) -> list[Comment]:
    """Comments that wait, in the order of the queue."""
    now = timezone.now()
    return [CommentFactory(posted_at=now - dt.timedelta(hours=count - n), nickname=f"读者{n}") for n in range(count)]


@pytest.fixture
def desk(live_server, page: Page, moderator) -> Page:
    log_in(page, moderator, live_server.url)
    page.set_viewport_size(DESKTOP)
    return page


@pytest.fixture
def address(live_server) -> str:
    return f"{live_server.url}{reverse('admin:comments_comment_queue')}"


def card(page: Page, comment: Comment):
    return page.locator(f"#comment-{comment.pk}")


def last_event(comment: Comment) -> tuple[str, str]:
    event = comment.events.order_by("-pk").first()
    return event.to_status, event.reason


def test_eight_comments_are_cleared_by_keyboard_alone_and_one_is_undone(desk: Page, address):
    comments = fill(8)
    desk.goto(address)

    def press(*keys: str) -> None:
        for key in keys:
            desk.keyboard.press(key)

    press("a", "s")  # nothing has the focus yet
    press("j", "j", "k")
    expect(card(desk, comments[0])).to_be_focused()
    assert card(desk, comments[0]).evaluate("card => getComputedStyle(card).outlineStyle") == "solid"
    press("a")
    expect(card(desk, comments[0])).to_have_count(0)
    expect(card(desk, comments[1])).to_be_focused()
    press("s")
    expect(card(desk, comments[2])).to_be_focused()
    press("j", "r", "4")
    expect(card(desk, comments[4])).to_be_focused()
    expect(desk.get_by_role("status")).to_have_text("1 条已按“泄露隐私”拒绝。")

    press("u")
    expect(card(desk, comments[3])).to_be_focused()
    expect(desk.locator("[data-figure=waiting]")).to_have_text("6")
    press("r", *["Tab"] * 7)
    expect(card(desk, comments[3]).get_by_label("说明")).to_be_focused()
    desk.keyboard.type("jars u7")  # words, while a field has the focus
    press("Shift+Tab", "7")
    expect(card(desk, comments[4])).to_be_focused()

    press("k", "r", "Escape", "a", "a", "a", "s", "a")
    expect(desk.get_by_role("heading", name="都处理完了")).to_be_visible()
    expect(desk.locator("[data-figure=mine]")).to_have_text("8")
    assert [last_event(comment) for comment in comments] == [
        *(("approved", ""), ("rejected", "advert"), ("approved", ""), ("rejected", "other")),
        *(("approved", ""), ("approved", ""), ("rejected", "advert"), ("approved", "")),
    ]
    assert [event.to_status for event in comments[3].events.order_by("pk")] == ["rejected", "pending", "rejected"]
    assert comments[3].events.first().note == "jars u7"
    press("u")
    expect(card(desk, comments[7])).to_be_focused()


def test_twenty_comments_are_cleared_without_a_mouse(desk: Page, address):
    comments = fill(20)
    desk.goto(address)
    desk.keyboard.press("j")
    for number, comment in enumerate(comments):
        expect(card(desk, comment)).to_be_focused()
        desk.keyboard.press("afs"[number % 3])
    expect(desk.get_by_role("heading", name="都处理完了")).to_be_visible()
    expect(desk.locator("[data-figure=mine]")).to_have_text("20")
    decided = [("approved", ""), ("approved", ""), ("rejected", "advert")] * 7
    assert [last_event(comment) for comment in comments] == decided[:20]
    assert Comment.objects.filter(is_featured=True).count() == 7


def test_the_second_moderator_is_told_kindly(desk: Page, address, chief):
    first, second = fill(2)
    desk.goto(address)
    moderation.decide(first.pk, chief)
    card(desk, first).get_by_role("button", name="按广告拒绝", exact=True).click()
    expect(card(desk, first)).to_contain_text("chief 刚刚已通过。")
    assert last_event(first) == ("approved", "")
    expect(card(desk, first)).to_have_count(0)
    expect(card(desk, second)).to_be_visible()


def test_several_at_once(desk: Page, address):
    comments = fill(4)
    desk.goto(address)
    desk.get_by_role("button", name="通过所选").click()
    expect(desk.get_by_role("status")).to_have_text("请先勾选评论。")
    desk.get_by_label("全选").check()
    desk.get_by_label("选中读者3的评论").uncheck()
    desk.get_by_role("button", name="按广告拒绝所选").click()
    expect(desk.locator(".queue-card")).to_have_count(1)
    expect(card(desk, comments[3])).to_be_visible()
    assert Comment.objects.waiting().get() == comments[3]


def test_without_script(browser: Browser, live_server, address, moderator):
    first, second = fill(2)
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    log_in(page, moderator, live_server.url)
    page.goto(address)
    card(page, first).get_by_text("选理由拒绝").click()
    card(page, first).get_by_label("说明").fill("骂人")
    card(page, first).get_by_role("button", name="人身攻击").click()
    expect(page.get_by_text("1 条已按“人身攻击”拒绝。")).to_be_visible()
    page.get_by_role("button", name="撤销我的上一个决定").click()
    expect(card(page, first)).to_be_visible()
    page.get_by_label("选中读者0的评论").check()
    page.get_by_label("选中读者1的评论").check()
    page.get_by_role("button", name="通过所选").click()
    expect(page.get_by_role("heading", name="都处理完了")).to_be_visible()
    assert [last_event(comment)[0] for comment in (first, second)] == ["approved", "approved"]
    context.close()


def test_axe_finds_nothing(desk: Page, address, axe: str):
    comments = fill(3)
    found = [{"type": "crisis", "start": 0, "end": 3}]
    Comment.objects.filter(pk=comments[1].pk).update(is_urgent=True, findings=found)
    CommentFactory(article=comments[0].article, parent=comments[0], address_hash="a" * 32)
    CommentFactory(status="rejected", address_hash="a" * 32)
    for comment in (CommentFactory(nickname="甲"), CommentFactory(nickname="乙")):
        desk.goto(address)
        card(desk, comment).get_by_role("button", name="通过", exact=True).click()
        expect(card(desk, comment)).to_have_count(0)
    card(desk, comments[0]).get_by_text("选理由拒绝").click()
    accessibility.assert_accessible(desk, axe, [accessibility.PHONE, DESKTOP])
    assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth")
    desk.set_viewport_size({"width": 390, "height": 844})
    assert desk.evaluate("document.documentElement.scrollWidth") == 390
    Comment.objects.all().delete()
    desk.goto(address)
    accessibility.assert_accessible(desk, axe, [DESKTOP])

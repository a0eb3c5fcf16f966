"""An expert answers from the queue of unanswered questions; a badge lapses by itself; readers vote and report."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from comments.models import Comment
from tests.browser import test_accessibility as accessibility
from tests.browser.test_queue import DESKTOP, log_in
from tests.comments.test_expert_desk import account
from tests.factories import CommentFactory, ExpertFactory

axe = accessibility.axe
ANSWER = "宽限期内还清，不算逾期。\n\n打官方客服问清楚是几天。"


@pytest.fixture
def question(live_server) -> Comment:
    return CommentFactory(approved=True, nickname="小麦", body="宽限期是几天？")


def test_an_expert_answers_from_the_queue(live_server, page: Page, question, groups, axe: str):
    expert = account("helan", name="何澜", role="律师助理")
    log_in(page, expert.user, live_server.url)
    page.goto(f"{live_server.url}/admin/")
    expect(page.get_by_role("heading", name="待回答的问题")).to_be_visible()
    page.get_by_text("回答", exact=True).click()
    accessibility.assert_accessible(page, axe, [accessibility.PHONE, DESKTOP])
    page.get_by_label("以“何澜（律师助理）”的名义回答").fill(ANSWER)
    page.get_by_role("button", name="公开回答").click()
    expect(page.get_by_text("回答已经公开。")).to_be_visible()
    expect(page.get_by_role("heading", name="都回答完了")).to_be_visible()

    page.get_by_role("link", name="我的回复").click()
    accessibility.assert_accessible(page, axe, [DESKTOP])
    page.get_by_role("link", name="修改", exact=True).click()
    page.get_by_label("回复", exact=True).fill("宽限期一般是三天。")
    page.get_by_role("button", name="保存修改").click()
    expect(page.get_by_text("打官方客服问清楚")).to_be_visible()
    accessibility.assert_accessible(page, axe, [DESKTOP])
    page.get_by_role("link", name="我的简介").click()
    accessibility.assert_accessible(page, axe, [DESKTOP])

    page.goto(f"{live_server.url}{question.article.get_absolute_url()}")
    thread = page.locator("#questions .thread")
    expect(thread.locator(".comment").nth(1)).to_contain_text("何澜 律师助理")
    expect(thread.locator(".comment").nth(1)).to_contain_text("宽限期一般是三天。")


def test_a_badge_lapses_without_anyone_touching_it(live_server, page: Page, chief):
    lawyer = ExpertFactory(name="张三", role="律师", organisation="某某律师事务所", licence_number="13301201511234567")
    with time_machine.travel(timezone.now() - dt.timedelta(days=10)):
        lawyer.verify(by=chief, until=timezone.localdate() + dt.timedelta(days=10))
        reply = CommentFactory(approved=True, expert=lawyer)
    address = f"{live_server.url}{reply.article.get_absolute_url()}"
    page.goto(address)
    expect(page.locator(f"#comment-{reply.pk} .comment-head")).to_contain_text("张三 律师 ✓ 已核验")
    with time_machine.travel(timezone.now() + dt.timedelta(days=1)):
        page.goto(address)
        head = page.locator(f"#comment-{reply.pk} .comment-head")
        expect(head).to_contain_text("答复时为律师")
        expect(head).not_to_contain_text("✓")
        page.goto(f"{live_server.url}{reverse('comments:expert', args=[lawyer.pk])}")
        expect(page.locator("header.expert")).to_contain_text("自称律师")


def test_readers_vote_and_report(live_server, page: Page, question, axe: str):
    page.goto(f"{live_server.url}{question.article.get_absolute_url()}")
    page.get_by_role("button", name="有用：小麦的评论").click()
    expect(page.get_by_text("谢谢。")).to_be_visible()
    page.get_by_role("link", name="举报小麦的评论").click()
    accessibility.assert_accessible(page, axe, [accessibility.PHONE, DESKTOP])
    page.get_by_label("广告").check()
    page.get_by_role("button", name="举报").click()
    expect(page.get_by_role("heading", name="收到了，谢谢")).to_be_visible()
    question.refresh_from_db()
    assert question.useful == 1
    assert list(Comment.objects.waiting()) == [question]

"""The list of problems follows what is typed, and leads to its places."""

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.factories import ArticleFactory

SELECTED = "field => field.value.slice(field.selectionStart, field.selectionEnd)"


@pytest.fixture
def browser_context_args(browser_context_args: dict) -> dict:
    return {**browser_context_args, "viewport": {"width": 1280, "height": 900}}


def test_problems_follow_what_is_typed(live_server, page: Page, client, chief_editor):
    client.force_login(chief_editor)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    article = ArticleFactory(summary="", body="先还款。\n\n打电话,再写信。\n\n留回执。\n")
    page.goto(f"{live_server.url}{reverse('admin:articles_article_change', args=[article.pk])}")

    problems = page.locator("[data-checks]")
    expect(problems).to_contain_text("1 处要改，4 处建议")
    problems.get_by_text("正文第 3 行").click()
    assert page.locator("#id_body").evaluate(SELECTED) == "打电话,再写信。"
    problems.get_by_text("还没有写“先说结论”").click()
    expect(page.locator("#id_summary")).to_be_focused()
    page.keyboard.type("先还款,再写信。")
    expect(problems).to_contain_text("5 处建议")
    expect(problems).not_to_contain_text("要改")
    expect(page.locator("[data-checks-status]")).to_have_text("5 处建议。")
    page.get_by_role("button", name="保存并退回").wait_for(state="detached")  # it is a draft

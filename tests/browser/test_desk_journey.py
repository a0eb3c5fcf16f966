"""A guide's whole way over the desk: written, returned, corrected, scheduled, public, corrected again, restored."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
import time_machine
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect

from articles.models import Article, Image
from tests.browser.test_accessibility import DESKTOP
from tests.browser.test_queue import log_in
from tests.factories import CategoryFactory

TITLE = "信用卡逾期后怎样申请个性化分期"
WRONG, RIGHT = "最长可以分 120 期", "最长可以分 60 期"
BEGINNING = f"""先打发卡行的客服电话，再寄书面申请。{WRONG}。

## 第一步：打客服电话

1. 说明困难，请对方记录。
2. 记下工号和时间。

"""
END = "\n\n## 第二步：寄书面申请\n\n用挂号信寄出，留下回执。\n"
# Puts a picture into the clipboard of the system, as a screenshot would be.
COPY = """async ([width, colour]) => {
  const canvas = Object.assign(document.createElement('canvas'), {width, height: 600}), pen = canvas.getContext('2d');
  pen.fillStyle = colour;
  pen.fillRect(0, 0, width, 300);
  const blob = await new Promise(done => canvas.toBlob(done));
  await navigator.clipboard.write([new ClipboardItem({'image/png': blob})]);
}"""


class Desk(NamedTuple):
    """Somebody's browser."""

    page: Page
    server: str

    def enter(self) -> None:
        self.page.goto(f"{self.server}{reverse('admin:index')}")

    def open(self, title: str) -> None:
        """Come from the first page of the desk to a guide that is listed there."""
        self.enter()
        self.page.locator(".titles").get_by_role("link", name=title).click()
        expect(self.page.get_by_label("标题")).to_have_value(title)

    def press(self, button: str, says: str) -> None:
        self.page.get_by_role("button", name=button, exact=True).click()
        expect(self.page.locator(".messagelist")).to_contain_text(says)

    @property
    def body(self) -> Locator:
        return self.page.get_by_label("正文")

    def replace(self, before: str, after: str) -> None:
        text = self.body.input_value()
        assert text.count(before) == 1
        self.body.fill(text.replace(before, after))


@pytest.fixture
def desk(live_server, browser: Browser) -> Iterator[Callable[[User], Desk]]:
    """Opens a browser for each of the staff; in none of them anything may go wrong."""
    contexts, errors = [], []

    def open_for(user: User) -> Desk:
        context = browser.new_context(locale="zh-CN", viewport=DESKTOP)
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live_server.url)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.set_default_timeout(10_000)
        log_in(page, user, live_server.url)
        return Desk(page, live_server.url)

    yield open_for
    for context in contexts:
        context.close()
    assert not errors


def paste_picture(desk: Desk, words: str, *, width: int, colour: str) -> None:
    """Paste a picture where the cursor is, and say what is in it."""
    desk.page.evaluate(COPY, [width, colour])
    desk.body.press("Control+v")
    dialog = desk.page.get_by_role("dialog", name="这张图里有什么？")
    dialog.get_by_label("替代文字").fill(words)
    dialog.get_by_role("button", name="插入").click()
    expect(desk.body).to_have_value(re.compile(rf"!\[{words}\]\(/media/images/[\w-]+\.png\)$"), timeout=30_000)


def test_a_guide_from_the_first_word_to_the_restored_one(page: Page, desk, author, editor, chief_editor):
    CategoryFactory(name="协商还款", slug="negotiation")
    writer, reviewer, publisher = desk(author), desk(editor), desk(chief_editor)

    # The author writes a guide with two pasted pictures, and hands it in.
    writer.enter()
    writer.page.get_by_role("link", name="写一篇新指南").click()
    expect(writer.page.get_by_label("标题")).to_be_focused()  # by a script of the admin; later, it would disturb
    writer.page.get_by_label("标题").fill(TITLE)
    writer.body.fill(BEGINNING)
    writer.body.press("Control+End")
    paste_picture(writer, "客服通话记录的截图", width=1700, colour="teal")
    paste_picture(writer, "个性化分期申请书的样式", width=900, colour="navy")
    writer.body.press_sequentially(END)
    writer.page.get_by_role("button", name="并排").click()
    preview = writer.page.frame_locator("iframe")
    expect(preview.get_by_role("img", name="个性化分期申请书的样式")).to_be_visible()
    writer.press("保存并提交审核", "现在是“待审”")
    assert Image.objects.count() == 2

    # The editor sends it back.
    reviewer.open(TITLE)
    expect(reviewer.page.locator("[data-checks]")).to_contain_text("还没有写“先说结论”")
    reviewer.page.get_by_text("退回…").click()
    reviewer.page.get_by_label("退回说明").fill("请先写结论；期数和监管规定不符，请核对。")
    reviewer.press("保存并退回", "现在是“已退回”")

    # The author mends it.
    writer.open(TITLE)
    expect(writer.page.get_by_role("region", name="已退回")).to_contain_text("期数和监管规定不符")
    writer.page.get_by_label("先说结论").fill("先打发卡行客服，再寄书面申请。")
    writer.replace(WRONG, RIGHT)
    writer.page.get_by_label("修订说明").fill("补结论，改期数")
    writer.press("保存并提交审核", "现在是“待审”")

    # The chief editor schedules it.
    publisher.open(TITLE)
    publisher.page.locator(".field-category .select2-selection").click()
    publisher.page.get_by_role("option", name="协商还款").click()
    moment = (timezone.localtime() + dt.timedelta(hours=2)).replace(second=0, microsecond=0)
    publisher.page.locator("#id_published_at_0").fill(f"{moment:%Y-%m-%d}")
    publisher.page.locator("#id_published_at_1").fill(f"{moment:%H:%M}")
    publisher.press("保存并发布", "已排期，将在")

    # It appears at its minute, with its pictures.
    home = writer.server
    address = f"{home}{Article.objects.get().get_absolute_url()}"
    with time_machine.travel(moment - dt.timedelta(seconds=1), tick=False) as clock:
        assert page.request.get(address).status == 404
        assert TITLE not in page.request.get(home).text()
        clock.shift(dt.timedelta(seconds=1))
        page.goto(home)
        page.get_by_role("link", name=TITLE).first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    for words in ("客服通话记录的截图", "个性化分期申请书的样式"):
        picture = page.get_by_role("img", name=words)
        picture.scroll_into_view_if_needed()
        page.wait_for_function("picture => picture.complete && picture.naturalWidth > 0", arg=picture.element_handle())
        assert picture.evaluate("picture => picture.currentSrc").endswith(".avif")

    # The desk of another day: a correction that readers are told of, then one that breaks the guide.
    with time_machine.travel(moment + dt.timedelta(hours=1)):
        correct_and_restore(address, page, reviewer, publisher)


def correct_and_restore(address: str, page: Page, reviewer: Desk, publisher: Desk) -> None:
    change = f"{reviewer.server}{reverse('admin:articles_article_change', args=[Article.objects.get().pk])}"
    reviewer.page.goto(change)
    reviewer.replace("挂号信", "中国邮政挂号信")
    reviewer.page.get_by_label("更正说明").fill("写明了用哪家的挂号信。")
    reviewer.press("保存", "成功")
    page.goto(address)
    expect(page.get_by_text("更正：写明了用哪家的挂号信。")).to_be_visible()

    reviewer.page.goto(change)
    reviewer.replace("60 期", "600 期")
    reviewer.press("保存", "没有写更正说明")
    page.reload()
    expect(page.get_by_text("最长可以分 600 期")).to_be_visible()

    # Which is found in the difference, and restored.
    publisher.page.goto(change)
    publisher.page.get_by_role("link", name="修订记录").click()
    publisher.page.get_by_role("link", name="改了什么").first.click()
    changed = publisher.page.get_by_role("region", name="正文")
    expect(changed.locator("del")).to_have_text("〔删去：60〕")
    expect(changed.locator("ins")).to_have_text("〔增加：600〕")
    publisher.page.get_by_role("link", name="恢复旧版").click()
    expect(publisher.page.get_by_role("region", name="正文").locator("ins")).to_have_text("〔增加：60〕")
    publisher.page.get_by_label("更正说明").fill("期数曾误写为 600 期。")
    publisher.press("恢复这一版", "原来的内容也在修订记录里")
    page.reload()
    expect(page.get_by_text("更正：期数曾误写为 600 期。")).to_be_visible()
    expect(page.locator(".prose").get_by_text("最长可以分 60 期")).to_be_visible()
    expect(page.get_by_role("region", name="更正记录").get_by_role("listitem")).to_have_count(2)

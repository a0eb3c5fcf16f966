"""The form of guides in a real browser: toolbar, undo, shortcuts, input methods, preview, pictures, links."""

import json
import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, expect

from articles.models import Article, Term
from tests.factories import ArticleFactory

# What a key or a button does to a text, the selection between « and » (or at ‸): before, function, after.
EDITS = [
    ("先«停用»卡片", "emphasis,**", "先**«停用»**卡片"),
    ("先**«停用»**卡片", "emphasis,**", "先«停用»卡片"),
    ("先«**停用**»卡片", "emphasis,**", "先«停用»卡片"),
    ("先«注意：»再停用", "emphasis,**", "先**«注意»**：再停用"),  # else CommonMark takes it for no bold
    ("先**«停用»**卡片", "emphasis,*", "先***«停用»***卡片"),
    ("先***«停用»***卡片", "emphasis,**", "先*«停用»*卡片"),
    ("- «甲\n- 乙»", "emphasis,**", "- «**甲**\n- **乙**»"),
    ("先‸", "emphasis,**", "先**‸**"),
    ("先**停用‸**卡片", "emphasis,**", "先**停用**‸卡片"),
    ("第一步‸", "heading,2", "## 第一步‸"),
    ("## 第一‸步", "heading,2", "第一‸步"),
    ("## 第一‸步", "heading,3", "### 第一‸步"),
    ("«甲\n\n乙»", "list,false", "«- 甲\n\n- 乙»"),
    ("«- 甲\n- 乙»", "list,true", "«1. 甲\n2. 乙»"),
    ("«1. 甲\n2. 乙»", "list,true", "«甲\n乙»"),
    ("«甲\n乙»", "quote", "«> 甲\n> 乙»"),
    ("«> 甲\n> 乙»", "quote", "«甲\n乙»"),
    ("前文\n要‸小心\n后文", "callout,注意", "前文\n\n::: 注意\n«要小心»\n:::\n\n后文"),
    ("::: 注意\n要‸小心\n:::", "callout,注意", "«要小心»"),
    ("::: 注意\n要‸小心\n:::", "callout,法条", "::: 法条\n要‸小心\n:::"),
    ("::: 注意\n要小心\n:::\n\n别‸的", "callout,法条", "::: 注意\n要小心\n:::\n\n::: 法条\n«别的»\n:::"),
    ("前文‸", "table", "前文\n\n| «项目» | 说明 |\n| --- | --- |\n|  |  |"),
]
ENTERS = [
    ("- 甲‸", "- 甲\n- ‸"),
    ("9. 甲‸乙", "9. 甲\n10. ‸乙"),
    ("> - 甲‸", "> - 甲\n> - ‸"),
    ("> 甲‸", "> 甲\n> ‸"),
    ("- 甲\n- ‸", "- 甲\n‸"),
    ("甲‸", None),
    ("-‸ 甲", None),
]
COUNTS = [
    ("## 第一步\n\n1. 打**电话**给[银行](https://a.cn/b)。", 10),
    ("| 甲 | 乙 |\n| --- | :-: |\n| 1 | 2 |", 4),
    ("::: 注意\n小心\n:::\n\n![图片](/media/images/a.jpg)", 2),
    ("", 0),
]
APPLY = """([before, call]) => {
  const marks = /[«»‸]/g, start = before.search(/[«‸]/), text = before.replace(marks, '');
  const end = before.includes('»') ? before.indexOf('»') - 1 : start;
  const [name, ...rest] = call.split(',').map(word => /^(\\d+|true|false)$/.test(word) ? JSON.parse(word) : word);
  const edit = name === 'enter' ? Desk.text.enter(text, start) : Desk.text[name](text, start, end, ...rest);
  if (!edit) return null;
  const done = text.slice(0, edit.from) + edit.insert + text.slice(edit.to);
  if (edit.start === edit.end) return done.slice(0, edit.start) + '‸' + done.slice(edit.start);
  return done.slice(0, edit.start) + '«' + done.slice(edit.start, edit.end) + '»' + done.slice(edit.end);
}"""
PASTE = """async (area) => {
  const canvas = Object.assign(document.createElement('canvas'), {width: 40, height: 30});
  const blob = await new Promise(done => canvas.toBlob(done));
  const data = new DataTransfer();
  for (const name of ['甲.png', '乙.png']) data.items.add(new File([blob], name, {type: 'image/png'}));
  area.focus();
  area.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
}"""
SAID = """root => { const said = root.querySelector('article'), copy = said.cloneNode(true);
  copy.querySelectorAll('.disclaimer ~ *').forEach(other => other.remove());
  copy.querySelectorAll('a').forEach(link => {  // the desk says where links of the preview open
    link.removeAttribute('target');
    link.removeAttribute('rel');
    link.setAttribute('href', link.getAttribute('href').replace('about:srcdoc#', '#'));
  });
  return copy.innerHTML.replace(/\\s*\\n\\s*/g, '\\n').trim(); }"""


@pytest.fixture
def desk(context, live_server, client, chief_editor) -> Iterator[Page]:
    """The browser of somebody who writes, at a desk with room; no error but a refused upload may show up in it."""
    page, errors = context.new_page(), []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_default_timeout(10_000)
    client.force_login(chief_editor)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page.set_viewport_size({"width": 1280, "height": 900})
    yield page
    # Playwright's own listeners are what is blocked in the frame of the preview, which has no scripts of ours.
    expected = ("400 (Bad Request)", "Blocked script execution in 'about:srcdoc")
    assert not [error for error in errors if not any(part in error for part in expected)]


@pytest.fixture
def area(desk: Page, live_server):
    """The text area of a new guide."""
    desk.goto(f"{live_server.url}{reverse('admin:articles_article_add')}")
    return desk.get_by_label("正文")


def test_what_buttons_and_enter_do_to_a_text(desk, area):
    done = [desk.evaluate(APPLY, [before, call]) for before, call, _ in EDITS]
    assert done == [after for _, _, after in EDITS]
    assert [desk.evaluate(APPLY, [before, "enter"]) for before, _ in ENTERS] == [after for _, after in ENTERS]
    assert [desk.evaluate("text => Desk.text.count(text)", text) for text, _ in COUNTS] == [n for _, n in COUNTS]


def test_toolbar_shortcuts_and_undo(desk, area):
    area.press_sequentially("先停用卡片")
    area.press("Control+a")
    desk.get_by_role("button", name="粗体").click()
    expect(area).to_have_value("**先停用卡片**")
    area.press("Control+i")
    expect(area).to_have_value("***先停用卡片***")
    for before in ("**先停用卡片**", "先停用卡片"):
        area.press("Control+z")
        expect(area).to_have_value(before)
    area.press("Control+y")
    expect(area).to_have_value("**先停用卡片**")
    area.press("Control+Alt+3")
    expect(area).to_have_value("### **先停用卡片**")

    area.fill("")
    desk.get_by_role("button", name="步骤").click()
    area.press_sequentially("打电话")
    area.press("Enter")
    area.press_sequentially("留记录")
    area.press("Enter")
    expect(area).to_have_value("1. 打电话\n2. 留记录\n3. ")
    area.press("Enter")
    expect(area).to_have_value("1. 打电话\n2. 留记录\n")
    expect(desk.get_by_text("6 字，阅读约 1 分钟")).to_be_visible()

    area.press("Shift+Tab")  # to the preview's buttons, then the toolbar: one stop, arrows within
    desk.keyboard.press("Control+Home")
    desk.get_by_role("button", name="二级标题").focus()
    desk.keyboard.press("ArrowRight")
    expect(desk.get_by_role("button", name="三级标题")).to_be_focused()
    assert desk.locator("[role=toolbar] [tabindex='0']").count() == 1


def test_an_input_method_is_left_alone(desk, area):
    area.fill("- 甲")
    area.press("End")
    session = desk.context.new_cdp_session(desk)
    session.send("Input.imeSetComposition", {"text": "yi", "selectionStart": 2, "selectionEnd": 2})
    session.send(
        "Input.dispatchKeyEvent", {"type": "rawKeyDown", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    )
    assert area.evaluate("""area => {
      const key = new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true, cancelable: true});
      return area.dispatchEvent(key); // true: nobody took it
    }""")
    expect(area).to_have_value("- 甲yi")
    session.send("Input.insertText", {"text": "乙"})
    expect(area).to_have_value("- 甲乙")
    area.press("Enter")
    expect(area).to_have_value("- 甲乙\n- ")


def test_the_preview_is_the_page(desk, live_server):
    Term.objects.create(term="催收", meaning="向欠款人讨要欠款")
    body = (
        "先看催收。\n\n## 第一步\n\n::: 话术\n请发工单号。\n:::\n\n"
        + "很长的一段。\n\n" * 40
        + "## 第二步\n\n留记录。\n" * 5
    )
    guide = ArticleFactory(published=True, body=body, source="《民法典》")
    desk.goto(f"{live_server.url}{guide.get_absolute_url()}")
    public = desk.locator("html").evaluate(SAID)
    desk.goto(f"{live_server.url}{reverse('admin:articles_article_change', args=[guide.pk])}")
    area, frame = desk.get_by_label("正文"), desk.frame_locator("iframe")
    expect(desk.locator("iframe")).to_be_hidden()
    desk.get_by_role("button", name="并排").click()
    expect(frame.get_by_role("heading", name="第一步")).to_be_visible()
    assert frame.locator("html").evaluate(SAID) == public
    assert frame.locator("body").evaluate("body => getComputedStyle(body).lineHeight") != "normal", "has no stylesheet"

    desk.locator(".desk").evaluate("desk => desk.scrollIntoView()")
    area.evaluate("area => { area.scrollTop = area.scrollHeight; }")
    expect(frame.get_by_text("《民法典》")).to_be_in_viewport()
    area.press("Control+End")
    area.press_sequentially("\n\n新写的一句。")
    expect(frame.get_by_text("新写的一句。")).to_be_in_viewport()
    desk.get_by_label("标题").fill("改了的标题")
    expect(frame.locator("h1")).to_have_text("改了的标题")
    contents = frame.locator(".toc-side a, .toc-inline a").last
    contents.evaluate("link => link.click()")
    expect(frame.get_by_role("heading", name="第二步").last).to_be_in_viewport()
    with desk.expect_popup() as opened:
        frame.get_by_role("link", name="催收").evaluate("link => link.click()")
    assert opened.value.url.startswith(f"{live_server.url}/glossary/")
    assert not Article.objects.filter(title="改了的标题").exists()

    desk.reload()  # remembered; on a phone one of both is seen
    expect(frame.get_by_role("heading", name="第一步")).to_be_visible()
    desk.set_viewport_size({"width": 390, "height": 844})
    expect(desk.get_by_role("button", name="并排")).to_be_hidden()
    desk.get_by_role("button", name="只看").click()
    expect(area).to_be_hidden()
    expect(frame.locator("h1")).to_have_text(guide.title)


def test_pictures_are_pasted_with_words_for_who_cannot_see_them(desk, area):
    uploads: list[str] = []

    def take(route):
        uploads.append(route.request.post_data_buffer.decode(errors="replace"))
        if len(uploads) == 2:
            route.fulfill(status=400, content_type="application/json", body=json.dumps({"error": "这不是图片。"}))
            return
        held.append(route)

    held: list = []
    desk.route("**/stub/upload/", take)
    desk.locator(".desk").evaluate("desk => { desk.dataset.upload = '/stub/upload/'; }")
    area.fill("先看图：")
    area.evaluate(PASTE)
    dialog = desk.get_by_role("dialog", name="这张图里有什么？")
    expect(dialog).to_contain_text("甲.png（后面还有 1 张）")
    dialog.get_by_role("button", name="插入").click()
    expect(dialog).to_be_visible()  # not without words
    dialog.get_by_label("替代文字").fill("征信报告的一页")
    dialog.get_by_role("button", name="插入").click()
    expect(dialog).to_contain_text("乙.png")
    expect(area).to_have_value(re.compile(r"^先看图：\n\n!\[上传中…\]\(upload-1\)$"))
    dialog.get_by_label("替代文字").fill("另一页")
    dialog.get_by_label("替代文字").press("Enter")
    expect(desk.get_by_text("图片“乙.png”没有传上去：这不是图片。")).to_be_visible()
    expect(area).to_be_focused()
    area.press_sequentially("接着写")
    desk.get_by_role("button", name="保存", exact=True).click()
    expect(desk.get_by_text("图片还在上传，传完再保存。")).to_be_visible()
    answer = {"id": 1, "url": "/media/images/a-40x30.jpg", "alt": "征信报告的一页", "markdown": "", "preview": ""}
    held[0].fulfill(status=201, content_type="application/json", body=json.dumps(answer))
    expect(area).to_have_value("先看图：\n\n![征信报告的一页](/media/images/a-40x30.jpg)\n\n接着写")
    assert "征信报告的一页" in uploads[0]
    assert 'name="file"; filename="' in uploads[0]


def test_links_to_other_guides(desk, area):
    guide = ArticleFactory(title="信用卡逾期 [新规]")
    area.fill("参见")
    area.press("End")
    area.press("Control+k")
    dialog = desk.get_by_role("dialog", name="插入链接")
    dialog.get_by_label("搜指南").fill("新规")
    expect(dialog.get_by_role("list").get_by_role("button")).to_have_text([re.compile(re.escape(guide.title))])
    desk.keyboard.press("Enter")
    expect(area).to_have_value(f"参见[信用卡逾期 \\[新规\\]]({guide.get_absolute_url()})")
    area.fill("参见")
    area.press("Control+a")
    desk.get_by_role("button", name="链接", exact=True).click()
    dialog.get_by_label("搜指南").fill("https://www.gov.cn/a_(b)")
    dialog.get_by_role("button", name="链接到这个网址").click()
    expect(area).to_have_value("[参见](<https://www.gov.cn/a_(b)>)")

"""The search as a reader does it: by keyboard with suggestions, with an input method, by touch, and without script."""

import pytest
from playwright.sync_api import Browser, Page, expect

from articles.models import Article, SearchCount, Term
from tests.browser.conftest import PHONE
from tests.factories import ArticleFactory, CategoryFactory


@pytest.fixture
def guides(live_server) -> list[Article]:
    category = CategoryFactory(name="催收与骚扰", slug="collection")
    Term.objects.create(term="催收", meaning="催人还钱")
    guides = [
        ArticleFactory(title=title, category=category, tags=["信用卡"], summary="催收时先核实身份。")
        for title in ["催收上门怎么应对", "催收打给家人怎么办", "怎样投诉催收"]
    ]
    for guide in guides:
        guide.publish(by=None)
    other = ArticleFactory(title="征信报告里的催收记录", category=CategoryFactory(name="征信", slug="credit"))
    other.publish(by=None)
    return [*guides, other]


@pytest.fixture
def box(page: Page, live_server, guides):
    page.goto(live_server.url)
    return page.get_by_role("combobox", name="用你自己的话搜索")


def options(page: Page):
    return page.get_by_role("option")


def test_a_suggestion_is_chosen_by_keyboard(page: Page, box, live_server):
    expect(box).to_have_attribute("aria-expanded", "false")
    box.press_sequentially("cuishou", delay=20)
    expect(options(page).first).to_contain_text("催收")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("status").filter(has_text="条建议")).to_be_attached()
    box.press("ArrowDown")
    first = options(page).first
    expect(first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", first.get_attribute("id"))
    expect(box).to_have_value("催收")
    expect(box).to_be_focused()
    box.press("ArrowUp")  # back to what was typed
    expect(box).to_have_value("cuishou")
    expect(page.locator("[aria-selected=true]")).to_have_count(0)
    box.press("ArrowUp")
    expect(options(page).last).to_have_attribute("aria-selected", "true")
    box.press("ArrowDown")
    box.press("ArrowDown")
    box.press("Enter")
    expect(page.get_by_role("heading", name="找到 4 篇")).to_be_visible()
    expect(page.get_by_role("searchbox").or_(page.get_by_role("combobox")).first).to_have_value("催收")


def test_the_title_of_a_guide_leads_to_it(page: Page, box, guides):
    box.press_sequentially("催收上", delay=20)
    options(page).filter(has_text="指南").first.wait_for()
    box.press("ArrowDown")
    box.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(guides[0].title)


def test_a_suggestion_is_chosen_by_touch(page: Page, box, guides):
    box.press_sequentially("怎样投诉", delay=20)
    options(page).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(guides[2].title)


def test_escape_and_leaving_close_the_list(page: Page, box):
    box.press_sequentially("催收", delay=20)
    options(page).first.wait_for()
    box.press("ArrowDown")
    box.press("ArrowDown")
    box.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box).to_have_value("催收")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.press("ArrowDown")
    expect(page.get_by_role("listbox")).to_be_visible()
    box.press("Tab")
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_enter_searches_for_what_is_typed(page: Page, box):
    box.press_sequentially("催收", delay=20)
    options(page).first.wait_for()
    box.press("Enter")
    expect(page.get_by_role("heading", name="找到 4 篇")).to_be_visible()


def test_an_input_method_is_not_disturbed(page: Page, box):
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "suggest" in request.url else None)
    box.focus()
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.imeSetComposition", {"text": "cui'shou", "selectionStart": 8, "selectionEnd": 8})
    # Keys go to the input method: they neither choose a suggestion nor search.
    for key in ["ArrowDown", "Enter"]:
        box.dispatch_event("keydown", {"key": key, "keyCode": 229, "isComposing": True, "bubbles": True})
    expect(box).to_have_value("cui'shou")
    assert asked == []
    with page.expect_request("**/search/suggest/**"):
        keyboard.send("Input.insertText", {"text": "催收"})
    expect(options(page).first).to_contain_text("催收")
    expect(box).to_have_value("催收")
    assert len(asked) == 1


def test_suggestions_stay_away_quietly(page: Page, live_server, guides):
    page.route("**/search/suggest/**", lambda route: route.fulfill(body="no JSON"))
    page.goto(live_server.url)
    box = page.get_by_role("combobox")
    with page.expect_response("**/search/suggest/**"):
        box.fill("催收")
    box.press("Enter")
    expect(page.get_by_role("heading", name="找到 4 篇")).to_be_visible()


def test_the_quick_exit_stays_on_top_of_suggestions(page: Page, box):
    page.set_viewport_size({"width": 390, "height": 500})
    box.press_sequentially("催收", delay=20)
    options(page).first.wait_for()
    page.get_by_role("link", name="快速离开").click(trial=True)


def test_a_search_is_counted_once_it_is_seen(page: Page, live_server, guides):
    with page.expect_response("**/search/count/") as answer:
        page.goto(f"{live_server.url}/search/?q=催收")
    assert answer.value.status == 201
    assert list(SearchCount.objects.values_list("text", "count", "found")) == [("催收", 1, 4)]


def test_the_whole_search_without_script(browser: Browser, live_server, guides):
    context = browser.new_context(java_script_enabled=False, locale="zh-CN", user_agent=PHONE)
    page = context.new_page()
    page.goto(live_server.url)
    page.get_by_label("用你自己的话搜索").fill("催收")
    page.get_by_role("button", name="搜索").click()
    expect(page.get_by_role("heading", name="找到 4 篇")).to_be_visible()
    expect(page.locator("h3 mark").first).to_have_text("催收")
    page.get_by_role("link", name="最新").click()
    expect(page.get_by_role("link", name="最新")).to_have_attribute("aria-current", "true")
    page.get_by_label("分类").select_option("征信")
    page.get_by_role("button", name="筛选").click()
    expect(page.get_by_role("heading", name="找到 1 篇")).to_be_visible()
    page.get_by_role("searchbox").fill("崔收")
    page.get_by_role("button", name="搜索").click()
    page.get_by_role("link", name="催收", exact=True).click()
    page.get_by_role("link", name="信用卡").click()
    expect(page.get_by_role("heading", name="找到 3 篇")).to_be_visible()
    page.get_by_role("link", name=guides[0].title).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(guides[0].title)
    page.goto(f"{live_server.url}/search/?q=火星")
    page.get_by_role("link", name="写下你的问题").click()
    expect(page.get_by_role("textbox").first).to_be_visible()
    assert SearchCount.objects.filter(text="火星", found=0).exists()
    context.close()

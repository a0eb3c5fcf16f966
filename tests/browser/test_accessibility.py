"""axe-core finds nothing to complain about on any kind of page, in light and in dark, on a phone and on a desktop."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.urls import reverse
from playwright.sync_api import Page

from articles import preview_links
from articles.models import Article, Term
from comments.models import Expert
from tests.audit import small_site
from tests.audit.small_site import SmallSite
from tests.factories import ArticleFactory

AXE = Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js"
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# The admin's links fade from the colours of one theme to those of the other; those in between are nobody's choice.
# Not waited for: a page that the browser does not paint just now finishes none.
SETTLED = """document.getAnimations().forEach(animation => {
  try { animation.finish(); } catch { animation.cancel(); }
})"""
SHOWN = 4  # elements of one rule; the rest is counted
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}

# A new kind of page is one line here.
PUBLIC: dict[str, Callable[[SmallSite], str]] = {
    "home": lambda site: reverse("articles:home"),
    "index": lambda site: reverse("articles:index"),
    "category": lambda site: site.guide.category.get_absolute_url(),
    "tag": lambda site: site.guide.tags.first().get_absolute_url(),
    "guide": lambda site: site.guide.get_absolute_url(),
    "preview": lambda site: preview_links.make(ArticleFactory()).path,
    "shared": lambda site: reverse("articles:shared", args=[site.guide.pk]),
    "archive": lambda site: reverse("articles:archive"),
    "month": lambda site: reverse(
        "articles:archive_month", args=[site.guide.published_at.year, site.guide.published_at.month]
    ),
    "glossary": lambda site: reverse("articles:glossary"),
    "about the site": lambda site: site.page.get_absolute_url(),
    "expert": lambda site: Expert.objects.first().get_absolute_url(),
    "writing": lambda site: reverse("comments:write", args=[site.guide.pk]),
    "search": lambda site: reverse("articles:search"),
    "search with results": lambda site: f"{reverse('articles:search')}?q=信用卡",
    "search without results": lambda site: f"{reverse('articles:search')}?q=没有这样的词",
    "search in a category": lambda site: f"{reverse('articles:search')}?q=信用卡&category={site.guide.category.slug}",
    "not found": lambda site: "/no-such-page/",
}
ADMIN: dict[str, Callable[[SmallSite], str]] = {
    "index": lambda site: reverse("admin:index"),
    "guides": lambda site: reverse("admin:articles_article_changelist"),
    "guide": lambda site: reverse("admin:articles_article_change", args=[site.guide.pk]),
    "new guide": lambda site: reverse("admin:articles_article_add"),
    "guide with problems": lambda site: reverse(
        "admin:articles_article_change", args=[ArticleFactory(category=None, body="### 待补充,再说\n").pk]
    ),
    "preview links": lambda site: reverse("admin:articles_article_preview_links", args=[ArticleFactory().pk]),
    "delete a guide": lambda site: reverse("admin:articles_article_delete", args=[site.guide.pk]),
    "history of a guide": lambda site: reverse("admin:articles_article_history", args=[site.guide.pk]),
    "guides from a table": lambda site: reverse("admin:articles_article_import_table"),
    "difference": lambda site: reverse("admin:articles_article_difference", args=[site.guide.pk]),
    "revision": lambda site: reverse("admin:articles_article_revision", args=[site.guide.pk, site.first_revision]),
    "restore": lambda site: reverse("admin:articles_article_restore", args=[site.guide.pk, site.first_revision]),
    "trash": lambda site: reverse("admin:articles_article_trash"),
    "activity": lambda site: reverse("admin:admin_logentry_changelist"),
    "guides with a tag": lambda site: f"{reverse('admin:articles_article_changelist')}?tag=信用",
    "links of a guide": lambda site: reverse("admin:articles_article_link_report", args=[site.guide.pk]),
    "links": lambda site: reverse("admin:articles_link_changelist"),
    "redirect": lambda site: reverse("admin:articles_redirect_add"),
    "queue": lambda site: reverse("admin:comments_comment_queue"),
    "words": lambda site: reverse("admin:comments_screeningword_try"),
    "expert": lambda site: reverse("admin:comments_expert_add"),
    "comments": lambda site: reverse("admin:comments_comment_changelist"),
    "comment": lambda site: reverse("admin:comments_comment_change", args=[site.guide.comments.first().pk]),
    "experts": lambda site: reverse("admin:comments_expert_changelist"),
    "media library": lambda site: reverse("admin:articles_image_changelist"),
    "upload pictures": lambda site: reverse("admin:articles_image_add"),
    "picture": lambda site: reverse("admin:articles_image_change", args=[site.image.pk]),
    "searches": lambda site: reverse("admin:articles_searchcount_changelist"),
    "new group": lambda site: reverse("admin:auth_group_add"),
    "users": lambda site: reverse("admin:auth_user_changelist"),
    "new user": lambda site: reverse("admin:auth_user_add"),
    "two steps": lambda site: reverse("admin:two_step"),
    "files in and out": lambda site: reverse("admin:transfer"),
    "change password": lambda site: reverse("admin:password_change"),
    "password of a user": lambda site: reverse("admin:auth_user_password_change", args=[a_user().pk]),
    "user": lambda site: reverse("admin:auth_user_change", args=[a_user().pk]),
    "contents": lambda site: reverse("admin:app_list", args=["articles"]),
    "categories": lambda site: reverse("admin:articles_category_changelist"),
    "tag": lambda site: reverse("admin:articles_tag_change", args=[site.guide.tags.first().pk]),
    "tags": lambda site: reverse("admin:articles_tag_changelist"),
    "page": lambda site: reverse("admin:articles_page_change", args=[site.page.pk]),
    "history of a page": lambda site: reverse("admin:articles_page_history", args=[site.page.pk]),
    "term": lambda site: reverse("admin:articles_term_add"),
    "terms": lambda site: reverse("admin:articles_term_changelist"),
    "synonyms": lambda site: reverse("admin:articles_synonymgroup_changelist"),
    "redirects": lambda site: reverse("admin:articles_redirect_changelist"),
    "pushes": lambda site: reverse("admin:articles_pushtask_changelist"),
    "delete a picture": lambda site: reverse("admin:articles_image_delete", args=[site.image.pk]),
    "purge": lambda site: reverse("admin:articles_article_purge", args=[in_trash().pk]),
    "rules": lambda site: reverse("admin:comments_commentrule_changelist"),
    "reviews": lambda site: reverse("admin:comments_review_changelist"),
    "screening words": lambda site: reverse("admin:comments_screeningword_changelist"),
}
# A list, and the action that asks something about the rows of it that are chosen.
ASKING = {"admin:articles_article_changelist": "change_selected", "admin:articles_tag_changelist": "merge_selected"}


def a_user() -> User:
    return User.objects.get_or_create(username="colleague", defaults={"is_staff": True})[0]


def in_trash() -> Article:
    return Article.objects.filter(trashed_at__isnull=False).get()


@pytest.fixture(scope="module")
def axe() -> str:
    """The source of axe-core."""
    if not AXE.exists():
        reason = "没有 axe-core，请先运行 npm ci"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    return AXE.read_text(encoding="utf-8")


@pytest.fixture
def tab(context) -> Iterator[Page]:
    """A page that keeps its Content-Security-Policy; it does not matter that the console speaks of a 404."""
    tab, said = context.new_page(), []
    tab.set_default_timeout(10_000)
    # What axe-core does comes from no address.
    tab.on("console", lambda message: said.append(f"{tab.url}: {message.text}") if message.location["url"] else None)
    yield tab
    assert not [text for text in said if "Content Security Policy" in text]


@pytest.fixture
def desk(tab: Page, live_server, client, chief) -> Page:
    """The same, logged in."""
    client.force_login(chief)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    tab.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    return tab


# The pages of a site are looked at in one test, since it takes longer to make a site than to look at a page of it.
def test_public_pages(live_server, tab: Page, axe: str, subtests: pytest.Subtests):
    site = small_site.make()
    # It leads on to the guide at once; an empty answer lets the browser stay.
    shared, leads_to = (f"{live_server.url}{path(site)}" for path in (PUBLIC["shared"], PUBLIC["guide"]))
    tab.route(leads_to, lambda route: route.fulfill(status=204) if tab.url == shared else route.continue_())
    for kind, path in PUBLIC.items():
        with subtests.test(kind):
            response = tab.goto(f"{live_server.url}{path(site)}")
            assert response.status == (404 if kind == "not found" else 200)
            assert_accessible(tab, axe, [PHONE, DESKTOP])


def test_open_suggestions(live_server, tab: Page, axe: str):
    Term.objects.create(term="信用卡", meaning="先消费后还款的卡")
    tab.goto(f"{live_server.url}{reverse('articles:search')}")
    tab.get_by_role("combobox").press_sequentially("xyk")
    tab.get_by_role("option").first.wait_for()
    tab.keyboard.press("ArrowDown")
    assert_accessible(tab, axe, [PHONE, DESKTOP])


def test_admin_pages(live_server, desk: Page, axe: str, subtests: pytest.Subtests):
    site = small_site.make()
    for kind, path in ADMIN.items():
        with subtests.test(kind):
            address = f"{live_server.url}{path(site)}"
            assert desk.goto(address).ok
            assert unquote(desk.url) == address, "the log-in page is not the page that is meant"
            assert_accessible(desk, axe, [DESKTOP])


@pytest.mark.parametrize("listed", ASKING)
def test_pages_that_follow_an_action(live_server, desk: Page, axe: str, listed: str):
    small_site.make()
    desk.set_viewport_size(DESKTOP)
    desk.goto(f"{live_server.url}{reverse(listed)}")
    desk.locator("#action-toggle").check()
    desk.locator("select[name=action]").select_option(ASKING[listed])
    desk.get_by_role("button", name="执行").click()
    desk.get_by_role("link", name="取消").wait_for()
    assert_accessible(desk, axe, [DESKTOP])


def test_a_form_with_errors(live_server, desk: Page, axe: str):
    desk.set_viewport_size(DESKTOP)
    desk.goto(f"{live_server.url}{reverse('admin:articles_article_add')}")
    desk.locator("#id_title").fill("一二三")
    desk.get_by_role("button", name="保存", exact=True).click()
    desk.locator(".errornote").wait_for()
    desk.wait_for_load_state()
    assert_accessible(desk, axe, [PHONE, DESKTOP])


@pytest.mark.parametrize("opened", ["链接", "图片", "并排"])
def test_writing_desk(live_server, desk: Page, axe: str, opened: str):
    desk.set_viewport_size(DESKTOP)
    address = reverse("admin:articles_article_change", args=[small_site.make().guide.pk])
    desk.goto(f"{live_server.url}{address}")
    desk.get_by_role("button", name=opened, exact=True).click()
    desk.locator("dialog[open]" if opened != "并排" else "iframe").wait_for()
    assert_accessible(desk, axe, [DESKTOP] if opened == "并排" else [PHONE, DESKTOP])


def test_log_in_page(live_server, tab: Page, axe: str):
    tab.goto(f"{live_server.url}{reverse('admin:login')}")
    assert_accessible(tab, axe, [PHONE, DESKTOP])
    tab.get_by_label("用户名").fill("nobody")
    tab.get_by_label("密码").fill("wrong")
    tab.get_by_role("button", name="登录").click()
    tab.locator(".errornote").wait_for()
    assert_accessible(tab, axe, [PHONE, DESKTOP])


def assert_accessible(tab: Page, axe: str, sizes: list[dict[str, int]]) -> None:
    """Let axe-core look at the page that is open, in every size, in light and in dark."""
    tab.evaluate(axe)  # the browser's debugger brings it in, so that the page keeps its Content-Security-Policy
    options = {"runOnly": {"type": "tag", "values": STANDARD}, "resultTypes": ["violations"]}
    found: dict[str, list[str]] = {}
    for size in sizes:
        tab.set_viewport_size(size)
        for scheme in ("light", "dark"):
            tab.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            tab.evaluate(SETTLED)
            for rule in tab.evaluate("options => axe.run(document, options)", options)["violations"]:
                found.setdefault(_describe(rule), []).append(f"{scheme} {size['width']} px")
    if found:
        lines = [f"{what}\n    in {', '.join(where)}" for what, where in found.items()]
        pytest.fail("\n".join(["axe-core found", *lines]), pytrace=False)


def _describe(rule: dict) -> str:
    """Return what is wrong with which elements, and the mend of the first."""
    nodes = rule["nodes"]
    elements = [" ".join(map(str, node["target"])) for node in nodes[:SHOWN]]
    more = f" and {len(nodes) - SHOWN} more" if len(nodes) > SHOWN else ""
    mend = " ".join(nodes[0]["failureSummary"].split())
    return f"{rule['id']}: {', '.join(elements)}{more}\n    {mend}"

"""Every public page, read on the narrowest phone: it asks nobody else, stores nothing, and fits."""

from collections import deque
from urllib.parse import urlsplit

from django.urls import reverse
from playwright.sync_api import BrowserContext

from articles.models import Article
from tests.audit import small_site

NARROWEST = {"width": 320, "height": 640}  # CSS pixels; also a desktop of 1280 pixels at 400 % (WCAG 1.4.10)
MISSING = "/no-such-page/"
LONG_ENOUGH = 10_000  # milliseconds after which a page's script has done all it does by itself
NO_PAGES = ("/admin/", "/feeds/")


def test_every_page_asks_nobody_else_and_stores_nothing_and_fits(live_server, context: BrowserContext):
    site = small_site.make()
    tab = context.new_page()
    tab.set_viewport_size(NARROWEST)
    tab.clock.install()
    requested: set[str] = set()
    errors: list[str] = []
    tab.on("request", lambda request: requested.add(request.url))
    tab.on("pageerror", lambda error: errors.append(f"{tab.url}: {error}"))
    tab.on("console", lambda said: errors.append(f"{tab.url}: {said.text}") if _is_error(said) else None)

    waiting = deque([reverse("articles:home"), MISSING])
    seen = set(waiting)
    problems: list[str] = []
    while waiting:
        path = waiting.popleft()
        response = tab.goto(f"{live_server.url}{path}")
        tab.clock.run_for(LONG_ENOUGH)
        if response.status != (404 if path == MISSING else 200):
            problems.append(f"{path} answers {response.status}")
        if (width := tab.evaluate("document.documentElement.scrollWidth")) > NARROWEST["width"]:
            problems.append(f"{path} is {width} pixels wide")
        for address in tab.evaluate("Array.from(document.links, link => link.href)"):
            link = _own_path(address, live_server.url)
            if link and link not in seen and not link.startswith(NO_PAGES):
                seen.add(link)
                waiting.append(link)

    # What a reader opens who was sent the neutral link of a guide; no page links it, and it leads on at once.
    tab.goto(f"{live_server.url}{reverse('articles:shared', args=[site.guide.pk])}")
    tab.wait_for_url(f"**{site.guide.get_absolute_url()}")

    assert not [*problems, *errors], "\n".join([*problems, *errors])
    assert {url for url in requested if not url.startswith((f"{live_server.url}/", "data:"))} == set()
    assert context.cookies() == []
    assert {guide.get_absolute_url() for guide in Article.objects.published()} <= seen
    assert {site.page.get_absolute_url(), reverse("articles:category", args=["collection"])} <= seen


def _own_path(address: str, base: str) -> str:
    """Return path and query of an address of this site, and nothing for that of another."""
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "") if address.startswith(f"{base}/") else ""


def _is_error(said) -> bool:
    """The browser also says that the page which is meant to be missing is missing."""
    return said.type == "error" and not said.location["url"].endswith(MISSING)

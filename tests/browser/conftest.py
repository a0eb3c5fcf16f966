"""A real Chromium, as Debian packages it, against the site served on this machine."""

import os
import shutil
import threading
from collections.abc import Iterator

import pytest
from django.core.signals import request_finished, request_started
from playwright.sync_api import Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PHONE = (
    "Mozilla/5.0 (Linux; Android 8.1.0) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/66.0 "
    "Mobile Safari/537.36 MicroMessenger/7.0"
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = os.path.dirname(__file__)  # noqa: PTH120
    for item in items:
        if str(item.path).startswith(here):
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM and os.environ.get("CI") != "true":
                item.add_marker(pytest.mark.skip(reason="没有 Chromium"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    assert CHROMIUM, "CI needs Debian's chromium"
    quiet = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    return {
        **browser_type_launch_args,
        "executable_path": CHROMIUM,
        "args": [*quiet, "--disable-quic", "--no-first-run", *(["--no-sandbox"] if os.geteuid() == 0 else [])],
    }


@pytest.fixture
def browser_context_args(browser_context_args: dict) -> dict:
    return {**browser_context_args, "locale": "zh-CN", "viewport": {"width": 390, "height": 844}, "user_agent": PHONE}


@pytest.fixture(autouse=True)
def all_is_done() -> Iterator[None]:
    """Wait in the end for what the site does after its answers: it must not meet the emptying of the tables."""
    at_work: list[object] = []
    changed = threading.Condition()

    def begin(**kwargs: object) -> None:
        with changed:
            at_work.append(kwargs["sender"])

    def end(**kwargs: object) -> None:
        with changed:
            del at_work[:1]
            changed.notify_all()

    request_started.connect(begin)
    request_finished.connect(end)  # after those of the site, which do that work
    yield
    with changed:
        changed.wait_for(lambda: not at_work, timeout=30)
    request_started.disconnect(begin)
    request_finished.disconnect(end)


@pytest.fixture
def page(page: Page):
    """A page that fails the test when the browser reports an error, such as a breach of the CSP."""
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_default_timeout(10_000)
    yield page
    assert not errors

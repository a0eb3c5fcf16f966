"""The cast of the tests, and what they need of the machine."""

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.http import HttpRequest
from django.template.backends.jinja2 import Template
from django.test.signals import template_rendered

from comments.groups import make_groups

# The same examples in every run: what CI says of a commit shall not depend on chance. To look for new ones, run
# pytest with --hypothesis-profile=default. No deadline: how fast a busy machine is says nothing of the code.
hypothesis.settings.register_profile("suite", derandomize=True, database=None, deadline=None)
hypothesis.settings.load_profile("suite")

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _media_of_its_own(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True, scope="session")
def _what_public_pages_are_given() -> Iterator[None]:
    """Let `response.context` hold what a public page was rendered with, as Django does it for its own templates."""
    render = Template.render

    def rendered(self: Template, context: dict | None = None, request: HttpRequest | None = None) -> str:
        context = {} if context is None else context
        html = render(self, context, request)
        template_rendered.send(self, template=self, context=context)
        return html

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "render", rendered)
        yield


@pytest.fixture
def redis_cache(settings) -> Iterator[None]:
    """Run the test with the cache in a real Redis."""
    url = os.environ.get("TEST_REDIS_URL")
    if not url:
        pytest.skip("没有 Redis（用 make test 运行，并安装 redis-server）")
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url}}
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def seed() -> Path:
    """The captured page that the project began with."""
    path = SHARED / "seeds" / "icbc-overdue-visit.txt"
    if not path.exists():
        pytest.skip("没有 ../shared/seeds/icbc-overdue-visit.txt")
    return path


@pytest.fixture
def groups(db) -> None:
    """The groups that the migrations made, also after a test with transactions of its own emptied every table."""
    if not Group.objects.exists():
        make_groups(apps)


def _staff(name: str, group: str | None) -> User:
    user = User.objects.create_user(name, password="only for tests", is_staff=True, is_superuser=group is None)
    if group:
        user.groups.add(Group.objects.get(name=group))
    return user


@pytest.fixture
def chief(db) -> User:
    """A superuser."""
    return _staff("chief", None)


@pytest.fixture
def author(groups) -> User:
    """A member of the group 作者."""
    return _staff("author", "作者")


@pytest.fixture
def chief_editor(groups) -> User:
    """A member of the group 主编."""
    return _staff("chief_editor", "主编")


@pytest.fixture
def editor(groups) -> User:
    """A member of the group 编辑."""
    return _staff("editor", "编辑")


@pytest.fixture
def moderator(groups) -> User:
    """A member of the group 审核员."""
    return _staff("moderator", "审核员")

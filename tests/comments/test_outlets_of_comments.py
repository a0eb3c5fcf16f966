"""What readers may not see leaves the building nowhere: a walk through every public address, read off the routes.

A new address is added to `outlets`; the first test says which is missing.
"""

from collections.abc import Iterator

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from articles import preview_links, search
from articles.models import Article, Page
from comments.answering import answer
from comments.models import Comment, Expert
from tests.articles.test_outlets import structured_data
from tests.articles.test_pages import text_of
from tests.debtfaq.test_who_may import routes
from tests.factories import ArticleFactory, CommentFactory, ExpertFactory

pytestmark = pytest.mark.django_db

# In text and nickname of what may be seen, and of what may not.
SHOWN, HIDDEN = "MAYBESEEN", "NEVERSEEN"
# Where nothing is to be read: they lead on, or they need what the walk does not have.
LEADING_ON = {"articles/<int:pk>/", "comments/", "favicon.ico"}
NOTHING_THERE = {"comments/withdraw/", "media/<path:path>"}


@pytest.fixture(autouse=True)
def _still_time() -> Iterator[None]:
    """So that a page is the same, letter for letter, when it is asked for again."""
    with time_machine.travel(timezone.now(), tick=False):
        yield


@pytest.fixture
def expert() -> Expert:
    return ExpertFactory(user=User.objects.create_user("expert", is_staff=True))


@pytest.fixture
def question() -> Comment:
    """A question that readers see."""
    guide = ArticleFactory(published=True, tags=["征信"])
    return CommentFactory(approved=True, article=guide, body=f"{SHOWN} 问题", nickname=f"{SHOWN}1")


@pytest.fixture
def reply(question, expert) -> Comment:
    """An expert's reply that readers see."""
    return answer(question, expert, f"{SHOWN} 回复", by=expert.user)


def hide(kind: str, question: Comment, expert: Expert) -> list[Comment]:
    """Make comments that readers may not see, beside the visible `question` and below it."""
    guide, by, words = question.article, expert.user, {"body": f"{HIDDEN} {kind}", "nickname": HIDDEN}

    def said(**values) -> list[Comment]:
        return [CommentFactory(article=guide, **words, **values, parent=parent) for parent in (None, question)]

    def approved(**values) -> list[Comment]:
        comments = said(useful=99, **values)
        for comment in comments:
            comment.approve(by=by, mark="featured")
        return comments

    match kind:
        case "pending":
            return said()
        case "urgent":
            return said(is_urgent=True)
        case "rejected":
            comments = approved()
            for comment in comments:
                comment.reject(by=by, reason="abuse")
        case "withdrawn":
            comments = approved()
            for comment in comments:
                comment.withdraw()
        case "reopened":
            comments = approved()
            for comment in comments:
                comment.reopen(by=by)
        case "parent hidden":
            parent = CommentFactory(article=guide, approved=True, **words)
            by_expert = answer(parent, expert, f"{HIDDEN} 回复", by=expert.user)
            other = CommentFactory(article=guide, parent=parent, approved=True, **words)
            parent.reject(by=by, reason="advert")
            comments = [parent, by_expert, other]
        case "guide withdrawn":
            guide = ArticleFactory(published=True, category=guide.category)
            parent = CommentFactory(article=guide, approved=True, **words)
            comments = [parent, answer(parent, expert, f"{HIDDEN} 回复", by=expert.user)]
            guide.withdraw(by=by)
        case "held":
            comments = [answer(question, expert, f"{HIDDEN} 加微信 yq88661234 详谈", by=expert.user)]
    return comments


HIDING = ["pending", "urgent", "rejected", "withdrawn", "reopened", "parent hidden", "guide withdrawn", "held"]


def outlets(question: Comment, expert: Expert, others: list[Comment]) -> list[str]:
    """Return every address at which somebody without an account can ask for something."""
    guide, local = question.article, timezone.localtime(question.article.published_at)
    site_page = Page.objects.get_or_create(slug="walk", defaults={"title": "关于本站", "body": "正文"})[0]
    draft = Article.objects.get_or_create(
        import_key="walk", defaults={"title": "还没有发布的指南", "body": "正文", "category": guide.category}
    )[0]
    feeds = [f"/feeds/{part}{kind}.xml" for part in ("", f"{guide.category.slug}/") for kind in ("atom", "rss")]
    addresses = [
        *("/", "/articles/", "/archive/", "/glossary/", "/search/", "/comments/", "/comments/withdraw/"),
        f"/archive/{local.year}/{local.month}/",
        guide.category.get_absolute_url(),
        guide.tags.get().get_absolute_url(),
        f"/pages/{site_page.slug}/",
        *(f"/search/?q={words}" for words in (SHOWN, HIDDEN, guide.title, "逾期")),
        *(f"/search/suggest/?q={words}" for words in (SHOWN, HIDDEN, "征信")),
        *("/search/count/", "/search/count.gif"),
        *feeds,
        *("/robots.txt", "/sitemap.xml", "/sitemaps/site.xml", "/sitemaps/guides-0.xml"),
        *("/indexnow-key.txt", "/favicon.ico", "/media/nothing.png", "/nowhere/", "/healthz"),
        expert.get_absolute_url(),
        preview_links.make(draft).path,
    ]
    for article in {guide, *(comment.article for comment in others)}:
        addresses += [f"/articles/{article.pk}/", article.get_absolute_url(), f"/s/{article.pk}/"]
        addresses += [f"/articles/{article.pk}/{name}" for name in ("views/", "views.gif", "vote/")]
        addresses += [f"/comments/{article.pk}/", f"/comments/{article.pk}/?fragment", f"/comments/{article.pk}/?sent"]
    for comment in (question, *others):
        addresses += [f"/comments/report/{comment.pk}/", f"/comments/useful/{comment.pk}/"]
        addresses += [
            f"/comments/{guide.pk}/?parent={comment.pk}",
            f"/comments/{guide.pk}/?fragment&parent={comment.pk}",
        ]
    return addresses


def walk(reader: Client, addresses: list[str]) -> dict[str, tuple[int, bytes]]:
    """Ask for all of them, and send an empty form where only that is answered. Nobody is counted: robots are not."""
    cache.clear()
    found = {}
    for address in addresses:
        response = reader.get(address)
        if response.status_code == 405:
            response = reader.post(address, {"answer": "yes"})
        found[address] = response.status_code, str(response.headers).encode() + response.getvalue()
    return found


def route_of(address: str) -> str:
    return resolve(address.partition("?")[0]).route


@pytest.fixture(params=["a reader", "a moderator"])
def reader(request, client) -> Client:
    """Somebody who wrote none of the comments; moderators see what readers see."""
    if request.param == "a moderator":
        client.force_login(request.getfixturevalue("moderator"))
    return client


@pytest.fixture(autouse=True)
def _key(settings) -> None:
    settings.INDEXNOW_KEY = "indexnow-key"


def test_the_walk_leaves_no_public_address_out(client, question, reply, expert):
    addresses = [address for address in outlets(question, expert, []) if address != "/nowhere/"]
    public = {route for route in routes() if not route.startswith("admin/")}
    assert public - {route_of(address) for address in addresses} == set(), "not in `outlets`"
    answers = walk(client, addresses)
    read = {route_of(address) for address, (status, _) in answers.items() if status == 200}
    assert public - read == LEADING_ON | NOTHING_THERE


def test_what_may_be_seen_is_found_where_it_belongs(reader, question, reply, expert):
    guide = question.article
    search.update([guide.pk])
    answers = walk(reader, outlets(question, expert, [reply]))
    assert {address for address, (_, content) in answers.items() if SHOWN.encode() in content} == {
        guide.get_absolute_url(),
        expert.get_absolute_url(),
        f"/comments/report/{question.pk}/",
        f"/comments/report/{reply.pk}/",
        f"/search/?q={SHOWN}",
    }
    assert "回复" in text_of(reader.get(f"/search/?q={SHOWN}"))
    asked = structured_data(reader.get(guide.get_absolute_url()))["QAPage"]["mainEntity"]
    assert (asked["text"], asked["answerCount"]) == (question.body, 1)
    assert asked["suggestedAnswer"][0]["text"] == reply.body


@pytest.mark.parametrize("kind", HIDING)
def test_what_may_not_be_seen_is_found_nowhere(kind, reader, question, reply, expert):
    """Every page is letter for letter what it is without: neither words nor numbers tell of what is hidden."""
    search.update([question.article.pk])
    before = walk(reader, outlets(question, expert, [reply]))
    hidden = hide(kind, question, expert)
    search.update([question.article.pk, *(comment.article.pk for comment in hidden)])
    assert not Comment.objects.visible().filter(pk__in=[comment.pk for comment in hidden]).exists()
    after = walk(reader, outlets(question, expert, [reply, *hidden]))
    assert [address for address in before if after[address] != before[address]] == []
    telling = {address for address, (_, content) in after.items() if HIDDEN.encode() in content}
    assert telling == {f"/search/?q={HIDDEN}"}  # repeats what was searched for
    for comment in hidden:
        assert after[f"/comments/report/{comment.pk}/"][0] == 404
        assert after[f"/comments/useful/{comment.pk}/"][0] == 404


def test_a_discussion_comes_back_with_its_parent_and_with_its_guide(client, question, reply, expert, chief):
    """Hiding is no deletion; and so the walk above did not pass because there was nothing to see."""
    guide = question.article
    before = client.get(guide.get_absolute_url()).content
    question.reopen(by=chief)
    assert SHOWN.encode() not in client.get(guide.get_absolute_url()).content
    question.approve(by=chief)
    assert client.get(guide.get_absolute_url()).content == before

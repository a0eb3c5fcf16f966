"""Experts' replies are found as part of their guide, as long as readers can see them; readers' words are not."""

import pytest

from articles import search
from articles.search_log import normalise
from comments.answering import edit
from comments.models import Comment
from tests.factories import ArticleFactory, CommentFactory, ExpertFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_once(django_capture_on_commit_callbacks, monkeypatch):
    """Do at once what is otherwise done after commit."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda do, **options: do())


def found(words: str) -> bool:
    return bool(search.find(words).total)


@pytest.fixture
def question() -> Comment:
    return CommentFactory(approved=True, article=ArticleFactory(published=True), body="猫头鹰会来吗？")


def test_an_experts_reply_is_found_while_it_is_visible(question, moderator):
    expert = ExpertFactory()
    reply = CommentFactory(article=question.article, parent=question, expert=expert, body="先看蝴蝶条款。")
    assert not found("蝴蝶")
    reply.approve(by=moderator)
    assert found("蝴蝶条款")
    assert not found("猫头鹰")
    edit(reply, "先看蜻蜓条款再说。", by=moderator)
    assert found("蜻蜓")
    assert not found("蝴蝶")
    question.reopen(by=moderator)
    assert not found("蜻蜓")
    question.approve(by=moderator)
    assert found("蜻蜓")
    reply.reject(by=moderator, reason="other")
    assert not found("蜻蜓")


@pytest.mark.parametrize("text", ["我的卡6222021234567890123", "身份证11010519491231002x", "打138 1234 5678"])
def test_personal_data_is_not_counted_as_a_search(text):
    assert normalise(text) == ""
    assert normalise("24%利率") == "24%利率"

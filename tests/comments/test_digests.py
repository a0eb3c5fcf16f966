"""Mail to moderators and experts: how much waits, and not a word of what anybody wrote."""

import datetime as dt

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.management import call_command
from django.utils import timezone

from comments import digests
from tests.comments.test_expert_desk import account
from tests.factories import CategoryFactory, CommentFactory

pytestmark = pytest.mark.django_db

SECRET = "我叫王小明，不想活了，手机尾号七七八八"


def with_address(user: User) -> User:
    user.email = f"{user.username}@example.org"
    user.save()
    return user


def fail(*args) -> None:
    raise OSError("no server")


def test_moderators_are_told_how_much_waits(moderator, editor, chief, mailoutbox):
    with_address(moderator)
    with_address(chief)
    call_command("send_digests")
    assert mailoutbox == []
    CommentFactory(posted_at=timezone.now() - dt.timedelta(hours=30), body=SECRET, is_urgent=True)
    CommentFactory(posted_at=timezone.now() - dt.timedelta(hours=2), nickname="王小明", body=SECRET)
    call_command("send_digests")
    [mail] = mailoutbox
    assert mail.to == ["moderator@example.org"]
    assert "2 条评论等待审核" in mail.subject
    assert "最久的等了 1 天" in mail.body
    assert "1 条紧急" in mail.body
    assert "/admin/comments/comment/queue/" in mail.body
    for word in ("王小明", "不想活", "尾号"):
        assert word not in mail.subject + mail.body


def test_experts_are_told_once_of_new_questions_in_their_categories(groups, mailoutbox):
    mine, other = CategoryFactory(name="信用卡"), CategoryFactory(name="房贷")
    expert = account("helan", name="何澜")
    with_address(expert.user)
    expert.categories.add(mine)
    asked = CommentFactory(article__category=mine, body=SECRET)
    asked.approve(by=None)
    CommentFactory(article__category=other).approve(by=None)
    CommentFactory(article__category=mine)
    call_command("send_digests")
    [mail] = mailoutbox
    assert mail.to == ["helan@example.org"]
    assert "信用卡：1 个" in mail.body
    assert "房贷" not in mail.body
    assert "不想活" not in mail.subject + mail.body
    with time_machine.travel(timezone.now() + dt.timedelta(hours=1)):
        call_command("send_digests")
        assert len(mailoutbox) == 1
        CommentFactory(article__category=mine).approve(by=None)
        call_command("send_digests")
    assert "1 个新问题" in mailoutbox[1].subject


def test_what_could_not_be_sent_is_told_again(groups, mailoutbox, monkeypatch):
    category = CategoryFactory()
    expert = account("helan")
    with_address(expert.user)
    expert.categories.add(category)
    CommentFactory(article__category=category).approve(by=None)
    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", fail)
        with pytest.raises(OSError, match="no server"):
            digests.send()
    assert digests.send() == 1
    assert len(mailoutbox) == 1

import datetime as dt
import json

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from comments.models import Comment
from tests.factories import CommentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def comment(moderator) -> Comment:
    comment = CommentFactory(
        code="ABCDEFGHJK", nickname="小麦", body="我的故事", address_hash="h" * 32, fingerprint="f"
    )
    comment.reject(by=moderator, reason="privacy", note="写了自己的名字")
    return comment


def test_export_tells_everything_that_is_kept(comment, capsys):
    call_command("export_person", "abcdefghjk")
    data = json.loads(capsys.readouterr().out)
    assert (data["nickname"], data["body"], data["network_hash"]) == ("小麦", "我的故事", "h" * 32)
    assert data["decisions"][0]["reason"] == "泄露隐私"


def test_erase_leaves_nothing_personal_and_keeps_the_thread(comment, moderator):
    comment.approve(by=moderator)
    answer = CommentFactory(article=comment.article, parent=comment, approved=True, by_expert=True)
    call_command("erase_person", comment.code)
    row = Comment.objects.filter(pk=comment.pk).values().get()
    events = list(comment.events.values_list("note", flat=True))
    for secret in ("小麦", "我的故事", "h" * 32, "ABCDEFGHJK", "写了自己的名字"):
        assert secret not in str(row) + str(events)
    assert not Comment.objects.visible().exists()
    assert Comment.objects.filter(pk=answer.pk).exists()


@pytest.mark.parametrize("command", ["export_person", "erase_person"])
def test_an_unknown_code_is_named(command):
    with pytest.raises(CommandError, match="没有这样的评论码：NOPE"):
        call_command(command, "NOPE")


def test_purge_forgets_what_is_old(settings, moderator, capsys):
    old = timezone.now() - dt.timedelta(days=settings.COMMENT_RETENTION_DAYS + 1)
    kept = CommentFactory(approved=True, posted_at=old, address_hash="a")
    gone = CommentFactory(posted_at=old)
    gone.reject(by=moderator, reason="advert")
    fresh = CommentFactory(address_hash="b")
    fresh.reject(by=moderator, reason="advert")
    call_command("purge_comments")
    assert set(Comment.objects.values_list("pk", "address_hash")) == {(kept.pk, ""), (fresh.pk, "b")}
    assert "清除来源标记 1 个" in capsys.readouterr().out

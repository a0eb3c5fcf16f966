import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from comments.models import Comment, Expert, ModerationEvent
from tests.factories import ArticleFactory, CommentFactory, ExpertFactory

pytestmark = pytest.mark.django_db


def test_decisions_are_recorded_once(moderator):
    comment = CommentFactory()
    assert comment.reject(by=moderator, reason="advert", note="卖课")
    assert not comment.reject(by=moderator, reason="abuse")
    assert comment.approve(by=moderator)
    assert [(e.from_status, e.to_status, e.by, e.reason, e.note) for e in comment.events.order_by("pk")] == [
        ("pending", "rejected", moderator, "advert", "卖课"),
        ("rejected", "approved", moderator, "", ""),
    ]


def test_a_rejection_needs_a_known_reason(moderator):
    comment = CommentFactory()
    with pytest.raises(ValueError, match="'boring'"):
        comment.reject(by=moderator, reason="boring")
    assert Comment.objects.waiting().get() == comment


def test_visible_means_approved_under_an_approved_parent_of_a_public_guide(moderator):
    shown = CommentFactory(approved=True)
    answer = CommentFactory(article=shown.article, parent=shown, approved=True, by_expert=True)
    CommentFactory(article=shown.article)
    CommentFactory(article=ArticleFactory(), approved=True)
    assert set(Comment.objects.visible()) == {shown, answer}
    shown.reject(by=moderator, reason="off_topic")
    assert not Comment.objects.visible().exists()


def test_experts_come_first_then_time():
    article = ArticleFactory(published=True)
    reader = CommentFactory(article=article, approved=True)
    later, earlier = (CommentFactory(article=article, approved=True, by_expert=True) for _ in range(2))
    Comment.objects.filter(pk=earlier.pk).update(posted_at="2025-01-01T00:00Z")
    assert list(Comment.objects.visible().in_order()) == [earlier, later, reader]


def test_replies_stay_under_their_guide_and_one_level_deep():
    comment = CommentFactory(approved=True)
    reply = CommentFactory(article=comment.article, parent=comment)
    for bad in (Comment(article=ArticleFactory(), parent=comment), Comment(article=comment.article, parent=reply)):
        bad.body = "回复"
        with pytest.raises(ValidationError, match="只能回复"):
            bad.full_clean()


def test_verification_is_recorded_and_can_be_revoked(chief):
    expert = ExpertFactory()
    assert expert.verification == "未核验"
    assert expert.verify(by=chief)
    assert not expert.verify(by=chief)
    assert (Expert.objects.get().verification, Expert.objects.get().verified_by) == ("已核验", chief)
    assert expert.revoke_verification()
    assert Expert.objects.get().verification == "未核验"


def test_an_example_is_never_verified(chief):
    expert = ExpertFactory(is_example=True)
    with pytest.raises(ValidationError, match="示例人物"):
        expert.verify(by=chief)
    assert expert.verification == "示例"


@pytest.mark.parametrize(
    "write",
    [
        lambda c: Comment.objects.filter(pk=c.pk).update(status="shown"),
        lambda c: Comment.objects.filter(pk=c.pk).update(expert=ExpertFactory(), nickname="我"),
        lambda c: Comment.objects.filter(pk=c.pk).update(parent=c.pk),
        lambda c: ModerationEvent.objects.create(comment=c, from_status="pending", to_status="rejected"),
        lambda c: Expert.objects.create(name="甲", role="社工", is_example=True, verified_at="2026-01-01T00:00Z"),
    ],
)
def test_the_database_refuses(write):
    comment = CommentFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        write(comment)

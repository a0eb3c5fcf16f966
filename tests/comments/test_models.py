import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from comments.models import Comment, Expert, ModerationEvent
from comments.roles import problem_with_role
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


def test_a_verification_is_recorded_lapses_by_itself_and_can_be_revoked(chief):
    expert = ExpertFactory()
    assert expert.verification == "未核验"
    with time_machine.travel(dt.datetime(2026, 11, 23, 4, tzinfo=dt.UTC), tick=False) as clock:
        assert expert.verify(by=chief, until=dt.date(2026, 11, 24))
        assert not expert.verify(by=chief, until=dt.date(2026, 11, 24))
        assert (Expert.objects.get().verification, Expert.objects.get().verified_by) == ("已核验", chief)
        clock.shift(dt.timedelta(hours=24 + 11, minutes=59))  # 23:59 in Shanghai on the last day
        assert expert.is_verified
        clock.shift(dt.timedelta(minutes=2))
        assert expert.verification == "未核验"
        assert expert.verify(by=chief)
        assert expert.verified_until == dt.date(2027, 11, 25)
    assert expert.revoke_verification(by=chief)
    assert not expert.revoke_verification(by=chief)
    ends = expert.verifications.order_by("pk").values_list("valid_until", flat=True)
    assert list(ends) == [dt.date(2026, 11, 24), dt.date(2027, 11, 25), None]


def test_a_lawyer_needs_licence_firm_and_a_verification_that_holds(chief):
    lawyer = ExpertFactory(role="律师", licence_number="1234567890123456")
    with pytest.raises(ValidationError, match="还缺17 位执业证号、律师事务所"):
        lawyer.verify(by=chief)
    assert lawyer.shown_role == "自称律师"
    lawyer.licence_number, lawyer.organisation = "13301202010123456", "某某律师事务所"
    lawyer.save()
    lawyer.verify(by=chief)
    assert lawyer.shown_role == "律师"
    with time_machine.travel(timezone.now() + dt.timedelta(days=366)):
        assert lawyer.shown_role == "自称律师"


@pytest.mark.parametrize(
    ("role", "fine"), [("律师", True), ("律师助理", True), ("金牌律师", False), ("律师顾问", False)]
)
def test_roles_that_only_sound_like_a_lawyer_are_refused(role, fine):
    assert (problem_with_role(role) == "") is fine


def test_a_reply_keeps_what_was_known_of_its_expert(chief):
    expert = ExpertFactory(name="何澜", role="律师助理", region="浙江杭州")
    before = CommentFactory(approved=True, expert=expert)
    expert.verify(by=chief)
    after = CommentFactory(approved=True, expert=expert)
    expert.name, expert.role, expert.region = "何兰", "法律顾问", "上海"
    expert.save()
    for comment, badge in [(before, "答复时未核验"), (after, "已核验")]:
        reply = Comment.objects.get(pk=comment.pk)
        assert (reply.author, reply.author_role, reply.expert_region) == ("何澜", "律师助理", "浙江杭州")
        assert reply.badge == badge
    expert.revoke_verification()
    badges = [Comment.objects.get(pk=comment.pk).badge for comment in (before, after)]
    assert badges == ["未核验", "答复时已核验"]


def test_a_lapsed_lawyer_is_not_shown_as_one_in_old_replies(chief):
    lawyer = ExpertFactory(role="律师", licence_number="13301202010123456", organisation="某某律师事务所")
    lawyer.verify(by=chief)
    reply = CommentFactory(approved=True, expert=lawyer)
    assert reply.author_role == "律师"
    lawyer.revoke_verification()
    assert Comment.objects.get(pk=reply.pk).author_role == "答复时为律师"


def test_an_experts_page_shows_what_is_public(client, chief):
    expert = ExpertFactory(name="何澜", biography="整理过答辩材料。")
    shown = CommentFactory(approved=True, expert=expert, body="先打官方客服。")
    CommentFactory(expert=expert, body="还没通过的回复")
    CommentFactory(approved=True, expert=expert, article=ArticleFactory(), body="草稿下的回复")
    shown.article.reviews.create(expert=expert, reviewed_on=timezone.localdate())
    ArticleFactory(title="没发布的一篇指南").reviews.create(expert=expert, reviewed_on=timezone.localdate())
    html = client.get(expert.get_absolute_url()).content.decode()
    for text in ("先打官方客服。", shown.article.title, "整理过答辩材料。", "编辑没有核对过这个人的身份"):
        assert text in html
    for text in ("还没通过的回复", "草稿下的回复", "没发布的一篇指南"):
        assert text not in html
    expert.verify(by=chief)
    assert "✓ 已核验" in client.get(expert.get_absolute_url()).content.decode()


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
        lambda c: Expert.objects.create(name="甲", role="律师", verified_at="2026-01-01T00:00Z"),
    ],
)
def test_the_database_refuses(write):
    comment = CommentFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        write(comment)

"""Experts at their desk: they answer by their own name, change their own replies and biography, and nothing else."""

import datetime as dt

import pytest
import time_machine
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from comments.models import Comment, Expert
from tests.articles.test_pages import text_of
from tests.factories import CategoryFactory, CommentFactory, ExpertFactory

pytestmark = pytest.mark.django_db

QUESTIONS, REPLIES, BIOGRAPHY = (f"admin:comments_comment_{name}" for name in ("questions", "replies", "biography"))
ANSWER, REPLY = "admin:comments_comment_answer", "admin:comments_comment_reply"
WORDS = "宽限期内还清，不算逾期。"


def account(username: str, /, **of_expert) -> Expert:
    user = User.objects.create_user(username, is_staff=True)
    user.groups.add(Group.objects.get(name="专家"))
    return ExpertFactory(user=user, **of_expert)


def at_desk(expert: Expert) -> Client:
    client = Client()
    client.force_login(expert.user)
    return client


@pytest.fixture
def expert(groups) -> Expert:
    return account("helan", name="何澜", role="律师助理", region="浙江杭州", biography="做过十年调解。")


@pytest.fixture
def desk(expert) -> Client:
    return at_desk(expert)


def question(**values) -> Comment:
    return CommentFactory(approved=True, **values)


def reply_to(asked: Comment, desk: Client, body: str = WORDS):
    return desk.post(reverse(ANSWER, args=[asked.pk]), {"body": body}, follow=True)


def test_the_desk_begins_with_the_questions(desk):
    response = desk.get(reverse("admin:index"))
    assert response["Location"] == reverse(QUESTIONS)


def test_only_experts_come_in(client, moderator, chief, groups):
    asked = question()
    nobody = User.objects.create_user("nobody", is_staff=True)
    nobody.groups.add(Group.objects.get(name="专家"))  # an account that belongs to no expert
    addresses = [reverse(name) for name in (QUESTIONS, REPLIES, BIOGRAPHY)] + [reverse(ANSWER, args=[asked.pk])]
    for user in (moderator, chief, nobody):
        client.force_login(user)
        assert [client.get(address).status_code for address in addresses] == [403] * 4
    assert client.post(addresses[-1], {"body": WORDS}).status_code == 403
    assert not asked.replies.exists()


def test_an_account_without_the_right_is_no_expert(client, expert):
    expert.user.groups.clear()
    client.force_login(expert.user)
    assert client.get(reverse(QUESTIONS)).status_code == 403


def test_an_answer_appears_at_once_first_and_with_a_record(desk, expert, client):
    asked = question(body="宽限期是几天？")
    CommentFactory(approved=True, article=asked.article, parent=asked, body="我也想知道。")
    response = reply_to(asked, desk)
    assert "回答已经公开" in text_of(response)
    assert "都回答完了" in text_of(response)
    page = text_of(client.get(asked.article.get_absolute_url()))
    assert page.index("宽限期是几天") < page.index("不算逾期") < page.index("我也想知道")
    reply = asked.replies.get(expert=expert)
    assert (reply.expert_name, reply.expert_role, reply.expert_region, reply.is_featured) == (
        *("何澜", "律师助理", "浙江杭州"),
        True,
    )
    assert [(event.to_status, event.by) for event in reply.events.all()] == [("approved", expert.user)]


def test_contact_details_wait_for_a_moderator(desk, client):
    asked = question()
    response = reply_to(asked, desk, "加我微信 abc12345 细说，帮你协商。")
    assert "要等审核员看过" in text_of(response)
    assert Comment.objects.waiting().get().expert.name == "何澜"
    assert "abc12345" not in text_of(client.get(asked.article.get_absolute_url()))
    assert list(Comment.objects.unanswered()) == [asked]


def test_the_same_answer_sent_twice_is_one(desk):
    asked = question()
    reply_to(asked, desk)
    reply_to(asked, desk)
    assert asked.replies.count() == 1


def test_what_was_typed_stays_after_an_error(desk):
    asked = question()
    response = reply_to(asked, desk, "短")
    assert response.status_code == 422
    assert "至少写 5 个字" in text_of(response)
    assert ">\n短</textarea>" in response.content.decode()
    asked.mark("closed", by=None)
    response = reply_to(asked, desk)
    assert "不再接受回复" in text_of(response)
    assert WORDS in response.content.decode()


@pytest.mark.parametrize("status", ["pending", "rejected", "withdrawn"])
def test_what_readers_cannot_see_cannot_be_answered(desk, status):
    hidden = CommentFactory(status=status)
    assert reply_to(hidden, desk).status_code == 404
    assert not hidden.replies.exists()


def test_questions_by_category_and_age(desk, expert):
    mine, other = CategoryFactory(name="信用卡"), CategoryFactory(name="房贷")
    expert.categories.add(mine)
    now = timezone.now()
    new = question(article__category=mine, posted_at=now - dt.timedelta(days=1))
    old = question(article__category=other, posted_at=now - dt.timedelta(days=9))
    answered = question()
    CommentFactory(approved=True, article=answered.article, parent=answered, by_expert=True)
    question(is_closed=True)
    CommentFactory(approved=True, by_expert=True)
    CommentFactory()
    page = text_of(desk.get(reverse(QUESTIONS)))
    assert "信用卡（擅长）" in page
    assert page.index(old.body) < page.index(new.body)
    assert page.count("公开回答") == 2
    page = text_of(desk.get(reverse(QUESTIONS), {"category": mine.pk}))
    assert new.body in page
    assert old.body not in page
    assert desk.get(reverse(QUESTIONS), {"category": "x'"}).status_code == 200


def test_a_hidden_answer_leaves_the_question_open(desk, moderator):
    asked = question()
    reply_to(asked, desk)
    assert not Comment.objects.unanswered().exists()
    asked.replies.get().reject(by=moderator, reason="other")
    assert Comment.objects.unanswered().get() == asked


def test_replies_are_changed_on_record(desk, client, expert):
    asked = question()
    reply_to(asked, desk)
    reply = asked.replies.get()
    with time_machine.travel(timezone.now() + dt.timedelta(days=3), tick=False) as clock:
        desk.force_login(expert.user)
        day = f"{timezone.localdate():%Y-%m-%d}"
        response = desk.post(reverse(REPLY, args=[reply.pk]), {"body": "宽限期一般三天。"}, follow=True)
        assert "修改已经保存" in text_of(response)
        assert WORDS in text_of(response)
        page = text_of(client.get(asked.article.get_absolute_url()))
        assert "宽限期一般三天。" in page
        assert WORDS not in page
        assert f"{day} 改过" in page
        clock.shift(60)
        desk.post(reverse(REPLY, args=[reply.pk]), {"body": "宽限期一般三天。"})
    assert reply.earlier_wordings.count() == 1


def test_a_change_with_contact_details_leaves_the_site(desk, client):
    asked = question()
    reply_to(asked, desk)
    reply = asked.replies.get()
    response = desk.post(reverse(REPLY, args=[reply.pk]), {"body": "详情加微信 abc12345 咨询我。"}, follow=True)
    assert "要等审核员看过" in text_of(response)
    assert list(Comment.objects.waiting()) == [reply]
    assert "abc12345" not in text_of(client.get(asked.article.get_absolute_url()))


def test_nobody_changes_the_replies_of_somebody_else(desk, expert, groups):
    theirs = CommentFactory(approved=True, expert=account("tangyi", name="唐屹"))
    rejected = CommentFactory(status="rejected", expert=expert)
    by_reader = question()
    for comment in (theirs, rejected, by_reader):
        assert desk.get(reverse(REPLY, args=[comment.pk])).status_code == 404
        assert desk.post(reverse(REPLY, args=[comment.pk]), {"body": "换成别的话。"}).status_code == 404
    assert theirs.body not in text_of(desk.get(reverse(REPLIES)))
    assert rejected.body in text_of(desk.get(reverse(REPLIES)))


def test_the_biography_and_nothing_else(desk, expert):
    desk.post(reverse(BIOGRAPHY), {"biography": "在社区做过调解。", "role": "律师", "name": "别人"})
    expert.refresh_from_db()
    assert (expert.biography, expert.role, expert.name) == ("在社区做过调解。", "律师助理", "何澜")
    response = desk.post(reverse(BIOGRAPHY), {"biography": "咨询加微信 abc12345"})
    assert "简介里不要放联系方式" in text_of(response)
    assert "abc12345" in response.content.decode()
    expert.refresh_from_db()
    assert expert.biography == "在社区做过调解。"


def test_the_snapshot_stays_when_the_expert_changes(desk, expert, client):
    asked = question()
    reply_to(asked, desk)
    Expert.objects.filter(pk=expert.pk).update(role="社工", region="江苏南京")
    page = text_of(client.get(asked.article.get_absolute_url()))
    assert "律师助理" in page
    assert "浙江杭州" in page


def test_editors_give_an_expert_an_account(editor, client, groups):
    expert = ExpertFactory()
    free, taken = User.objects.create_user("free"), account("taken").user
    for user in (free, taken):
        user.groups.add(Group.objects.get(name="专家"))
    client.force_login(editor)
    page = client.get(reverse("admin:comments_expert_change", args=[expert.pk])).content.decode()
    assert f'<option value="{free.pk}">' in page
    assert f'<option value="{taken.pk}">' not in page
    assert f'<option value="{editor.pk}">' not in page

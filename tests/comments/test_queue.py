"""The moderators' queue, through its own pages: who may, what it shows, and that one decision is made once."""

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import time_machine
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from comments import moderation
from comments.models import Comment, ModerationEvent
from comments.screening import screen
from tests.articles.test_pages import text_of
from tests.comments.test_screening_caught import CAUGHT
from tests.factories import CommentFactory

pytestmark = pytest.mark.django_db

QUEUE, DECIDE, UNDO = (f"admin:comments_comment_{name}" for name in ("queue", "queue_decide", "queue_undo"))
JSON = {"accept": "application/json"}


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def desk(moderator) -> Client:
    return logged_in(moderator)


@pytest.fixture
def colleague(groups) -> User:
    user = User.objects.create_user("zhangsan", first_name="张三", is_staff=True)
    user.groups.add(Group.objects.get(name="审核员"))
    return user


def waiting(**values) -> Comment:
    """A comment that waits for `minutes` (5 if not given)."""
    ago = dt.timedelta(minutes=values.pop("minutes", 5))
    return CommentFactory(posted_at=timezone.now() - ago, **values)


def press(desk: Client, decision: str, *comments: Comment, **values):
    data = {"comment": [comment.pk for comment in comments], "decision": decision} | values
    return desk.post(reverse(DECIDE), data, headers=JSON)


def undo(desk: Client, event: object):
    return desk.post(reverse(UNDO), {"event": event}, headers=JSON)


def status_of(comment: Comment) -> str:
    return Comment.objects.get(pk=comment.pk).status


def events_of(comment: Comment) -> list[tuple]:
    return list(comment.events.order_by("pk").values_list("to_status", "by__username", "reason", "note"))


# --- Who may -----------------------------------------------------------------


@pytest.mark.parametrize(("name", "method"), [(QUEUE, "get"), (DECIDE, "post"), (UNDO, "post")])
def test_only_moderators_come_in(client, django_user_model, name, method):
    comment = waiting()
    data = {"comment": comment.pk, "decision": "approve", "event": "1"}
    response = getattr(client, method)(reverse(name), data)
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("admin:login"))
    client.force_login(django_user_model.objects.create_user("author", is_staff=True))
    assert getattr(client, method)(reverse(name), data).status_code == 403
    assert status_of(comment) == "pending"


def test_addresses_take_the_methods_that_they_are_for(desk):
    assert desk.post(reverse(QUEUE)).status_code == 405
    assert [desk.get(reverse(name)).status_code for name in (DECIDE, UNDO)] == [405, 405]


def test_a_forged_form_decides_nothing(moderator):
    comment = waiting()
    client = Client(enforce_csrf_checks=True)
    client.force_login(moderator)
    data = {"comment": comment.pk, "decision": "approve"}
    assert client.post(reverse(DECIDE), data).status_code == 403
    assert status_of(comment) == "pending"


def test_the_list_of_comments_leads_to_the_queue_and_moderators_delete_nothing(desk, moderator):
    comment = waiting()
    changelist = reverse("admin:comments_comment_changelist")
    page = desk.get(changelist)
    assert reverse(QUEUE) in page.content.decode()
    assert "delete_selected" not in page.content.decode()
    desk.post(changelist, {"action": "delete_selected", "_selected_action": [comment.pk], "post": "yes"})
    assert desk.post(reverse("admin:comments_comment_delete", args=[comment.pk]), {"post": "yes"}).status_code == 403
    assert status_of(comment) == "pending"
    reader = User.objects.create_user("looker", is_staff=True)
    reader.user_permissions.set(moderator.groups.get().permissions.filter(codename="view_comment"))
    assert reverse(QUEUE) not in logged_in(reader).get(changelist).content.decode()


# --- What it shows -----------------------------------------------------------


def test_what_cannot_wait_comes_first_then_what_has_waited_longest(desk):
    new, old = waiting(minutes=1), waiting(minutes=90)
    urgent = waiting(minutes=0, is_urgent=True)
    CommentFactory(approved=True)
    html = desk.get(reverse(QUEUE)).content.decode()
    assert [int(pk) for pk in re.findall(r'data-comment="(\d+)"', html)] == [urgent.pk, old.pk, new.pk]


def test_a_card_says_what_helps_to_decide(desk):
    parent = CommentFactory(approved=True, nickname="老周", body="先打客服电话。")
    comment = waiting(
        minutes=3 * 60,
        article=parent.article,
        parent=parent,
        nickname="小麦",
        body="加微信abc。\n\n<b>第二段</b>",
        findings=[
            {"type": "contact_wechat", "start": 1, "end": 6},
            {"type": "crisis", "start": 3, "end": 6},
            {"type": "kind_of_tomorrow", "start": 90, "end": 99},
        ],
        is_urgent=True,
    )
    response = desk.get(reverse(QUEUE))
    html, text = response.content.decode(), text_of(response)
    said = re.search(r'<div class="queue-text">(.*?)</div>', html, re.DOTALL)[1]
    assert said.replace('<span class="visually-hidden">', "").replace("</span>", "") == (
        '加<mark title="微信联系方式">微信（微信联系方式）</mark>'
        '<mark title="微信联系方式、轻生征兆">abc（微信联系方式、轻生征兆）</mark>。\n\n&lt;b&gt;第二段&lt;/b&gt;'
    )
    assert f'href="{comment.article.get_absolute_url()}" target="_blank"' in html
    for words in ("小麦", "3 小时", "老周", "先打客服电话。", "微信联系方式", "轻生征兆", "紧急", "kind_of_tomorrow"):
        assert words in text


def test_how_others_from_the_same_network_were_decided(desk):
    for status, count in (("approved", 2), ("rejected", 1), ("withdrawn", 1)):
        CommentFactory.create_batch(count, address_hash="a" * 32, status=status)
    CommentFactory(status="rejected")  # nothing is known of its network
    waiting(address_hash="a" * 32)
    waiting(address_hash="b" * 32)
    waiting()
    assert re.findall("同一来源：[^<]*", desk.get(reverse(QUEUE)).content.decode()) == ["同一来源：通过 2，未通过 1"]


def fill(count: int) -> None:
    for number in range(count):
        other = CommentFactory(status="rejected", address_hash=f"{number:032}")
        waiting(article=other.article, parent=other, address_hash=other.address_hash)


def test_the_page_asks_ten_questions_however_much_waits(desk, django_assert_num_queries):
    # session, user, their permissions, those of their groups; waiting and decided figures, each
    # moderator's; comments, their networks, reports
    fill(2)
    with django_assert_num_queries(10):
        assert desk.get(reverse(QUEUE)).status_code == 200
    fill(moderation.SHOWN)
    with django_assert_num_queries(10):
        response = desk.get(reverse(QUEUE))
    assert response.content.decode().count("data-comment=") == moderation.SHOWN


def test_figures_count_the_day_of_shanghai_and_what_still_stands(moderator, colleague):
    noon = dt.datetime(2026, 11, 23, 4, 0, tzinfo=dt.UTC)
    yesterday, mine, undone, theirs = CommentFactory.create_batch(4)
    with time_machine.travel(noon - dt.timedelta(hours=12, minutes=1), tick=False):  # 23:59 in Shanghai
        moderation.decide(yesterday.pk, moderator)
    with time_machine.travel(noon - dt.timedelta(hours=11, minutes=59), tick=False):  # 00:01
        moderation.decide(theirs.pk, colleague)
    with time_machine.travel(noon, tick=False):
        moderation.decide(mine.pk, moderator, reason="abuse")
        moderation.decide(undone.pk, moderator)
        moderation.undo(undone.events.get().pk, moderator)
        Comment.objects.filter(pk=undone.pk).update(waits_since=noon - dt.timedelta(days=2))
        figures = moderation.figures(moderator)
        assert figures.in_words() == {"waiting": "1", "longest": "2 天", "today": "2", "mine": "1"}
        assert figures.undoable == mine.events.get().pk


def test_counts_end_somewhere(moderator, monkeypatch):
    monkeypatch.setattr(moderation, "COUNTED", 3)
    for comment in CommentFactory.create_batch(5):
        moderation.decide(comment.pk, moderator)
    CommentFactory.create_batch(5)
    figures = moderation.figures(moderator).in_words()
    assert (figures["waiting"], figures["today"], figures["mine"]) == ("3+", "3+", "3+")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-5, "不到 1 分钟"), (59, "不到 1 分钟"), (60, "1 分钟"), (3599, "59 分钟"), (3600, "1 小时"), (86400, "1 天")],
)
def test_spans_in_words(seconds, words):
    assert moderation.in_words(dt.timedelta(seconds=seconds)) == words


def test_an_empty_queue_is_friendly(desk):
    assert "都处理完了" in text_of(desk.get(reverse(QUEUE)))


def test_every_kind_of_finding_has_a_name():
    found = {finding.type for text, _, _ in CAUGHT for finding in screen(text).findings}
    assert found <= set(moderation.FINDINGS)
    assert len(found) > 10


# --- Decisions ---------------------------------------------------------------


def test_decide_with_script(desk):
    good, rude, advert, left = waiting(), waiting(), waiting(), waiting()
    assert press(desk, "approve", good, note="不记下").json()["done"] == [good.pk]
    press(desk, "abuse", rude, note=" 骂人\n两次 ")
    answer = press(desk, "advert", advert).json()
    assert events_of(good) == [("approved", "moderator", "", "")]
    assert events_of(rude) == [("rejected", "moderator", "abuse", "骂人 两次")]
    assert events_of(advert) == [("rejected", "moderator", "advert", "")]
    assert answer["message"] == "1 条已按“广告”拒绝。"
    assert answer["figures"] | {"longest": ""} == {"waiting": "1", "longest": "", "today": "3", "mine": "3"}
    assert answer["undoable"] == advert.events.get().pk
    assert Comment.objects.visible().get() == good
    assert status_of(left) == "pending"


def test_decide_and_undo_without_script(desk):
    comment = waiting()
    html = desk.get(reverse(QUEUE)).content.decode()
    assert f'name="comment" value="{comment.pk}"' in html
    data = {"comment": comment.pk, "decision": "privacy"}
    page = desk.post(reverse(DECIDE), data, follow=True)
    assert "1 条已按“泄露隐私”拒绝。" in text_of(page)
    event = re.search(r'name="event" value="(\d+)"', page.content.decode())[1]
    page = desk.post(reverse(UNDO), {"event": event}, follow=True)
    assert "已撤销" in text_of(page)
    assert f'data-comment="{comment.pk}"' in page.content.decode()


@pytest.mark.parametrize(
    "values",
    [{"decision": "ban"}, {"decision": ""}, {"decision": "kept"}, {"note": "长" * 201}],
)
def test_what_no_button_sends_is_refused(desk, values):
    comment = waiting()
    data = {"comment": comment.pk, "decision": "abuse"} | values
    assert desk.post(reverse(DECIDE), data, headers=JSON).status_code == 400
    assert desk.post(reverse(DECIDE), data).status_code == 302
    assert events_of(comment) == []


def test_bulk_decides_on_what_was_chosen_and_says_what_was_not(desk, colleague):
    comments = [waiting() for _ in range(4)]
    moderation.decide(comments[0].pk, colleague, reason="abuse")
    comments[1].withdraw()
    answer = press(desk, "approve", *comments[:3]).json()
    assert answer["done"] == [comments[2].pk]
    assert answer["refused"] == {
        str(comments[0].pk): "张三 刚刚已拒绝，理由：人身攻击",
        str(comments[1].pk): "写的人 刚刚已撤回",
    }
    assert [status_of(comment) for comment in comments] == ["rejected", "withdrawn", "approved", "pending"]
    data = {"comment": [comment.pk for comment in comments], "decision": "advert"}
    page = text_of(desk.post(reverse(DECIDE), data, follow=True))
    assert "1 条已按“广告”拒绝。" in page
    assert "3 条没有改动：张三 刚刚已拒绝" in page


@pytest.mark.parametrize("chosen", [[], ["x"], ["", "-1"]])
def test_bulk_without_a_choice(desk, chosen):
    data = {"comment": chosen, "decision": "approve"}
    assert "请先勾选评论" in text_of(desk.post(reverse(DECIDE), data, follow=True))


def test_the_second_moderator_is_told_who_was_first(desk, colleague):
    comment = waiting()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        press(logged_in(colleague), "approve", comment)
        clock.shift(3 * 60)
        answer = press(desk, "advert", comment).json()
    assert answer["refused"] == {str(comment.pk): "张三 已在 3 分钟前通过"}
    assert events_of(comment) == [("approved", "zhangsan", "", "")]


def test_pressing_the_same_button_twice_is_one_decision(desk):
    comment = waiting()
    press(desk, "approve", comment)
    assert press(desk, "approve", comment).json()["done"] == []
    assert len(events_of(comment)) == 1


def test_a_comment_that_is_gone_is_no_error(desk):
    comment = waiting()
    pk = comment.pk
    comment.delete()
    data = {"comment": pk, "decision": "approve"}
    assert "不在了" in text_of(desk.post(reverse(DECIDE), data, follow=True))


def test_approve_with_a_mark(desk):
    featured, closed = waiting(), waiting()
    assert press(desk, "featured", featured).json()["message"] == "1 条已通过，设为精彩。"
    event = press(desk, "closed", closed).json()["undoable"]
    assert (featured.events.get().mark, closed.events.get().mark) == ("featured", "closed")
    featured.refresh_from_db()
    assert (featured.is_featured, featured.is_closed) == (True, False)
    assert list(Comment.objects.can_be_answered()) == [featured]
    undo(desk, event)
    closed.refresh_from_db()
    assert (closed.status, closed.is_closed) == ("pending", False)


def test_who_decided_how_often_today(desk, colleague):
    for comment in CommentFactory.create_batch(2):
        moderation.decide(comment.pk, colleague)
    press(desk, "advert", waiting())
    assert moderation.by_moderator() == [("张三", 2), ("moderator", 1)]
    assert "张三 2" in text_of(desk.get(reverse(QUEUE)))


# --- The list of comments ----------------------------------------------------


def test_what_is_on_the_site_can_be_taken_down_featured_and_closed(desk):
    comment = CommentFactory(approved=True)

    def choose(action: str):
        data = {"action": action, "_selected_action": [comment.pk]}
        response = desk.post(reverse("admin:comments_comment_changelist"), data, follow=True)
        comment.refresh_from_db()
        return text_of(response)

    assert "1 条评论已设为精彩" in choose("mark_featured")
    assert "0 条评论已设为精彩" in choose("mark_featured")
    choose("mark_closed")
    assert (comment.is_featured, comment.is_closed) == (True, True)
    choose("mark_unfeatured")
    choose("mark_opened")
    assert (comment.is_featured, comment.is_closed) == (False, False)
    choose("reopen_selected")
    assert list(Comment.objects.waiting()) == [comment]
    assert not Comment.objects.visible().exists()
    assert "先通过它" in choose("mark_featured")
    marks = list(comment.events.order_by("pk").values_list("mark", flat=True))
    assert marks == ["featured", "closed", "unfeatured", "opened", ""]


# --- Undo --------------------------------------------------------------------


def test_undo_goes_back_step_by_step_and_is_on_record(desk):
    first, second = waiting(), waiting()
    press(desk, "approve", first)
    last = press(desk, "advert", second).json()["undoable"]
    answer = undo(desk, last).json()
    assert answer["done"] == [second.pk]
    assert undo(desk, answer["undoable"]).json()["undoable"] is None
    assert set(Comment.objects.waiting()) == {first, second}
    assert [event[:2] for event in events_of(second)] == [("rejected", "moderator"), ("pending", "moderator")]
    assert not Comment.objects.visible().exists()


def test_undo_only_ones_own_and_only_what_still_stands(desk, moderator, colleague):
    comment = waiting()
    event = press(desk, "approve", comment).json()["undoable"]
    assert undo(logged_in(colleague), event).json()["done"] == []
    comment.reject(by=colleague, reason="abuse")
    assert undo(desk, event).json()["refused"] == {str(comment.pk): "张三 刚刚已拒绝，理由：人身攻击"}
    assert moderation.figures(moderator).undoable is None
    comment.withdraw()
    assert undo(desk, event).json()["refused"] == {str(comment.pk): "写的人 刚刚已撤回"}
    assert status_of(comment) == "withdrawn"
    for nothing in ("", "x"):
        assert undo(desk, nothing).status_code == 400


def test_a_withdrawn_comment_cannot_be_reopened(moderator):
    comment = CommentFactory(status="withdrawn")
    with pytest.raises(ValidationError, match="已经撤回"):
        comment.reopen(by=moderator)
    assert status_of(comment) == "withdrawn"


# --- Two at once -------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_moderators_pressing_opposite_buttons_leave_one_decision_each(moderator, colleague):
    comments = CommentFactory.create_batch(200)
    together = Barrier(2, timeout=60)

    def clear(user: User, decision: str) -> int:
        desk, done = logged_in(user), 0
        for comment in comments:
            together.wait()
            done += len(press(desk, decision, comment).json()["done"])
        connection.close()
        return done

    with ThreadPoolExecutor(2) as pool:
        pressed = [pool.submit(clear, moderator, "approve"), pool.submit(clear, colleague, "advert")]
        approved, rejected = (each.result() for each in pressed)
    assert approved + rejected == 200
    assert ModerationEvent.objects.count() == 200
    for comment in comments:
        assert comment.events.get().to_status == status_of(comment)
    assert Comment.objects.visible().count() == approved

"""What readers do to visible comments: say that one helped, and report one."""

import datetime as dt

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from comments.models import Comment, Report
from comments.writers import REPORT_LIMIT, USEFUL_LIMIT
from tests.articles.test_pages import text_of
from tests.factories import ArticleFactory, CommentFactory

pytestmark = pytest.mark.django_db

PHONE = "Mozilla/5.0 (Linux; Android 9) AppleWebKit/537.36 Chrome/66.0 Mobile Safari/537.36 MicroMessenger/7.0"


@pytest.fixture
def comment() -> Comment:
    return CommentFactory(approved=True)


def vote(client, comment, address="10.0.0.1", browser=PHONE, **headers):
    url = reverse("comments:useful", args=[comment.pk])
    return client.post(url, REMOTE_ADDR=address, headers={"User-Agent": browser, **headers})


def send_report(client, comment, reason="advert", address="10.0.0.1"):
    url = reverse("comments:report", args=[comment.pk])
    return client.post(url, {"reason": reason}, REMOTE_ADDR=address)


# --- 有用 ---------------------------------------------------------------------


def test_one_vote_for_a_visitor(client, comment):
    assert "谢谢" in text_of(vote(client, comment))
    assert "已经记过了" in text_of(vote(client, comment))
    assert vote(client, comment, browser=PHONE + "2", accept="application/json").json() == {"counted": True}
    vote(client, comment, browser="Googlebot/2.1 (+http://www.google.com/bot.html)")
    comment.refresh_from_db()
    assert comment.useful == 2
    assert "有用 2" in text_of(client.get(comment.article.get_absolute_url()))


def test_votes_of_one_network_end(client):
    comments = CommentFactory.create_batch(USEFUL_LIMIT + 2, approved=True, article=ArticleFactory(published=True))
    for comment in comments:
        vote(client, comment)
    assert Comment.objects.filter(useful=1).count() == USEFUL_LIMIT


def test_only_what_is_visible_takes_votes_and_reports(client):
    for comment in (CommentFactory(), CommentFactory(approved=True, article=ArticleFactory())):
        assert vote(client, comment).status_code == 404
        assert send_report(client, comment).status_code == 404
    assert client.get(reverse("comments:useful", args=[1])).status_code == 405


def test_featured_then_useful_then_time(client):
    article = ArticleFactory(published=True)
    parent = CommentFactory(approved=True, article=article, body="问题在此。")
    now = timezone.now()
    for minutes, (name, values) in enumerate(
        [
            ("早的", {}),
            ("晚的", {}),
            ("有用的", {"useful": 3}),
            ("更有用的", {"useful": 5}),
            ("精彩的", {"is_featured": True}),
            ("专家的", {"by_expert": True, "useful": 1}),
        ]
    ):
        posted_at = now - dt.timedelta(minutes=60 - minutes)
        CommentFactory(approved=True, article=article, parent=parent, body=name, posted_at=posted_at, **values)
    page = text_of(client.get(article.get_absolute_url()))
    order = ["专家的", "精彩的", "更有用的", "有用的", "早的", "晚的"]
    places = [page.index(f" {name}") for name in order]
    assert places == sorted(places)


def test_a_featured_comment_of_a_reader_stands_under_the_best(client, moderator):
    comment = CommentFactory(approved=True, body="我是这样和银行谈成的。")
    page = text_of(client.get(comment.article.get_absolute_url()))
    assert page.index("读者提问") < page.index(comment.body)
    comment.mark("featured", by=moderator)
    page = text_of(client.get(comment.article.get_absolute_url()))
    assert page.index("精彩评论") < page.index(comment.body)
    assert "读者提问" not in page


def test_a_closed_thread_offers_no_reply(client, comment, moderator):
    address = f"{reverse('comments:write', args=[comment.article_id])}?parent={comment.pk}"
    assert address in client.get(comment.article.get_absolute_url()).content.decode()
    comment.mark("closed", by=moderator)
    assert address not in client.get(comment.article.get_absolute_url()).content.decode()


# --- 举报 ---------------------------------------------------------------------


def test_a_report_puts_the_comment_into_the_queue_and_leaves_it_visible(client, comment, moderator):
    assert "举报这条评论" in text_of(client.get(reverse("comments:report", args=[comment.pk])))
    assert "收到了" in text_of(send_report(client, comment))
    send_report(client, comment)  # the same network
    send_report(client, comment, reason="abuse", address="10.9.0.1")
    send_report(client, comment, address="10.8.0.1")
    assert list(Comment.objects.waiting()) == [comment]
    assert comment.body in text_of(client.get(comment.article.get_absolute_url()))
    client.force_login(moderator)
    page = text_of(client.get(reverse("admin:comments_comment_queue")))
    assert "读者举报：" in page
    assert "广告 2 次" in page
    assert "人身攻击 1 次" in page


def test_a_moderator_keeps_it_or_takes_it_down(client, moderator):
    keep, hide = CommentFactory.create_batch(2, approved=True)
    for comment in (keep, hide):
        send_report(client, comment)
    client.force_login(moderator)
    url = reverse("admin:comments_comment_queue_decide")
    client.post(url, {"comment": keep.pk, "decision": "approve"})
    client.post(url, {"comment": hide.pk, "decision": "advert"})
    assert not Comment.objects.waiting().exists()
    assert list(Comment.objects.visible()) == [keep]
    assert (keep.events.get().mark, hide.events.get().to_status) == ("kept", "rejected")
    send_report(client, keep)  # the same network said it before
    assert not Comment.objects.waiting().exists()
    send_report(client, keep, address="10.7.0.1")
    page = text_of(client.get(reverse("admin:comments_comment_queue")))
    assert "广告 1 次" in page


@pytest.mark.parametrize("reason", ["", "nothing"])
def test_a_report_needs_a_reason(client, comment, reason):
    response = send_report(client, comment, reason=reason)
    assert response.status_code == 400
    assert "请选一个理由" in text_of(response)
    assert not Report.objects.exists()


def test_reports_of_one_network_end(client):
    comments = CommentFactory.create_batch(REPORT_LIMIT + 1, approved=True, article=ArticleFactory(published=True))
    answers = [send_report(client, comment, reason="abuse") for comment in comments]
    assert [answer.status_code for answer in answers] == [200] * REPORT_LIMIT + [429]
    assert 'value="abuse" required checked' in answers[-1].content.decode()
    assert Report.objects.count() == REPORT_LIMIT


def test_reports_are_forgotten(client, comment, settings):
    send_report(client, comment)
    with time_machine.travel(timezone.now() + dt.timedelta(days=settings.COMMENT_RETENTION_DAYS + 1)):
        call_command("purge_comments")
    assert not Report.objects.exists()
    assert Comment.objects.waiting().get() == comment

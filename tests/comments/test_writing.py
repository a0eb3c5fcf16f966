"""A reader writes: through the form, without script, as anybody would."""

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from articles.models import Article
from comments import bursts, writers
from comments.models import Comment, CommentRule
from tests.articles.test_pages import text_of
from tests.factories import ArticleFactory, CommentFactory

pytestmark = pytest.mark.django_db

QUESTION = "最低还款还了，还会算逾期吗？"


@pytest.fixture
def article() -> Article:
    return ArticleFactory(published=True)


@pytest.fixture
def clock():
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


def url_of(article: Article) -> str:
    return reverse("comments:write", args=[article.pk])


def write(client: Client, article: Article, clock, wait: int = 20, **values):
    """Open the form, take `wait` seconds, and send what a browser would send."""
    html = client.get(url_of(article)).content.decode()
    token = re.search(r'name="started" value="([^"]*)"', html)[1]
    clock.shift(wait)
    data = {"body": QUESTION, "nickname": "", "website": "", "started": token} | values
    return client.post(url_of(article), data)


def test_a_question_waits_for_approval_and_its_writer_sees_it_and_can_take_it_back(article, client, clock, moderator):
    page = client.get(url_of(article))
    assert not page.cookies
    assert "no-store" in page["Cache-Control"]
    response = write(client, article, clock, nickname="小麦")
    assert response.status_code == 302
    cookie = response.cookies["my-comments"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/comments/", True, "Lax")

    comment = Comment.objects.waiting().get()
    mine = text_of(client.get(response["Location"].split("#")[0]))
    for text in ("收到了，正在等待审核", QUESTION, comment.code):
        assert text in mine
    assert QUESTION not in text_of(Client().get(url_of(article)))
    assert QUESTION not in text_of(Client().get(article.get_absolute_url()))

    comment.approve(by=moderator)
    assert QUESTION in text_of(Client().get(article.get_absolute_url()))
    client.post(reverse("comments:withdraw"), {"code": comment.code})
    assert QUESTION not in text_of(Client().get(article.get_absolute_url()))
    assert QUESTION not in text_of(client.get(url_of(article)))
    comment.refresh_from_db()
    assert comment.events.first().to_status == "withdrawn"


def test_what_was_taken_back_stays_so(moderator):
    comment = CommentFactory(approved=True)
    comment.withdraw()
    with pytest.raises(Exception, match="已经撤回"):
        comment.approve(by=moderator)


def test_nobody_takes_back_what_they_do_not_know_the_code_of(article, client, clock):
    write(client, article, clock)
    for code in ("", "WRONG", "None"):
        assert client.post(reverse("comments:withdraw"), {"code": code}).status_code == 404
    assert Comment.objects.waiting().exists()


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"body": ""}, "请写下你的问题或评论"),
        ({"body": "嗯"}, "太短了"),
        ({"body": "长" * 1001}, "太长了"),
        ({"nickname": "金牌律师"}, "昵称里不要写“律师”"),
        ({"nickname": "加V：yq8866"}, "昵称里不要放联系方式"),
        ({"body": "征信修复，不成功不收费，一周洗白，先做后付"}, "这里不能发广告"),
        ({"started": "forged"}, "页面放得太久了"),
        ({"parent": "999999"}, "要回复的评论不在了"),
    ],
)
def test_every_error_keeps_what_was_typed(article, client, clock, values, reason):
    typed = {"body": "我想问问分期的事情", "nickname": "小麦"} | values
    response = write(client, article, clock, **typed)
    html = response.content.decode()
    assert response.status_code == 200
    assert reason in text_of(response)
    assert typed["body"] in html
    assert f'value="{typed["nickname"]}"' in html
    assert not Comment.objects.exists()


def test_who_is_faster_than_people_read_is_asked_to_look_again(article, client, clock):
    response = write(client, article, clock, wait=1)
    assert "发得太快了" in text_of(response)
    assert QUESTION in response.content.decode()


def test_programs_that_fill_in_everything_are_told_nothing(article, client, clock):
    response = write(client, article, clock, website="http://spam.example")
    assert response.status_code == 302
    assert not Comment.objects.exists()


def test_the_same_words_sent_twice_are_one_comment(article, client, clock):
    for body in (QUESTION, f"  {QUESTION}\n"):
        write(client, article, clock, body=body)
    comment = Comment.objects.get()
    write(Client(REMOTE_ADDR="198.51.100.7"), article, clock)
    assert Comment.objects.count() == 2
    comment.withdraw()
    write(client, article, clock)
    assert Comment.objects.waiting().count() == 2


def test_replies_go_one_level_deep_under_what_is_visible_here(article, client, clock):
    question = CommentFactory(article=article, approved=True)
    write(client, article, clock, parent=str(question.pk))
    reply = Comment.objects.waiting().get()
    assert reply.parent == question
    hidden, elsewhere = CommentFactory(article=article), CommentFactory(approved=True)
    answer = CommentFactory(article=article, approved=True, parent=question)
    for parent in (hidden, elsewhere, answer):
        response = write(client, article, clock, parent=str(parent.pk), body=f"回复第{parent.pk}条")
        assert "要回复的评论不在了" in text_of(response)


def test_personal_data_is_masked_before_it_is_kept_and_the_writer_is_told(article, client, clock):
    body = "我身份证11010519491231002X，帮我看看有没有被起诉"
    response = write(client, article, clock, body=body)
    comment = Comment.objects.get()
    assert "19491231" not in comment.body
    assert "帮我看看有没有被起诉" in comment.body
    assert "我们遮住了：身份证号" in text_of(client.get(response["Location"].split("#")[0]))


def test_whoever_is_in_despair_is_shown_help_at_once_and_comes_first(article, client, clock):
    write(client, article, clock)
    response = write(client, article, clock, body="撑不下去了，真的不想活了")
    page = text_of(client.get(response["Location"].split("#")[0]))
    assert "12356" in page
    assert "先照顾好你自己" in page
    assert [comment.is_urgent for comment in Comment.objects.waiting()] == [True, False]


@pytest.mark.parametrize(
    ("mode", "days", "age", "is_open"),
    [("open", None, 9, True), ("closed", None, 0, False), ("days", 7, 6, True), ("days", 7, 8, False)],
)
def test_each_guide_can_be_closed(client, mode, days, age, is_open):
    article = ArticleFactory(published=True, published_at=timezone.now() - dt.timedelta(days=age))
    CommentRule.objects.create(article=article, mode=mode, days=days)
    assert ("评论已经关闭" not in text_of(client.get(url_of(article)))) is is_open
    status = client.post(url_of(article), {"body": QUESTION}).status_code
    assert (status != 403) is is_open
    assert (client.get(f"{url_of(article)}?fragment").status_code == 200) is is_open


def test_the_whole_site_can_be_closed(article, client, settings):
    assert url_of(article) in client.get(article.get_absolute_url()).content.decode()
    settings.COMMENTS_OPEN = False
    assert url_of(article) not in client.get(article.get_absolute_url()).content.decode()
    assert client.post(url_of(article), {"body": QUESTION}).status_code == 403


def test_a_draft_takes_no_comments(client):
    assert client.get(url_of(ArticleFactory())).status_code == 404


def test_too_many_from_one_network_are_asked_to_wait_and_lose_nothing(article, client, clock):
    for number in range(writers.NETWORK_LIMIT):
        assert write(client, article, clock, wait=5, body=f"{QUESTION}{number}").status_code == 302
    response = write(Client(REMOTE_ADDR="127.0.0.99"), article, clock, wait=5, body="再问一个问题")
    assert response.status_code == 429
    assert "请过十分钟" in text_of(response)
    assert "再问一个问题" in response.content.decode()
    assert write(Client(REMOTE_ADDR="198.51.100.7"), article, clock, wait=5).status_code == 302


def test_nearly_the_same_words_from_everywhere_are_refused_after_a_while(client, clock):
    guides = ArticleFactory.create_batch(bursts.LIMIT + 2, published=True)
    words = "我的信用卡逾期三个月了，银行说要上门，是不是真的会来家里？{}急，在线等！"
    signs = ["１", "2", "三", " 4 ", "⑤", "6", "7"]
    sent = [
        write(Client(REMOTE_ADDR=f"198.51.{number}.7"), guide, clock, wait=5, body=words.format(sign))
        for number, (guide, sign) in enumerate(zip(guides, signs, strict=True))
    ]
    assert [response.status_code for response in sent] == [302] * bursts.LIMIT + [429] * 2
    assert "请用自己的话写" in text_of(sent[-1])
    assert "银行说要上门" in sent[-1].content.decode()
    other = "花呗和借呗都还不上了，先还哪一个比较好？家里还有房贷要还。"
    assert write(client, guides[0], clock, wait=5, body=other).status_code == 302


def test_short_questions_may_be_the_same(clock):
    for number in range(bursts.LIMIT + 1):
        guide = ArticleFactory(published=True)
        reader = Client(REMOTE_ADDR=f"198.51.{number}.7")
        assert write(reader, guide, clock, wait=5, body="逾期会上门吗？").status_code == 302


def test_one_network_cannot_close_a_guide_for_everybody(monkeypatch):
    monkeypatch.setattr(writers, "GUIDE_LIMIT", writers.NETWORK_LIMIT + 5)
    for _ in range(100):
        writers.is_flooding(RequestFactory().get("/", REMOTE_ADDR="203.0.113.7"), 1)
    assert not writers.is_flooding(RequestFactory().get("/", REMOTE_ADDR="198.51.100.7"), 1)


@pytest.mark.usefixtures("redis_cache")
def test_limits_hold_in_redis(article):
    request = RequestFactory().get("/")
    assert [writers.is_flooding(request, 1) for _ in range(writers.NETWORK_LIMIT + 1)][-2:] == [False, True]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2ff::1", "2001:db8:1:200::/56"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("", ""),
        ("unknown", ""),
    ],
)
def test_networks(address, network):
    assert writers.network(address) == network


def test_the_hash_of_an_address_changes_with_the_month_and_holds_no_address():
    request = RequestFactory().get("/", REMOTE_ADDR="203.0.113.77")
    with time_machine.travel(dt.datetime(2026, 11, 30, 15, 59, tzinfo=dt.UTC), tick=False) as clock:
        november = writers.address_hash(request)
        assert november == writers.address_hash(RequestFactory().get("/", REMOTE_ADDR="203.0.113.1"))
        clock.shift(120)
        assert writers.address_hash(request) != november
    assert re.fullmatch(r"[0-9a-f]{32}", november)


def test_the_form_comes_alone_for_the_script(article, client):
    html = client.get(f"{url_of(article)}?fragment").content.decode()
    assert html.lstrip().startswith("<form")

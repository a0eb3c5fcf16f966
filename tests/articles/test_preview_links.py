"""Signed links by which somebody without an account reads a draft, through their pages."""

import datetime as dt

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles import preview_links
from articles.models import Article
from tests.articles.test_pages import text_of
from tests.factories import ArticleFactory, CommentFactory

pytestmark = pytest.mark.django_db


def desk_of(user) -> Client:
    desk = Client()
    desk.force_login(user)
    return desk


def links_page(article: Article) -> str:
    return reverse("admin:articles_article_preview_links", args=[article.pk])


def test_a_guest_reads_the_draft_as_it_is_saved(client):
    article = ArticleFactory(tags=["征信"], source="《民法典》第六百七十六条")
    CommentFactory(article=article, approved=True, body="有人说过的话")
    path = preview_links.make(article).path
    response = client.get(path)
    said = text_of(response)
    for words in [article.title, article.summary, "第一步", "征信", "第六百七十六条", "尚未发布，请勿转发"]:
        assert words in said
    article.body = "改过的正文。"
    article.save()
    assert "改过的正文。" in text_of(client.get(path))


def test_a_preview_leaves_no_trace(client):
    article = ArticleFactory()
    response = client.get(preview_links.make(article).path)
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["Referrer-Policy"] == "no-referrer"
    assert not response.cookies
    html = response.content.decode()
    assert '<meta name="robots" content="noindex, nofollow">' in html
    for trace in [
        "canonical",
        "ld+json",
        "og:title",
        "data-views-url",
        "views.gif",
        "/vote/",
        "comments",
        "data-share",
    ]:
        assert trace not in html, trace
    assert "/preview/" in client.get("/robots.txt").content.decode()
    assert "preview" not in client.get("/sitemaps/site.xml").content.decode()


@pytest.mark.parametrize("days", preview_links.DAYS)
def test_a_link_expires(client, days):
    path = preview_links.make(ArticleFactory(), days=days).path
    almost = timezone.now() + dt.timedelta(days=days, seconds=-5)
    with time_machine.travel(almost, tick=False) as clock:
        assert client.get(path).status_code == 200
        clock.shift(dt.timedelta(seconds=5))
        response = client.get(path)
    assert response.status_code == 410
    assert "no-store" in response["Cache-Control"]
    assert "已经失效" in text_of(response)


def test_what_we_did_not_make_or_took_back_does_not_open(client):
    article, other = ArticleFactory(), ArticleFactory()
    path, later = preview_links.make(article).path, preview_links.make(article, days=30).path
    others = preview_links.make(other).path
    number = path.split("/")[2]
    for forged in [number[:-1], f"{other.pk}{number[len(str(article.pk)) :]}", "x", "1-a-9999999999~x", "~", "%00"]:
        response = client.get(f"/preview/{forged}/")
        assert response.status_code == 404, forged
        assert "这个预览链接不对" in text_of(response)
    preview_links.revoke(article)
    assert {client.get(path).status_code, client.get(later).status_code} == {410}
    assert client.get(others).status_code == 200
    assert client.get(preview_links.make(article).path).status_code == 200


def test_where_a_link_leads_when_the_guide_moves_on(client, editor):
    article = ArticleFactory(published_at=timezone.now() + dt.timedelta(days=1))
    path = preview_links.make(article).path
    article.publish(by=editor)
    assert f"将在 {timezone.localtime(article.published_at):%Y}" in text_of(client.get(path))
    with time_machine.travel(article.published_at):
        response = client.get(path)
        assert (response.status_code, response["Location"]) == (302, article.get_absolute_url())
        article.withdraw(by=editor)
        assert "已经撤下" in text_of(client.get(path))
    article.trash(by=editor)
    assert client.get(path).status_code == 404
    article.delete()
    assert client.get(path).status_code == 404


def test_links_are_made_and_taken_back_at_the_desk(client, author):
    article, desk = ArticleFactory(created_by=author), desk_of(author)
    assert "收回所有" not in text_of(desk.get(links_page(article)))
    response = desk.post(links_page(article), {"days": "30"})
    until = timezone.localtime(timezone.now() + dt.timedelta(days=30))
    assert f"有效至 {until.year}年{until.month}月{until.day}日" in text_of(response)
    address = response.context["address"]
    assert address in response.content.decode()
    assert client.get(response.context["link"].path).status_code == 200
    assert "请从列出的有效期里选一个" in text_of(desk.post(links_page(article), {"days": "365"}))
    answer = desk.post(links_page(article), {"_revoke": "1"}, follow=True)
    assert "都收回了" in text_of(answer)
    assert client.get(response.context["link"].path).status_code == 410
    said = list(LogEntry.objects.order_by("pk").values_list("change_message", flat=True))
    assert said == ["生成预览链接，有效 30 天", "收回所有预览链接"]


def test_who_may_make_them(author, editor):
    others, handed_in = ArticleFactory(), ArticleFactory(created_by=author, status="in_review")
    assert desk_of(author).post(links_page(others), {"days": "7"}).status_code == 403
    assert desk_of(author).post(links_page(handed_in), {"days": "7"}).status_code == 200
    assert desk_of(editor).post(links_page(others), {"days": "7"}).status_code == 200
    others.trash(by=None)
    assert desk_of(editor).post(links_page(others), {"days": "7"}).status_code == 404

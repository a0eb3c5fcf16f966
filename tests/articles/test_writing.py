"""What the form of guides asks of the server while somebody writes: the preview, and guides to link to."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles import search
from articles.models import Article, Term
from tests.debtfaq.test_admin import change_url, form_of
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db

PREVIEW, LINKS = reverse("admin:articles_article_preview"), reverse("admin:articles_article_links")


@pytest.fixture
def desk(author) -> Client:
    client = Client()
    client.force_login(author)
    return client


def said_in(page: str) -> str:
    """What a page says of a guide, without where it stands in the page."""
    begin, end = page.index("<h1>"), page.index('<p class="disclaimer">')
    return "\n".join(line.strip() for line in page[begin:end].splitlines() if line.strip())


def titles(response) -> list[str]:
    return [link["title"] for link in response.json()["links"]]


def test_the_preview_says_what_the_page_will_say(desk, client):
    Term.objects.create(term="催收", meaning="向欠款人讨要欠款")
    body = "有人来催收怎么办？\n\n## 第一步\n\n::: 注意\n先录音。\n:::\n\n| 甲 | 乙 |\n| --- | --- |\n| 1 | 2 |\n"
    body = body.replace("\n", "\r\n")  # as browsers send it
    guide = ArticleFactory(published=True, body=body, source="《民法典》\n《刑法》", correction_note="改了一句")
    guide.title = "改过一次的标题"
    guide.save()
    public = client.get(guide.get_absolute_url()).content.decode()
    typed = {"article": guide.pk, "title": guide.title, "summary": guide.summary, "body": body, "source": guide.source}
    preview = desk.post(PREVIEW, typed).content.decode()
    assert said_in(preview) == said_in(public)
    assert 'class="term"' in preview
    assert "callout-warning" in preview
    assert "<script" not in preview
    assert "<form" not in preview


def test_the_preview_shows_what_is_typed_and_writes_nothing(desk, django_assert_max_num_queries):
    guide = ArticleFactory(title="原来的标题", body="原来的正文")
    with django_assert_max_num_queries(8):
        response = desk.post(PREVIEW, {"article": guide.pk, "title": "<b>新的标题", "body": "新的<script>正文"})
    page = response.content.decode()
    assert "&lt;b&gt;新的标题" in page
    assert "新的&lt;script&gt;正文" in page
    assert response.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    guide.refresh_from_db()
    assert (guide.title, guide.body) == ("原来的标题", "原来的正文")
    assert "一篇新的" in desk.post(PREVIEW, {"title": "一篇新的", "body": ""}).content.decode()
    assert Article.objects.count() == 1


@pytest.mark.parametrize("number", ["0", "nobody", "9" * 30])
def test_the_preview_of_a_guide_that_is_not_there(desk, number):
    assert desk.post(PREVIEW, {"article": number}).status_code == 404
    assert desk.post(PREVIEW, {"category": number}).status_code == 200


def test_who_may_not_write_sees_no_preview(moderator):
    desk = Client()
    desk.force_login(moderator)
    assert desk.post(PREVIEW, {"title": "标题"}).status_code == 403


def test_links_are_found_by_words_title_and_address(desk):
    public = ArticleFactory(published=True, title="信用卡逾期之后怎么协商分期")
    draft = ArticleFactory(title="协商分期的草稿")
    ArticleFactory(title="协商分期，但在回收站里", trashed_at=timezone.now())
    later = ArticleFactory(
        published=True, title="协商分期，下周发布", published_at=timezone.now() + dt.timedelta(days=7)
    )
    search.update([public.pk, draft.pk, later.pk])
    with CaptureQueriesContext(connection) as queries:
        response = desk.get(LINKS, {"q": "协商分期"})
    asked = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]  # the test is in a transaction
    assert len(asked) <= 15, asked  # as every page of the desk
    assert titles(response) == [public.title, later.title, draft.title]
    assert response.json()["links"][0] == {"title": public.title, "url": public.get_absolute_url(), "status": "已发布"}
    assert [link["status"] for link in response.json()["links"][1:]] == ["已排期", "草稿"]
    assert titles(desk.get(LINKS, {"q": f"https://some.site{draft.get_absolute_url()}"})) == [draft.title]
    assert titles(desk.get(LINKS, {"q": change_url(later)})) == [later.title]
    assert titles(desk.get(LINKS)) == [later.title, draft.title, public.title]


@pytest.mark.parametrize("text", ["没有这样的标题", "a\0b", "/articles/99999999999999999999/", "%", "长" * 2000])
def test_links_that_are_not_found(desk, text):
    ArticleFactory()
    assert titles(desk.get(LINKS, {"q": text})) == []


def test_links_are_at_most_ten(desk):
    search.update([guide.pk for guide in ArticleFactory.create_batch(9, published=True)])
    ArticleFactory.create_batch(9)
    found = desk.get(LINKS, {"q": "信用卡逾期"}).json()["links"]
    assert [link["status"] for link in found].count("已发布") >= 7
    assert len(found) == 10


def test_the_form_takes_a_review_date_and_a_note(desk, author):
    guide = ArticleFactory(created_by=author)
    page = desk.get(change_url(guide)).content.decode()
    assert 'name="revision_note"' in page
    desk.post(change_url(guide), form_of(guide, review_by="2027-01-31", revision_note="核对了利率", _save="1"))
    guide.refresh_from_db()
    assert guide.review_by == dt.date(2027, 1, 31)
    response = desk.post(change_url(guide), form_of(guide, revision_note="长" * 201, _save="1"))
    assert "errornote" in response.content.decode()

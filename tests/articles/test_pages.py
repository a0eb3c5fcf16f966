"""What readers get, through the public face: every page, its queries, and what it must not do."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles import paging, views
from articles.models import Article, ArticleViews, Category, Tag
from articles.prepared import NOW
from tests.factories import ArticleFactory, CategoryFactory, CommentFactory, ExpertFactory
from tests.statements import in_words

pytestmark = pytest.mark.django_db


def text_of(response) -> str:
    """The page's text, as a reader sees it, on one line."""
    html = re.sub(r"(?s)<(head|script|style|noscript).*?</\1>", " ", response.content.decode())
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.fixture
def site() -> dict[str, str]:
    """A small site; the address of each kind of page."""
    category = CategoryFactory(name="征信", slug="credit")
    guides = ArticleFactory.create_batch(30, published=True, category=category, tags=["信用卡", "征信"])
    for guide in guides[:12]:
        guide.daily_views.create(day=timezone.localdate(), count=guide.pk)
    guide = guides[-1]
    for _ in range(5):
        question = CommentFactory(article=guide, approved=True)
        CommentFactory(article=guide, approved=True, by_expert=True, parent=question)
        CommentFactory(article=guide, approved=True, by_expert=True)
    guide.reviews.create(expert=ExpertFactory(), reviewed_on=dt.date(2026, 11, 1))
    return {
        "home": "/",
        "index": reverse("articles:index"),
        "older": f"{reverse('articles:index')}?before={guides[5].pk}",
        "newer": f"{reverse('articles:index')}?after={guides[5].pk}",
        "category": category.get_absolute_url(),
        "tag": guide.tags.get(name="征信").get_absolute_url(),
        "guide": guide.get_absolute_url(),
    }


QUERIES = {
    "home": 3,  # categories, newest, titles of the most read
    "index": 1,  # guides
    "older": 2,  # the guide that the page before ended with, guides
    "newer": 2,  # the same
    "category": 3,  # category, guides, titles of the most asked
    "tag": 3,  # tag, whether it is common, guides
    "guide": 6,  # guide with category and views, tags, related, others, latest review, comments with experts
}


@pytest.mark.parametrize("kind", QUERIES)
def test_queries(kind, site, client, django_assert_num_queries):
    client.get(site[kind])  # what was read the most is added up once a minute
    with django_assert_num_queries(QUERIES[kind]):
        response = client.get(site[kind])
    assert response.status_code == 200


def test_public_pages_set_no_cookie_and_write_nothing(site):
    client = Client(headers={"user-agent": "Mozilla/5.0"})
    for url in site.values():
        with CaptureQueriesContext(connection) as queries:
            response = client.get(url)
        assert not response.cookies
        assert "Cookie" not in response.get("Vary", "")
        assert {sql.lstrip("(").split()[0] for sql in in_words(queries)} <= {"SELECT"}


def test_a_page_is_the_same_for_staff_and_readers(site, chief):
    staff = Client()
    staff.force_login(chief)
    for url in site.values():
        assert staff.get(url).content == Client().get(url).content


def test_home_shows_newest_most_read_and_categories(client):
    old, new = (
        ArticleFactory(published=True, title=title, published_at=timezone.now() - dt.timedelta(days=days))
        for title, days in [("早先的一篇指南", 40), ("昨天的一篇指南", 1)]
    )
    old.daily_views.create(day=timezone.localdate(), count=3)
    text = text_of(client.get("/"))
    assert text.index(new.title) < text.index(old.title)
    assert text.rindex(old.title) > text.index("本周最多人看")
    assert text.count(new.title) == 1
    assert all(str(category) in text for category in Category.objects.all())


def test_an_empty_site_has_a_home(client):
    text = text_of(client.get("/"))
    assert "这里还没有指南" in text
    assert "走到哪一步了" not in text


def test_home_leads_to_the_stages_that_categories_name(client):
    CategoryFactory(stage="催收")
    assert re.search(r"走到哪一步了\s+催收", text_of(client.get("/")))


@pytest.mark.parametrize("status", ["draft", "in_review", "withdrawn", "scheduled"])
def test_what_is_not_public_is_nowhere(status, client):
    category = CategoryFactory()
    hidden = ArticleFactory(category=category, title="不该看见的标题", tags=["征信"])
    CommentFactory(article=hidden, approved=True, body="不该看见的评论")
    shown = ArticleFactory(category=category, published=True, tags=["征信"])
    if status == "scheduled":
        values = {"status": "published", "published_at": timezone.now() + dt.timedelta(hours=1)}
    else:
        values = {"status": status, "published_at": timezone.now() - dt.timedelta(hours=1)}
    Article.objects.filter(pk=hidden.pk).update(**values)
    hidden.daily_views.create(day=timezone.localdate(), count=99)
    assert client.get(hidden.get_absolute_url()).status_code == 404
    tag = hidden.tags.get()
    for url in ("/", "/articles/", category.get_absolute_url(), tag.get_absolute_url(), shown.get_absolute_url()):
        assert "不该看见" not in text_of(client.get(url))


def test_the_guide_shows_every_part(client):
    category = CategoryFactory(name="征信")
    article = ArticleFactory(
        published=True,
        title="信用卡逾期几天上征信",
        category=category,
        published_at=dt.datetime(2025, 4, 17, 6, 27, 24, tzinfo=dt.UTC),
        tags=["信用卡"],
        source="《征信业管理条例》第十六条\n\n中国人民银行 12363",
    )
    article.daily_views.create(day=timezone.localdate(), count=9)
    ArticleViews.objects.create(article=article, total=9)
    expert = ExpertFactory(name="何澜", role="律师助理")
    article.reviews.create(expert=expert, reviewed_on=dt.date(2025, 5, 1))
    CommentFactory(article=article, approved=True, expert=expert, body="先看账单。\n\n再打电话。")
    related = ArticleFactory(published=True, title="同一标签的另一篇指南", tags=["信用卡"])
    other = ArticleFactory(published=True, title="别的一篇已发布指南")
    response = client.get(article.get_absolute_url())
    text = text_of(response)
    for part in (
        "首页 › 征信 › 信用卡逾期几天上征信",
        "人气 9",
        "发布 2025-04-17 14:27",
        "编辑部",
        "审阅 何澜 （律师助理，未核验） 2025-05-01",
        "先说结论 先停用卡片",
        "目录 第一步 第二步",
        "资料来源 《征信业管理条例》第十六条 中国人民银行 12363",
        "精彩评论 何 何澜 律师助理 未核验",
        f"相关指南 {related.title}",
        f"其他指南 {other.title}",
    ):
        assert part in text
    html = response.content.decode()
    assert html.count("<h1") == 1
    assert '<a href="/tags/xin-yong-ka/">信用卡</a>' in html
    assert "<p>先看账单。</p>\n\n<p>再打电话。</p>" in html


def test_a_guide_names_others_once_and_itself_never(client):
    guides = ArticleFactory.create_batch(3, published=True, tags=["征信"])
    ArticleFactory.create_batch(12, published=True)
    onward = client.get(guides[0].get_absolute_url()).context["onward"]
    related, others = ([article.pk for article in articles] for articles in (onward.related, onward.others))
    assert sorted(related) == sorted(guide.pk for guide in guides[1:])
    assert len(others) == 10
    assert not {guides[0].pk, *related} & set(others)


def test_a_comment_cannot_bring_markup(client):
    comment = CommentFactory(approved=True, body="<b>加粗</b> http://example.com", nickname="<i>我</i>")
    html = client.get(comment.article.get_absolute_url()).content.decode()
    assert "&lt;b&gt;加粗&lt;/b&gt; http://example.com" in html
    assert "&lt;i&gt;我&lt;/i&gt;" in html


def test_any_other_address_of_a_guide_leads_to_its_present_one(client):
    article = ArticleFactory(published=True, title="原来的一个标题")
    old = article.get_absolute_url()
    article.title = "换了的一个标题"
    article.save()
    new = article.get_absolute_url()
    assert old != new
    for url in (old, f"/articles/{article.pk}/", f"/articles/{article.pk}-原来/"):
        response = client.get(url)
        assert (response.status_code, response["Location"]) == (301, new)
    assert client.get(new).status_code == 200


@pytest.mark.parametrize(
    "url",
    [
        "/articles/999-x/",
        "/categories/x/",
        "/tags/x/",
        "/articles/?before=999",
        "/no/",
        "/articles/99999999999999999999-x/",
    ],
)
def test_what_is_not_there_is_a_kind_404(url, client):
    response = client.get(url)
    assert response.status_code == 404
    assert "没有找到这一页" in text_of(response)


@pytest.mark.parametrize("cursor", ["x", "", "-1", "١", "1 or 1=1", "9" * 30])
def test_a_broken_cursor_is_a_404(cursor, client):
    assert client.get("/articles/", {"before": cursor}).status_code == 404


def test_a_failure_says_sorry_in_chinese(monkeypatch):
    monkeypatch.setattr(paging.Pages, "get", lambda *args: 1 / 0)
    response = Client(raise_request_exception=False).get("/articles/")
    assert response.status_code == 500
    assert "网站出了点问题" in response.content.decode()


def test_a_common_tag_is_listed_as_a_rare_one(client, monkeypatch):
    now = timezone.now()
    guides = [
        ArticleFactory(published=True, tags=["征信"], published_at=now - dt.timedelta(hours=hour)) for hour in range(45)
    ]
    ArticleFactory(tags=["征信"])
    address = Tag.objects.get(name="征信").get_absolute_url()

    def listed(query: str) -> list[int]:
        return [guides.index(guide) for guide in client.get(address + query).context["page"].articles]

    for many in (1000, 46, 45):
        monkeypatch.setattr(views, "MANY_OF_TAG", many)
        assert listed("") == list(range(20))
        assert listed(f"?before={guides[19].pk}") == list(range(20, 40))
        assert listed(f"?after={guides[30].pk}") == list(range(10, 30))


def test_every_guide_is_on_exactly_one_page_even_when_all_appeared_at_once(client, monkeypatch):
    monkeypatch.setattr(views, "_all_guides", paging.Pages(Article.objects.published(NOW), size=3))
    now = timezone.now()
    guides = [ArticleFactory(published=True, published_at=now - dt.timedelta(days=n // 5)) for n in range(11)]
    seen: list[int] = []
    pages = ["/articles/"]
    while True:
        page = client.get(pages[-1]).context["page"]
        seen += [article.pk for article in page.articles]
        if not page.older:
            break
        pages.append("/articles/" + page.older)
    assert sorted(seen) == sorted(guide.pk for guide in guides)
    assert len(pages) == 4
    for forward, back in zip(pages[-2::-1], _walk_back(client, pages[-1]), strict=True):
        assert [a.pk for a in client.get(forward).context["page"].articles] == back


def _walk_back(client, url: str) -> list[list[int]]:
    found = []
    while newer := client.get(url).context["page"].newer:
        url = "/articles/" + newer
        found.append([article.pk for article in client.get(url).context["page"].articles])
    return found


def test_every_public_page_has_one_h1_a_title_and_chinese(site, client):
    for url in site.values():
        html = client.get(url).content.decode()
        assert html.count("<h1") == 1
        assert '<html lang="zh-CN">' in html
        assert re.search(r"<title>[^<]+</title>", html)


def test_a_correction_is_dated_and_explained(client):
    article = ArticleFactory(published=True)
    article.body += "改过的一句。"
    article.correction_note = "条号写错了，已按现行法改正。"
    article.save()
    assert f"{timezone.localdate():%Y-%m-%d} 更正： 条号写错了，已按现行法改正。" in text_of(
        client.get(article.get_absolute_url())
    )


def test_a_guide_without_a_short_answer_is_described_by_how_it_begins(client):
    article = ArticleFactory(published=True, summary="", body="## 先看\n\n别&怕。")
    html = client.get(article.get_absolute_url()).content.decode()
    assert '<meta name="description" content="先看 别&amp;怕。">' in html
    assert "先说结论" not in html

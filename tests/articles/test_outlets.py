"""What leaves the building besides the pages: feeds, sitemaps, robots.txt, structured data, share addresses."""

import datetime as dt
import gzip
import json
import re
import secrets
from xml.etree import ElementTree as ET

import pytest
from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from articles import share_images, sitemaps
from articles.models import Article, Page, PushTask, Term
from debtfaq.middleware import GZipWords
from tests.factories import ArticleFactory, CategoryFactory, CommentFactory, ExpertFactory

pytestmark = pytest.mark.django_db

SITE = "http://127.0.0.1:8000"
ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def xml(response) -> ET.Element:
    assert response.status_code == 200
    return ET.fromstring(response.content)  # noqa: S314  (our own)


def structured_data(response) -> dict[str, dict]:
    """Return the nodes of a page's JSON-LD by type."""
    html = response.content.decode()
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    return {node["@type"]: node for block in blocks for node in json.loads(block)["@graph"]}


def test_atom_holds_the_newest_guides_in_full_with_stable_ids(client):
    old, new = (
        ArticleFactory(published=True, body=f"正文<b>{days}", published_at=timezone.now() - dt.timedelta(days=days))
        for days in (9, 1)
    )
    ArticleFactory()
    feed = xml(client.get("/feeds/atom.xml"))
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == [new.title, old.title]
    assert entries[0].findtext(f"{ATOM}id") == f"tag:127.0.0.1,2026:articles/{new.pk}"
    assert entries[0].findtext(f"{ATOM}content") == "<p>正文&lt;b&gt;1</p>\n"
    assert entries[0].find(f"{ATOM}link").get("href") == SITE + new.get_absolute_url()
    new.title = "换了标题的一篇指南"
    new.save()
    again = xml(client.get("/feeds/atom.xml")).find(f"{ATOM}entry")
    assert again.findtext(f"{ATOM}id") == f"tag:127.0.0.1,2026:articles/{new.pk}"
    assert again.findtext(f"{ATOM}updated") > again.findtext(f"{ATOM}published")


def test_rss_and_the_feeds_of_a_category(client):
    category = CategoryFactory(name="征信", slug="credit")
    mine = ArticleFactory(published=True, category=category)
    ArticleFactory(published=True)
    channel = xml(client.get("/feeds/credit/rss.xml")).find("channel")
    assert channel.findtext("title") == "债务问答 · 征信"
    [item] = channel.findall("item")
    assert item.findtext("title") == mine.title
    assert item.find("guid").get("isPermaLink") == "false"
    assert item.findtext("{http://purl.org/rss/1.0/modules/content/}encoded") == mine.body_html
    assert client.get("/feeds/nothing/atom.xml").status_code == 404


@pytest.mark.parametrize("path", ["/feeds/atom.xml", "/feeds/rss.xml", "/", "/sitemap.xml"])
def test_conditional_get(path, client):
    ArticleFactory(published=True)
    first = client.get(path)
    again = client.get(path, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_sitemap_names_every_public_address_and_its_last_real_edit(client, monkeypatch):
    monkeypatch.setattr(sitemaps, "PER_FILE", 2)
    guides = ArticleFactory.create_batch(5, published=True, tags=["征信"])
    ArticleFactory(tags=["看不见"])
    guides[0].title = "更正过的一篇指南"
    guides[0].save()
    index = [loc.text for loc in xml(client.get("/sitemap.xml")).iter(f"{SITEMAP}loc")]
    found = {}
    for address in index:
        response = client.get(address.removeprefix(SITE))
        if response.status_code == 404:  # a run of numbers in which nothing is public
            continue
        urls = xml(response).findall(f"{SITEMAP}url")
        assert len(urls) <= 2 or "site.xml" in address
        found |= {url.findtext(f"{SITEMAP}loc"): url.findtext(f"{SITEMAP}lastmod") for url in urls}
    assert {SITE + guide.get_absolute_url() for guide in guides} <= set(found)
    assert found[SITE + guides[0].get_absolute_url()] == timezone.localtime(guides[0].corrected_at).isoformat()
    assert SITE + "/tags/zheng-xin/" in found
    assert SITE + "/pages/privacy/" in found
    assert SITE + guides[0].category.get_absolute_url() in found
    assert not [address for address in found if "kan-bu-jian" in address]
    for address in found:
        assert client.get(address.removeprefix(SITE)).status_code == 200


def test_robots(client):
    text = client.get("/robots.txt").content.decode()
    assert "Disallow: /admin/" in text
    assert f"Sitemap: {SITE}/sitemap.xml" in text


def test_a_guide_says_what_it_is(client):
    article = ArticleFactory(published=True, title="还不上怎么办</script><b>", byline="编辑部")
    article.reviews.create(expert=ExpertFactory(name="何澜"), reviewed_on=dt.date(2026, 11, 1))
    response = client.get(article.get_absolute_url())
    data = structured_data(response)
    assert data["Article"]["headline"] == article.title
    assert data["Article"]["author"]["name"] == "编辑部"
    assert data["Article"]["dateModified"] == article.published_at.isoformat()
    assert [step["name"] for step in data["BreadcrumbList"]["itemListElement"]] == [
        "首页",
        article.category.name,
        article.title,
    ]
    reviewer = article.reviews.get().expert
    url = SITE + reviewer.get_absolute_url()
    assert data["WebPage"]["reviewedBy"] == {"@type": "Person", "name": "何澜", "url": url}
    assert data["WebPage"]["lastReviewed"] == "2026-11-01"
    assert "QAPage" not in data
    html = response.content.decode()
    assert f'<link rel="canonical" href="{SITE}{article.get_absolute_url()}">' in html
    assert f'<meta property="og:url" content="{SITE}{article.get_absolute_url()}">' in html
    assert '<meta property="og:title" content="还不上怎么办&lt;/script&gt;&lt;b&gt;">' in html


def test_a_title_is_claimed_only_for_a_verified_expert(client, chief):
    article = ArticleFactory(published=True)
    expert = ExpertFactory(role="律师助理")
    article.reviews.create(expert=expert, reviewed_on=dt.date(2026, 11, 1))
    expert.verify(by=chief)
    data = structured_data(client.get(article.get_absolute_url()))
    assert data["WebPage"]["reviewedBy"]["jobTitle"] == "律师助理"


def test_a_question_is_marked_up_only_with_an_experts_answer(client):
    question = CommentFactory(approved=True, body="最低还款算逾期吗？")
    url = question.article.get_absolute_url()
    CommentFactory(article=question.article, parent=question, approved=True, body="我也想知道")
    CommentFactory(article=question.article, parent=question, by_expert=True, body="还没通过的回答")
    assert "QAPage" not in structured_data(client.get(url))
    answer = CommentFactory(article=question.article, parent=question, approved=True, by_expert=True, body="一般不算。")
    data = structured_data(client.get(url))["QAPage"]["mainEntity"]
    assert (data["text"], data["answerCount"]) == ("最低还款算逾期吗？", 1)
    assert data["suggestedAnswer"][0]["text"] == "一般不算。"
    assert data["suggestedAnswer"][0]["url"].endswith(f"#comment-{answer.pk}")


def test_a_shared_address_betrays_nothing(client):
    article = ArticleFactory(published=True, title="信用卡逾期被起诉")
    html = client.get(f"/s/{article.pk}/").content.decode()
    visible = html.replace(article.get_absolute_url(), "")
    for word in ("信用卡", "逾期", "债务", "起诉"):
        assert word not in visible
    assert f'content="0; url={article.get_absolute_url()}"' in html
    assert client.get(f"/s/{ArticleFactory().pk}/").status_code == 404


def test_archive_leads_to_every_month_and_every_guide(client):
    times = ["2025-11-30T16:00+00:00", "2026-01-31T15:59+00:00", "2026-01-31T16:00+00:00"]
    guides = [ArticleFactory(published=True, published_at=dt.datetime.fromisoformat(time)) for time in times]
    html = client.get("/archive/").content.decode()
    assert re.findall(r'href="/archive/(\d+/\d+)/"', html) == ["2026/2", "2026/1", "2025/12"]
    for guide, month in zip(guides, ["2025/12", "2026/1", "2026/2"], strict=True):
        page = client.get(f"/archive/{month}/").context["page"]
        assert [article.pk for article in page.articles] == [guide.pk]
    assert "这个月没有发布指南" in client.get("/archive/2024/12/").content.decode()
    assert client.get("/archive/2026/13/").status_code == 404


def test_the_first_pages_of_a_site_are_there(client):
    for slug in ("about", "editorial-policy", "privacy", "contact"):
        response = client.get(reverse("articles:page", args=[slug]))
        assert response.status_code == 200
        assert Page.objects.get(slug=slug).title in response.content.decode()


def test_a_page_dates_only_real_edits():
    page = Page.objects.get(slug="about")
    before = page.edited_at
    page.title = "关于我们"
    page.save()
    assert Page.objects.get(slug="about").edited_at == before
    page.body += "\n多了一句。\n"
    page.save()
    assert Page.objects.get(slug="about").edited_at > before


def test_the_glossary_is_linked_in_guides_and_follows_its_changes(client, django_capture_on_commit_callbacks):
    article = ArticleFactory(published=True, body="催收打来电话。")

    def link() -> bool:
        article.refresh_from_db()
        return 'class="term">催收</a>' in article.body_html

    with django_capture_on_commit_callbacks(execute=True):
        term = Term.objects.create(term="催收", meaning="向欠款人讨要欠款", article=article)
    assert link()
    assert article.corrected_at is None
    assert article.get_absolute_url() in client.get("/glossary/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        term.term = "讨债"
        term.save()
    assert not link()
    with django_capture_on_commit_callbacks(execute=True):
        term.aliases = "催收"
        term.save()
    assert link()
    with django_capture_on_commit_callbacks(execute=True):
        term.delete()
    assert not link()


def test_search_finds_words_in_any_part_and_nothing_hidden(client, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        in_title, in_body = _two_guides_and_a_draft()
    found = [hit.article for hit in client.get("/search/", {"q": "催收 上门"}).context["results"].hits]
    assert found == [in_title, in_body]
    assert "没有找到" in client.get("/search/", {"q": "火星"}).content.decode()


def _two_guides_and_a_draft() -> tuple[Article, Article]:
    in_title = ArticleFactory(published=True, title="催收上门怎么办")
    in_body = ArticleFactory(published=True, body="催收，以及上门。")
    ArticleFactory(title="催收上门的草稿一篇")
    return in_title, in_body


@pytest.mark.parametrize(
    "text", ["", " ", "\0", "%", "_", "'; drop table--", "长" * 10_000, "😀", "<script>x</script>"]
)
def test_search_takes_anything(text, client):
    response = client.get("/search/", {"q": text})
    assert response.status_code == 200
    assert "<script>x" not in response.content.decode()


def test_404_offers_search_and_the_most_read(client):
    article = ArticleFactory(published=True)
    article.daily_views.create(day=timezone.localdate(), count=1)
    html = client.get("/nothing/").content.decode()
    assert article.title in html
    assert 'role="search"' in html


def test_pages_travel_compressed(client):
    article = ArticleFactory(published=True)
    response = client.get(article.get_absolute_url(), headers={"accept-encoding": "gzip"})
    assert response["Content-Encoding"] == "gzip"
    assert len(response.content) < 14_000
    assert article.title in gzip.decompress(response.content).decode()
    headers = {"accept-encoding": "gzip", "if-none-match": response["ETag"]}
    assert client.get(article.get_absolute_url(), headers=headers).status_code == 304
    assert article.title in client.get(article.get_absolute_url()).content.decode()  # to those who ask for no coding


def test_the_length_of_a_page_tells_no_secrets(client):
    """Whoever can put words into a page could else guess others in it: what is guessed well makes it shorter."""
    answers = [client.get("/search/?q=逾期", headers={"accept-encoding": "gzip"}) for _ in range(9)]
    assert len({gzip.decompress(answer.content) for answer in answers}) == 1
    assert len({len(answer.content) for answer in answers}) > 1
    assert all(int(answer["Content-Length"]) == len(answer.content) for answer in answers)


def test_what_is_compressed_already_travels_as_it_is(rf):
    body = secrets.token_bytes(2000)
    asked = rf.get("/", headers={"accept-encoding": "gzip"})
    response = GZipWords(lambda _: HttpResponse(body, content_type="application/zip"))(asked)
    assert response.content == body
    assert "Content-Encoding" not in response


def test_headers_keep_the_reader_private(client):
    response = client.get("/")
    policy = response["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=()" in response["Permissions-Policy"]
    assert "no-transform" in response["Cache-Control"]


def test_filing_numbers_stand_in_the_footer_when_set(client, settings):
    assert "beian" not in client.get("/").content.decode()
    settings.ICP_NUMBER, settings.POLICE_NUMBER = "京ICP备1号", "京公网安备2号"
    html = client.get("/").content.decode()
    assert "京ICP备1号" in html
    assert "京公网安备2号" in html


def test_the_key_of_indexnow_is_shown_only_when_set(client, settings):
    assert client.get("/secret123.txt").status_code == 404
    settings.INDEXNOW_KEY = "secret123"
    assert client.get("/secret123.txt").content == b"secret123"
    assert client.get("/other.txt").status_code == 404


def test_search_engines_hear_of_what_appears_changes_and_goes(settings, editor):
    settings.BAIDU_PUSH_TOKEN = settings.INDEXNOW_KEY = "x"
    article = ArticleFactory()
    assert not PushTask.objects.exists()
    article.publish(by=editor)
    assert set(PushTask.objects.values_list("engine", "path")) == {
        ("baidu", article.get_absolute_url()),
        ("indexnow", article.get_absolute_url()),
    }
    article.title = "换了标题的一篇指南"
    article.save()
    assert set(PushTask.objects.values_list("path", flat=True)) == {article.get_absolute_url()}
    article.withdraw(by=editor)
    assert [task.engine for task in PushTask.objects.all()] == ["indexnow"]


def test_pictures_for_sharing_are_drawn_when_a_guide_appears_and_follow_its_title(
    client, editor, django_capture_on_commit_callbacks
):
    if share_images.draw("字", "字", share_images.WIDE) is None:
        pytest.skip("没有中文字体")
    article = ArticleFactory()
    with django_capture_on_commit_callbacks(execute=True):
        article.publish(by=editor)
    article = Article.objects.get()
    first = article.share_image.name
    for picture, size in [(article.share_image, (1200, 630)), (article.share_square, (300, 300))]:
        with picture.open() as file:
            assert Image.open(file).size == size
    assert f'content="{SITE}/media/{first}"' in client.get(article.get_absolute_url()).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        article.body += "补充。"
        article.save()
    assert Article.objects.get().share_image.name == first
    with django_capture_on_commit_callbacks(execute=True):
        article.title = "换了标题的一篇指南"
        article.save()
    assert Article.objects.get().share_image.name != first
    assert not default_storage.exists(first)


def test_without_a_font_the_picture_of_the_site_is_shared(
    client, editor, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(share_images, "draw", lambda *args: None)
    article = ArticleFactory()
    with django_capture_on_commit_callbacks(execute=True):
        article.publish(by=editor)
    assert "/static/img/share.png" in client.get(article.get_absolute_url()).content.decode()

"""That the long parts of guides stay in the database where a page only names guides."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles.models import Term
from comments.models import Comment, CommentRule
from tests.audit import small_site

BODIES = ('"articles_article"."body"', '"articles_article"."body_html"', '"articles_article"."toc"')


@pytest.fixture
def site(db) -> small_site.SmallSite:
    site = small_site.make()
    Term.objects.update(article=site.guide)
    return site


def bodies_read(client, address: str) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    assert response.status_code == 200, address
    return [query["sql"] for query in queries if any(column in query["sql"] for column in BODIES)]


def test_pages_that_only_name_guides_do_not_read_their_bodies(site, client):
    published = site.guide.published_at
    expert = Comment.objects.filter(expert__isnull=False).first().expert
    for address in (
        reverse("articles:home"),
        reverse("articles:index"),
        site.guide.category.get_absolute_url(),
        site.guide.tags.first().get_absolute_url(),
        reverse("articles:archive"),
        reverse("articles:archive_month", args=[published.year, published.month]),
        reverse("articles:glossary"),
        reverse("articles:shared", args=[site.guide.pk]),
        f"{reverse('articles:search')}?q=信用卡",
        expert.get_absolute_url(),
        "/sitemap.xml",
    ):
        assert not bodies_read(client, address), address


def test_lists_at_the_desk_do_not_either(site, client, chief):
    client.force_login(chief)
    CommentRule.objects.create(article=site.guide)
    for address in (
        reverse("admin:index"),
        reverse("admin:articles_article_changelist"),
        reverse("admin:articles_article_trash"),
        reverse("admin:comments_comment_changelist"),
        reverse("admin:comments_comment_queue"),
        reverse("admin:comments_review_changelist"),
        reverse("admin:comments_commentrule_changelist"),
        reverse("admin:articles_term_changelist"),
        reverse("admin:articles_link_changelist"),
    ):
        assert not bodies_read(client, address), address

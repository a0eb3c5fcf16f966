"""Which guides link where, and that a link which leads nowhere is known at once."""

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from articles import search
from articles.admin import links as links_admin
from articles.linking import paths_in
from articles.models import Category, Image, Link, Redirect, Term
from tests.articles.test_pages import text_of
from tests.factories import ArticleFactory, CategoryFactory, ExpertFactory

pytestmark = pytest.mark.django_db


def broken() -> set[str]:
    return set(Link.objects.filter(is_broken=True).values_list("path", flat=True))


def linking_to(*addresses: str, **values):
    return ArticleFactory(body="\n\n".join(f"见[这里]({address})。" for address in addresses), **values)


def test_own_addresses_only_each_once_decoded(settings):
    html = (
        '<p><a href="/tags/a/?x=1#s">a</a><a href="/tags/a/">a</a><a href="#s-1">b</a><a href="https://x.cn/tags/a/">c</a>'
        f'<a href="{settings.SITE_URL}/%E6%97%A7/">d</a><a href="mailto:a@b.cn">e</a><img src="/media/x.png" alt="">'
        '<a href="/glossary/#lpr" class="term">LPR</a><a href="../b&amp;c/">f</a><a href="//[">g</a></p>'
    )
    assert paths_in(html, "/articles/1-a/") == ["/tags/a/", "/旧/", "/media/x.png", "/articles/b&c/"]


def test_everything_on_the_site_can_be_linked_to_and_what_is_not_there_is_broken():
    guide, category, expert = ArticleFactory(published=True), CategoryFactory(slug="there"), ExpertFactory()
    image = Image.objects.create(key="0123456789abcdef", file="x.jpg", width=10, height=10, size=1)
    Redirect.objects.create(path="/old/", to=guide.get_absolute_url())
    good = [
        guide.get_absolute_url(),
        f"/s/{guide.pk}/",
        "/",
        "/glossary/",
        "/pages/privacy/",
        "/categories/there/",
        "/old/",
    ]
    good += [f"/experts/{expert.pk}/", f"/media/images/{image.key}-10x10.jpg"]
    bad = ["/articles/999999-x/", "/categories/nowhere/", "/experts/999999/", "/nothing/", "/media/x.png"]
    bad += ["/media/images/fedcba9876543210-10x10.jpg"]
    article = linking_to(*good, *bad)
    assert broken() == set(bad)
    assert set(guide.linked_from.values_list("article", flat=True)) == {article.pk}
    assert Link.objects.get(image=image).article == article
    category.slug = "elsewhere"
    category.save()
    assert broken() == set(bad), "the old address leads on"


def test_links_follow_what_becomes_of_guide_and_target(chief):
    target = ArticleFactory(published=True)
    article = linking_to(target.get_absolute_url(), "/categories/later/")
    assert broken() == {"/categories/later/"}
    CategoryFactory(slug="later")
    assert not broken()
    target.withdraw(by=chief)
    assert broken() == {target.get_absolute_url()}
    target.publish(by=chief)
    assert not broken()
    target.trash(by=chief)
    assert broken() == {target.get_absolute_url()}
    path = target.get_absolute_url()
    target.delete()
    assert broken() == {path}
    article.body = "没有链接了。"
    article.save()
    assert not Link.objects.exists()
    Category.objects.filter(slug="later").delete()


def test_saving_costs_few_queries_whatever_the_number_of_links(django_assert_max_num_queries):
    article = ArticleFactory()
    article.body = "\n\n".join(f"[{n}](/articles/{n}-x/) [{n}](/tags/t{n}/)" for n in range(100))
    with django_assert_max_num_queries(14):
        article.save()
    assert Link.objects.count() == 200


def test_refresh_links_finds_what_signals_did_not_tell_of(capsys):
    Term.objects.create(term="利率", meaning="借钱的价格")
    target = ArticleFactory(published=True)
    linking_to(target.get_absolute_url(), body_html="")
    Link.objects.update(is_broken=True, target=None)
    call_command("refresh_links")
    assert "改动 1 条链接；现在有 0 条失效" in capsys.readouterr().out
    assert Link.objects.get().target == target


def test_the_page_of_links_and_the_list_of_broken_ones(chief, django_assert_max_num_queries):
    desk = Client()
    desk.force_login(chief)
    target = ArticleFactory(published=True, title="被链接的那一篇指南")
    for _ in range(5):
        linking_to(target.get_absolute_url(), "/nothing/", title="链接过去的一篇指南")
    with django_assert_max_num_queries(6):
        page = text_of(desk.get(reverse("admin:articles_article_link_report", args=[target.pk])))
    assert page.count("链接过去的一篇指南") == 5
    with django_assert_max_num_queries(10):
        listed = text_of(desk.get(reverse("admin:articles_link_changelist") + "?is_broken__exact=1"))
    assert listed.count("/nothing/") == 5
    assert target.get_absolute_url() not in listed
    assert desk.get(reverse("admin:articles_article_link_report", args=[999999])).status_code == 404


def test_links_are_searched_by_how_they_begin_and_by_their_guides(chief, monkeypatch):
    desk = Client()
    desk.force_login(chief)
    linking_to("/tags/b/", "/tags/a/", "/TAGS/", "/articles/1_/", title="写到白鹭的一篇指南", published=True)
    linking_to("/articles/12/", title="写到灰鹤的一篇指南", published=True)
    search.update(Link.objects.values_list("article", flat=True))

    def found(words: str) -> list[str]:
        page = desk.get(reverse("admin:articles_link_changelist"), {"q": words})
        return [link.path for link in page.context["cl"].result_list]

    assert found("/tags/") == ["/tags/a/", "/tags/b/"]
    assert found("/articles/1_") == ["/articles/1_/"]
    assert found("灰鹤") == ["/articles/12/"]
    assert found("/") == sorted(found(""))
    monkeypatch.setattr(links_admin, "MOST_LINKS", 1)
    assert len(found("/tags/")) == 1

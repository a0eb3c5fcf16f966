"""What search engines may fetch and when it last really changed (sitemaps.org protocol 0.9)."""

import datetime as dt

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from articles.addresses import path_to
from articles.models import Article, Category, Page, Tag, TaggedArticle
from articles.querysets import is_public

# Guides of one file: those whose numbers lie in one run of this length. So no file is found by counting through
# those before it, and a guide stays in its file for ever. The protocol allows 50,000.
PER_FILE = 10_000

Entry = tuple[str, dt.datetime | None]  # a path, and when readers last got to see other words there


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /s/",
        "Disallow: /preview/",
        "",
        f"Sitemap: {settings.SITE_URL}{path_to('articles:sitemap')}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    last = Article.objects.published(few=True).only("pk").order_by("pk").last()
    parts = range(last.pk // PER_FILE + 1) if last else range(0)
    paths = [path_to("articles:sitemap_site"), *(path_to("articles:sitemap_guides", part) for part in parts)]
    return _xml(request, "articles/sitemap_index.xml", {"paths": paths})


@require_safe
def site(request: HttpRequest) -> HttpResponse:
    """Everything but the guides."""
    paths = [path_to(f"articles:{name}") for name in ("home", "index", "archive", "glossary")]
    paths += [category.get_absolute_url() for category in Category.objects.in_order()]
    entries: list[Entry] = [(path, None) for path in paths]
    entries += [(page.get_absolute_url(), page.edited_at) for page in Page.objects.all()]
    tagged = TaggedArticle.objects.filter(is_public("content_object__"), tag=OuterRef("pk"))
    entries += [(tag.get_absolute_url(), None) for tag in Tag.objects.filter(Exists(tagged))[:PER_FILE]]
    return _xml(request, "articles/sitemap.xml", {"entries": entries})


@require_safe
def guides(request: HttpRequest, part: int) -> HttpResponse:
    rows = Article.objects.published(few=True).filter(pk__gte=part * PER_FILE, pk__lt=(part + 1) * PER_FILE)
    entries = [
        (article.get_absolute_url(), article.edited_at)
        for article in rows.only("slug", "published_at", "corrected_at").order_by("pk")
    ]
    if not entries:
        raise Http404("没有这一部分")
    return _xml(request, "articles/sitemap.xml", {"entries": entries})


def _xml(request: HttpRequest, template: str, context: dict[str, object]) -> HttpResponse:
    return render(request, template, context, content_type="application/xml; charset=utf-8")

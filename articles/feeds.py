"""The newest guides in full, as Atom and RSS, of the whole site and of each category."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.xmlutils import SimplerXMLGenerator

from articles.addresses import absolute, with_absolute_addresses
from articles.models import Article, Category

ENTRIES = 20
STARTED = 2026  # a year in which the host was ours, as a tag URI (RFC 4151) wants it


class FullAtom(Atom1Feed):
    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["content"], {"type": "html"})


class FullRss(Rss201rev2Feed):
    def rss_attributes(self) -> dict[str, str]:
        return {**super().rss_attributes(), "xmlns:content": "http://purl.org/rss/1.0/modules/content/"}

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content:encoded", item["content"])


class AtomFeed(Feed[Article, Category | None]):
    feed_type: type[SyndicationFeed] = FullAtom
    language = "zh-CN"
    route, category_route = "articles:atom", "articles:category_atom"

    def get_object(self, request: HttpRequest, slug: str | None = None) -> Category | None:
        if slug is None:
            return None
        category = Category.objects.filter(slug=slug).first()
        if category is None:
            raise Http404("没有这个分类")
        return category

    def title(self, category: Category | None) -> str:
        return f"{settings.SITE_NAME} · {category.name}" if category else settings.SITE_NAME

    def subtitle(self, category: Category | None) -> str:
        return category.description if category else settings.SITE_TAGLINE

    description = subtitle

    def link(self, category: Category | None) -> str:
        return absolute(category.get_absolute_url() if category else reverse("articles:home"))

    def feed_url(self, category: Category | None) -> str:
        return absolute(reverse(self.category_route, args=[category.slug]) if category else reverse(self.route))

    def feed_guid(self, category: Category | None) -> str:
        return tag_uri(f"categories/{category.pk}" if category else "site")

    def items(self, category: Category | None) -> list[Article]:
        guides = Article.objects.published().select_related("category").defer("body", "toc")
        if category:
            guides = guides.filter(category=category)
        return list(guides.newest_first()[:ENTRIES])

    def item_title(self, item: Article) -> str:
        return item.title

    def item_description(self, item: Article) -> str:
        return item.summary

    def item_link(self, item: Article) -> str:
        return absolute(item.get_absolute_url())

    def item_guid(self, item: Article) -> str:
        return tag_uri(f"articles/{item.pk}")

    item_guid_is_permalink = False

    def item_author_name(self, item: Article) -> str:
        return item.byline or settings.SITE_NAME

    def item_pubdate(self, item: Article) -> dt.datetime | None:
        return item.published_at

    def item_updateddate(self, item: Article) -> dt.datetime | None:
        return item.edited_at

    def item_categories(self, item: Article) -> list[str]:
        return [str(item.category)]

    def item_extra_kwargs(self, item: Article) -> dict[str, str]:
        return {"content": with_absolute_addresses(item.body_html)}


class RssFeed(AtomFeed):
    feed_type = FullRss
    route, category_route = "articles:rss", "articles:category_rss"


def tag_uri(what: str) -> str:
    """Return an identifier that stays when titles and addresses change (RFC 4151)."""
    host = settings.SITE_URL.split("://", 1)[1].split(":", 1)[0]
    return f"tag:{host},{STARTED}:{what}"

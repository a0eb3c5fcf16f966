"""Keep posts of a WordPress site as drafts, many at once."""

import re
from functools import cached_property

from django.db import transaction
from django.db.models.functions import Lower
from django.db.models.signals import post_save
from django.urls import Resolver404, resolve

from articles import linking, revisions
from articles.importers.html import Converted, to_text
from articles.importers.wordpress import PostRecord
from articles.models import Article, Category, Redirect, Tag, TaggedArticle, Term
from articles.slugs import MAX_LENGTH as SLUG_LENGTH

LAST_POSITION = 100  # a category that came with an import stands after those that editors have put in order
TITLE_LENGTH, SHORTEST_TITLE, SUMMARY_LENGTH, BYLINE_LENGTH, CATEGORY_LENGTH, TAG_LENGTH = 80, 4, 300, 60, 30, 100
PATH_LENGTH = 255
NOTE = "从 WordPress 导入"

_TAG_SEPARATORS = re.compile(r"[,，、;；\s]+")


class Post:
    """A post on its way to be a guide. Of several categories the first is the guide's; the others become tags."""

    def __init__(self, record: PostRecord, body: Converted) -> None:
        self.record, self.body = record, body
        self.was_public = record.status in {"publish", "future"}

    @cached_property
    def article(self) -> Article:
        record = self.record
        return Article(
            title=title_of(record),
            summary=_cut(" ".join(to_text(record.excerpt).split()), SUMMARY_LENGTH),
            body=self.body.markdown,
            byline=_cut(record.byline, BYLINE_LENGTH),
            source=f"原文：{record.link}" if record.link.startswith(("http://", "https://")) else "",
            published_at=record.posted_at if self.was_public else None,
            import_key=record.key,
        )

    @cached_property
    def category(self) -> tuple[str, str] | None:
        """The name of the category, and how it stood in addresses."""
        first = next(iter(self.record.categories), None)
        return (_cut(first[1], CATEGORY_LENGTH), first[0].lower()) if first else None

    @cached_property
    def tags(self) -> list[str]:
        """Names of tags, as an editor could write them, each once."""
        names = [*self.record.tags, *(name for _, name in self.record.categories[1:])]
        clean = (_TAG_SEPARATORS.sub(" ", name).strip()[:TAG_LENGTH].strip() for name in names)
        return list({name.lower(): name for name in clean if name}.values())


def title_of(record: PostRecord) -> str:
    return _cut(record.title, TITLE_LENGTH) or f"无标题（原编号 {record.number}）"


@transaction.atomic
def write_guides(posts: list[Post]) -> None:
    """Keep new guides with tags, first revision and old address, in a number of queries that does not grow with them.

    Whatever follows a guide that is saved (the search and others) hears of them as of any.
    """
    terms = Term.objects.links()
    categories = _categories(posts)
    for post in posts:
        post.article.category = categories[post.category] if post.category else None
        post.article.derive(terms)
    Article.objects.bulk_create(post.article for post in posts)
    tags = _tags(posts)
    revisions.record_new({post.article: [tags[name.lower()].name for name in post.tags] for post in posts}, note=NOTE)
    Redirect.objects.bulk_create(
        (Redirect(path=post.record.path, to=post.article.get_absolute_url()) for post in posts if _is_free(post)),
        ignore_conflicts=True,
    )
    with linking.together():
        for post in posts:
            post_save.send(Article, instance=post.article, created=True, update_fields=None, raw=False, using="default")


def _categories(posts: list[Post]) -> dict[tuple[str, str], Category]:
    """Return the categories of the posts, made where there is none of the name."""
    wanted = {post.category for post in posts if post.category}
    known = {category.name: category for category in Category.objects.filter(name__in=[name for name, _ in wanted])}
    for name, slug in sorted(wanted):
        if name not in known:
            is_good = re.fullmatch(r"[a-z0-9_-]+", slug) and len(slug) <= SLUG_LENGTH
            is_free = is_good and not Category.objects.filter(slug=slug).exists()
            known[name] = Category.objects.create(name=name, slug=slug if is_free else "", position=LAST_POSITION)
    return {(name, slug): known[name] for name, slug in wanted}


def _tags(posts: list[Post]) -> dict[str, Tag]:
    """Give the guides their tags; return the tags by their names in lower case."""
    wanted = {name.lower(): name for post in posts for name in post.tags}
    rows = Tag.objects.annotate(lower=Lower("name")).filter(lower__in=wanted) | Tag.objects.annotate(
        lower=Lower("name")
    ).filter(name__in=wanted.values())
    tags = {tag.name.lower(): tag for tag in rows}
    for lower, name in wanted.items():
        if lower not in tags:
            tags[lower] = Tag.objects.create(name=name)
    TaggedArticle.objects.bulk_create(
        TaggedArticle(content_object=post.article, tag=tags[name.lower()]) for post in posts for name in post.tags
    )
    return tags


def _is_free(post: Post) -> bool:
    """Return whether the old address of a post can lead to the guide: nothing else of this site is there."""
    path = post.record.path
    if not path or len(path) > PATH_LENGTH:
        return False
    try:
        resolve(path)
    except Resolver404:
        return True
    return False


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"

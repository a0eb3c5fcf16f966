"""What is searched of a guide."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from html import unescape

from django.utils.html import strip_tags

from articles.models import Article, IndexEntry
from articles.search.scopes import HEAD, WHOLE, Posting, slot_of
from articles.search.tokens import fold, tokens
from articles.search.words import words_of_title

LONGEST_TEXT = 200_000  # characters; PostgreSQL takes no tsvector beyond 1 MB

Provider = Callable[[Collection[int]], Mapping[int, str]]

_BLOCK_END = re.compile(r"</(?:p|li|h[2-6]|div|tr|td|th|pre|blockquote)>|<(?:br|hr)[^>]*>")
_HEADING = re.compile(r"<h[2-6][^>]*>(.*?)</h[2-6]>", re.DOTALL)
_BLANKS = re.compile(r"[ \t\r\f\v]*\n\s*")


@dataclass(frozen=True)
class Document:
    entry: IndexEntry
    posting: Posting
    words: list[str]  # of title and tags, to be known by their sound


def category_mark(category_id: int) -> str:
    return f"#c{category_id}"


def tag_mark(tag_id: int) -> str:
    return f"#t{tag_id}"


def documents(article_ids: Collection[int], providers: Iterable[Provider]) -> list[Document]:
    """Return what is to be indexed of these guides, as far as they are to be found at all."""
    guides = (
        Article.objects.announced()
        .filter(pk__in=article_ids)
        .select_related("category")
        .prefetch_related("tags")  # type: ignore[misc]  # taggit has no types
        .only("title", "summary", "body_html", "published_at", "category__name")
    )
    additions = [provider(article_ids) for provider in providers]
    return [_document(guide, [texts[guide.pk] for texts in additions if guide.pk in texts]) for guide in guides]


def _document(guide: Article, additions: list[str]) -> Document:
    if not guide.published_at or not guide.category:
        raise ValueError(f"guide {guide.pk} is not public")  # a constraint of the database says it is
    tags = list(guide.tags.all())
    names = [guide.category.name, *(tag.name for tag in tags)]
    headings = [plain_text(heading) for heading in _HEADING.findall(guide.body_html)]
    title, summary, keywords = fold(guide.title), fold(guide.summary), fold("\n".join([*names, *headings]))
    text = "\n".join([plain_text(guide.body_html), *additions])[:LONGEST_TEXT]
    marks = {category_mark(guide.category.pk), *(tag_mark(tag.pk) for tag in tags)}
    head = tokens("\n".join([title, summary, keywords])) | marks
    entry = IndexEntry(
        article_id=guide.pk,
        slot=slot_of(guide.pk, guide.published_at.timestamp()),
        published_at=guide.published_at,
        title=title,
        summary=summary,
        keywords=keywords,
        text=text,
    )
    posting = Posting(entry.slot, {HEAD: head, WHOLE: head | tokens(fold(text))})
    return Document(entry, posting, [*names, *words_of_title(title)])


def plain_text(html: str) -> str:
    """Return the words of sanitised HTML, one block to a line."""
    return _BLANKS.sub("\n", unescape(strip_tags(_BLOCK_END.sub("\n", html)))).strip()

"""Guides, where they stand, how often they are read; pages about the site; the glossary."""

from articles.models.article import Article
from articles.models.autosave import Autosave
from articles.models.classification import Category, Tag, TaggedArticle
from articles.models.glossary import Term
from articles.models.links import Link
from articles.models.media import Image
from articles.models.pages import Page
from articles.models.push import PushTask
from articles.models.redirect import Redirect
from articles.models.related import MOST_PINNED, Keyword, PinnedGuide, RelatedGuide, TextBand, Word
from articles.models.search import IndexEntry, IndexState, SearchWord, SynonymGroup
from articles.models.suggestion import KnownWord, KnownWordKey, SearchCount, Suggestion, SuggestionKey
from articles.models.views import ArticleViews, DailyViews, WrittenBatch
from articles.models.workflow import ArticleStatus, StatusChange

__all__ = [
    "MOST_PINNED",
    "Article",
    "ArticleStatus",
    "ArticleViews",
    "Autosave",
    "Category",
    "DailyViews",
    "Image",
    "IndexEntry",
    "IndexState",
    "Keyword",
    "KnownWord",
    "KnownWordKey",
    "Link",
    "Page",
    "PinnedGuide",
    "PushTask",
    "Redirect",
    "RelatedGuide",
    "SearchCount",
    "SearchWord",
    "StatusChange",
    "Suggestion",
    "SuggestionKey",
    "SynonymGroup",
    "Tag",
    "TaggedArticle",
    "Term",
    "TextBand",
    "Word",
    "WrittenBatch",
]

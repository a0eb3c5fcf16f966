"""Guides, where they stand, how often they are read; pages about the site; the glossary."""

from articles.models.article import Article, StatusChange
from articles.models.classification import Category, Tag, TaggedArticle
from articles.models.glossary import Term
from articles.models.pages import Page
from articles.models.push import PushTask
from articles.models.views import ArticleViews, DailyViews

__all__ = [
    "Article",
    "ArticleViews",
    "Category",
    "DailyViews",
    "Page",
    "PushTask",
    "StatusChange",
    "Tag",
    "TaggedArticle",
    "Term",
]

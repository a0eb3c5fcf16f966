"""Guides, the categories and tags they stand in, and how often they are read."""

from articles.models.article import Article, StatusChange
from articles.models.classification import Category, Tag, TaggedArticle
from articles.models.views import ArticleViews, DailyViews

__all__ = ["Article", "ArticleViews", "Category", "DailyViews", "StatusChange", "Tag", "TaggedArticle"]

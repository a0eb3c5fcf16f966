"""The editors' desk. Importing it registers everything."""

from articles.admin import activity, classification, editorial, guides, links, media, push, search, search_log

__all__ = ["activity", "classification", "editorial", "guides", "links", "media", "push", "search", "search_log"]

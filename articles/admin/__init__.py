"""The editors' desk. Importing it registers everything."""

from articles.admin import classification, editorial, guides, media, push, search, search_log

__all__ = ["classification", "editorial", "guides", "media", "push", "search", "search_log"]

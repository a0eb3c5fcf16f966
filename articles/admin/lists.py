"""The list of guides, at any number of them: columns, filters, counts, actions on many."""

from django.contrib import admin

from articles.models import Article


class ListsMixin(admin.ModelAdmin[Article]):
    """The list of guides, at any number of them: columns, filters, counts, actions on many."""

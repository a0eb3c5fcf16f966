"""Guides that were deleted, until they are for good."""

from django.contrib import admin

from articles.models import Article


class TrashMixin(admin.ModelAdmin[Article]):
    """Guides that were deleted, until they are for good."""

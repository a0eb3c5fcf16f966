"""Guides going out and coming in, as files."""

from django.contrib import admin

from articles.models import Article


class TransferMixin(admin.ModelAdmin[Article]):
    """Guides going out and coming in, as files."""

"""Keeping what is typed: saved while typing, found again after a crash, never over somebody else's words."""

from django.contrib import admin

from articles.models import Article


class KeepingMixin(admin.ModelAdmin[Article]):
    """Keeping what is typed: saved while typing, found again after a crash, never over somebody else's words."""

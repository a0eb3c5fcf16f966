"""The form in which guides are written: toolbar, preview, pictures, links to other guides."""

from django.contrib import admin

from articles.models import Article


class WritingMixin(admin.ModelAdmin[Article]):
    """The form in which guides are written: toolbar, preview, pictures, links to other guides."""

"""The desk for what stands beside the guides: pages about the site, and the glossary."""

from django.contrib import admin

from articles.admin.bounded import BoundedAdmin
from articles.models import Page, Term
from articles.querysets import long_of


@admin.register(Page)
class PageAdmin(admin.ModelAdmin[Page]):
    list_display = ("title", "slug", "position", "edited_at")
    search_fields = ("title", "body")
    fields = ("title", "slug", "description", "body", "position")


@admin.register(Term)
class TermAdmin(BoundedAdmin):
    list_display = ("term", "aliases", "meaning", "article")
    list_select_related = ("article",)
    not_listed = long_of("article")
    search_fields = ("term", "aliases")
    autocomplete_fields = ("article",)
    fields = ("term", "aliases", "slug", "meaning", "article")

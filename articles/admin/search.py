"""The desk for words that mean the same."""

from django.contrib import admin

from articles.models import SynonymGroup


@admin.register(SynonymGroup)
class SynonymGroupAdmin(admin.ModelAdmin[SynonymGroup]):
    list_display = ("words",)
    search_fields = ("words",)
    fields = ("words",)

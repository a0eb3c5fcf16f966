"""The desk for categories and tags."""

from typing import Any

import taggit.models
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from articles.models import Category, Tag

admin.site.unregister(taggit.models.Tag)  # ours takes its place


class GuideCountAdmin(admin.ModelAdmin[Any]):
    """The desk of something that guides stand in, with the number of guides in each."""

    guide_relation: str
    search_fields = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request).annotate(guide_count=Count(self.guide_relation))
        return rows

    @admin.display(description="指南数", ordering="guide_count")
    def guides(self, row: Any) -> int:
        return int(row.guide_count)


@admin.register(Category)
class CategoryAdmin(GuideCountAdmin):
    guide_relation = "articles"
    ordering = ("position", "pk")
    list_display = ("name", "slug", "position", "stage", "guides")
    list_editable = ("position",)
    fields = ("name", "slug", "description", "position", "stage")


@admin.register(Tag)
class TagAdmin(GuideCountAdmin):
    guide_relation = "tagged_items"
    ordering = ("name",)
    list_display = ("name", "slug", "guides")
    fields = ("name", "slug")

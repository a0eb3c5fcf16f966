"""The desk for writing guides."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from articles.admin.desk import LABELLED_TIMES, ReadOnlyInline, short_time
from articles.admin.history import HistoryMixin
from articles.admin.keeping import KeepingMixin
from articles.admin.lists import ListsMixin
from articles.admin.tables import TablesMixin
from articles.admin.transfer import TransferMixin
from articles.admin.trash import TrashMixin
from articles.admin.workflow import WorkflowMixin
from articles.admin.writing import WritingMixin
from articles.forms import PINS, ArticleForm
from articles.models import Article, StatusChange
from articles.near_duplicates import near_duplicates

PINS_HELP = "相关指南由系统按内容挑选。想让读者先看到某几篇，在这里置顶，最多三篇；没有发布的不会显示。"
MOST_WARNINGS = 3


class StatusChangeInline(ReadOnlyInline):
    model = StatusChange
    fields = ["at", "from_status", "to_status", "by", "reason"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[StatusChange]:
        return super().get_queryset(request).select_related("by")


@admin.register(Article)
class ArticleAdmin(
    WritingMixin,
    KeepingMixin,
    HistoryMixin,
    WorkflowMixin,
    TrashMixin,
    ListsMixin,
    TransferMixin,
    TablesMixin,
    admin.ModelAdmin[Article],
):
    form = ArticleForm
    formfield_overrides = LABELLED_TIMES
    actions = (*WorkflowMixin.actions, *ListsMixin.actions)
    autocomplete_fields = ("category",)
    readonly_fields = ("status_label", "views_label", "corrected_at", "updated_at", "created_by")
    # Those of class "side" stand beside the writing, where there is room.
    fieldsets = (
        (None, {"fields": ("title", "summary", "body", ("correction_note", "revision_note"))}),
        ("归类", {"fields": ("category", "tags"), "classes": ("side",)}),
        (
            "发布",
            {
                "fields": (
                    *("status_label", "published_at", "review_by", "corrected_at"),
                    *("views_label", "updated_at", "created_by"),
                ),
                "classes": ("side",),
            },
        ),
        ("出处", {"fields": ("byline", "source"), "classes": ("side",)}),
        ("题图", {"fields": ("cover", "cover_alt"), "classes": ("side", "collapse")}),
        ("相关指南", {"fields": PINS, "classes": ("side", "collapse"), "description": PINS_HELP}),
    )
    inlines = (StatusChangeInline,)

    @admin.display(description="发布时间", ordering="published_at")
    def published_on(self, article: Article) -> str:
        return short_time(article.published_at)

    @admin.display(description="人气")
    def views_label(self, article: Article) -> int:
        return article.view_total

    def get_view_on_site_url(self, obj: Article | None = None) -> str | None:
        return super().get_view_on_site_url(obj) if obj and obj.is_public else None

    def save_model(self, request: HttpRequest, obj: Article, form: Any, change: bool) -> None:
        if not change:
            obj.created_by_id = request.user.pk
        super().save_model(request, obj, form, change)
        if "body" in form.changed_data:
            self._warn_of_near_duplicates(request, obj)

    def _warn_of_near_duplicates(self, request: HttpRequest, article: Article) -> None:
        for found in near_duplicates(article)[:MOST_WARNINGS]:
            warning = format_html(
                '正文与<a href="{}">《{}》</a>（{}）约 {}% 相同。如果写的是同一件事，请只留一篇。',
                reverse("admin:articles_article_change", args=[found.article.pk]),
                found.article.title,
                found.article.get_status_display(),
                found.percent,
            )
            self.message_user(request, warning, messages.WARNING)

"""The list of guides, at any number of them: columns, filters, counts, actions on many."""

import re
from itertools import islice
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.widgets import AdminDateWidget
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles import search
from articles.admin.bounded import MOST_AT_ONCE, BoundedAdmin
from articles.admin.desk import explain, logged_in, short_time
from articles.admin.guide_filters import AttentionFilter, AuthorFilter, TagFilter
from articles.admin.links import GuideLinksMixin
from articles.bulk import Change, do_each
from articles.models import Article, Category
from articles.querysets import LONG
from articles.tagging import split_tags

SCANNED = 5_000  # guides that readers do not see, the newest, in which a search looks
MOST_FOUND = 1_000  # of them
NUMBER = re.compile(r"(?:\S*/articles/)?(\d{1,18})(?:[-/]\S*)?")
ORDER_OF_ATTENTION = {"overdue": ["review_by"], "scheduled": ["published_at"]}
SEARCH_HELP = (
    f"查已发布指南的全文，以及最近改动的 {SCANNED:,} 篇未发布指南的标题和摘要；也可以填编号或网址。"
    f"结果太多时列出最相关的 {search.MOST_IDS:,} 篇。"
)


class ChangeForm(forms.Form):
    """What becomes of the guides that were chosen in the list."""

    category = forms.ModelChoiceField(
        Category.objects.in_order(), label="改分类为", required=False, empty_label="不改动"
    )
    add_tags = forms.CharField(label="加上标签", required=False, help_text="用逗号分隔。没有的标签会新建。")
    remove_tags = forms.CharField(label="去掉标签", required=False, help_text="用逗号分隔。")
    review_by = forms.DateField(label="复核日期设为", required=False, widget=AdminDateWidget)
    forget_review = forms.BooleanField(label="去掉复核日期", required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("review_by") and cleaned.get("forget_review"):
            self.add_error("forget_review", "已经填了复核日期。要去掉它，请把上面的日期清空。")
        if not self.errors and self.change.is_empty:
            raise ValidationError("还没有填要改什么。")
        return cleaned

    @property
    def change(self) -> Change:
        typed = self.cleaned_data
        tags = {name: split_tags(typed[name]) for name in ("add_tags", "remove_tags")}
        return Change(**{**typed, **tags})


class ListsMixin(GuideLinksMixin, BoundedAdmin):
    """The list of guides, at any number of them: columns, filters, counts, actions on many."""

    list_display = (
        *("title", "category", "status_label", "author", "published_on", "review_label", "views_label"),
        "updated_on",
    )
    list_filter = ("status", AttentionFilter, AuthorFilter, "category", TagFilter)
    list_select_related = ("category", "views", "created_by")
    not_listed = LONG
    # Title and views are not among these: an order that no index gives would read every guide.
    sortable_by = ("published_on", "review_label", "updated_on")
    search_fields = ("title", "summary")
    search_help_text = SEARCH_HELP
    date_hierarchy = "published_at"
    ordering = ("-updated_at",)
    actions: tuple[str, ...] = ("change_selected",)

    @admin.display(description="作者", ordering="created_by")
    def author(self, article: Article) -> str:
        return str(article.created_by or "-")

    @admin.display(description="复核日期", ordering="review_by")
    def review_label(self, article: Article) -> SafeString | str:
        if article.is_review_overdue:
            return format_html('{}<br><span class="status status-overdue">过期</span>', article.review_by)
        return str(article.review_by or "-")

    @admin.display(description="保存时间", ordering="updated_at")
    def updated_on(self, article: Article) -> str:
        return short_time(article.updated_at)

    def get_ordering(self, request: HttpRequest) -> Any:
        """Order guides by the time that narrows them: they are found so, and what is most urgent comes first."""
        if any(name.startswith("published_at__") for name in request.GET):
            return ["-published_at"]
        return ORDER_OF_ATTENTION.get(request.GET.get("attention", ""), self.ordering)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Article], search_term: str
    ) -> tuple[QuerySet[Article], bool]:
        """Find guides by their number or address, else by words, without reading every guide."""
        term = search_term.strip()
        if not term:
            return queryset, False
        if number := NUMBER.fullmatch(term):
            return queryset.filter(pk=number[1]), False
        return queryset.filter(pk__in={*search.article_ids(term), *unpublished_with(term)}), False

    @admin.action(description="改分类、标签或复核日期…", permissions=["change"])
    def change_selected(self, request: HttpRequest, articles: QuerySet[Article]) -> HttpResponse | None:
        """Ask what is to become of the guides, then do it and tell what came of it."""
        form = ChangeForm(request.POST if "apply" in request.POST else None)
        chosen = list(articles.defer(*self.not_listed)[:MOST_AT_ONCE])
        if form.is_bound and form.is_valid():
            self._change(request, chosen, form.change)
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": "批量修改指南",
            "opts": self.opts,
            "form": form,
            "guides": chosen,
            "checkbox": ACTION_CHECKBOX_NAME,
            "media": self.media + form.media,
            "today": timezone.localdate(),
        }
        return TemplateResponse(request, "admin/articles/article/change_selected.html", context)

    def _change(self, request: HttpRequest, articles: list[Article], change: Change) -> None:
        def deed(article: Article) -> bool:
            if not self.has_change_permission(request, article):
                raise ValidationError("你不能修改这一篇")
            return change.apply(article, by=logged_in(request))

        report = do_each(articles, deed)
        same = f"，{report.unchanged} 篇本来就是这样" if report.unchanged else ""
        self.message_user(request, f"改了 {report.done} 篇指南{same}。", messages.SUCCESS)
        if report.refused:
            self.message_user(request, explain(report.refused, "篇"), messages.WARNING)


def unpublished_with(term: str) -> list[int]:
    """Return the numbers of guides that readers do not see, of those changed last, with every word at their head."""
    newest = Article.objects.not_for_readers().order_by("-updated_at", "-pk")
    # Compared here: where the database is asked for both, it may choose to compare every guide there is.
    heads = newest.values_list("pk", "title", "summary")[:SCANNED]
    words = term.casefold().split()
    found = (pk for pk, title, summary in heads if all(word in f"{title}\n{summary}".casefold() for word in words))
    return list(islice(found, MOST_FOUND))

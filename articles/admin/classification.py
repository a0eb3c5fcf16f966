"""The desk for categories and tags: kept, renamed, merged."""

from typing import Any, ClassVar

import taggit.models
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from articles import merging, revisions
from articles.admin.bounded import BoundedAdmin
from articles.admin.desk import logged_in
from articles.models import Article, Category, Tag, TaggedArticle

admin.site.unregister(taggit.models.Tag)  # ours takes its place

MOST_MERGED = 50
RENAMING = "改名时网址名不会跟着变。要换网址，就改这里（清空则按名称的拼音重新生成），旧网址会自动跳转。"


class MergeForm(forms.Form):
    """Which of the chosen rows is kept."""

    target: Any = forms.ModelChoiceField(
        Tag.objects.none(), label="保留哪一个", widget=forms.RadioSelect, empty_label=None
    )
    add_synonyms = forms.BooleanField(
        label="把并入的名字记为同义词",
        required=False,
        initial=True,
        help_text="读者搜旧的名字，也能找到这些指南。",
    )

    def __init__(self, data: Any, chosen: QuerySet[Any]) -> None:
        super().__init__(data)
        self.fields["target"].queryset = chosen  # type: ignore[attr-defined]
        self.fields["target"].label_from_instance = self.label  # type: ignore[attr-defined]

    @staticmethod
    def label(row: Any) -> str:
        return f"{row.name}（{row.guide_count} 篇，{row.get_absolute_url()}）"


class PlaceForm(forms.ModelForm[Any]):
    """A name and a slug; without a slug, that of the name."""

    class Meta:
        help_texts: ClassVar = {"slug": RENAMING}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:  # it is not where somebody may only look
            self.fields["slug"].required = False


class PlaceAdmin(BoundedAdmin):
    """The desk of something that guides stand in, with the number of guides in each."""

    form = PlaceForm
    search_fields = ("name",)
    list_per_page = 100
    actions = ("merge_selected",)

    def count_of(self) -> QuerySet[Any]:
        """Return the rows to be counted of each place."""
        raise NotImplementedError

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        # A subquery is asked for the rows of one page only; a join would count for all.
        counted = self.count_of().order_by().annotate(number=Count("*")).values("number")
        rows: QuerySet[Any] = super().get_queryset(request).annotate(guide_count=Coalesce(Subquery(counted), 0))
        return rows

    @admin.display(description="指南数", ordering="guide_count")
    def guides(self, row: Any) -> int:
        return int(row.guide_count)

    def has_merge_permission(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request) and self.has_delete_permission(request)

    @admin.action(description="合并…", permissions=["merge"])
    def merge_selected(self, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
        """Ask which of the chosen rows is kept, say what will happen, then do it."""
        chosen = list(rows[: MOST_MERGED + 1])
        if not 2 <= len(chosen) <= MOST_MERGED:
            self.message_user(request, f"请选 2 到 {MOST_MERGED} 个再合并。", messages.WARNING)
            return None
        form = MergeForm(request.POST if "apply" in request.POST else None, rows)
        if form.is_bound and form.is_valid():
            self._merge(request, form.cleaned_data["target"], chosen, form.cleaned_data["add_synonyms"])
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": f"合并{self.opts.verbose_name}",
            "opts": self.opts,
            "form": form,
            "rows": chosen,
            "total": sum(row.guide_count for row in chosen),
            "checkbox": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/articles/merge.html", context)

    def _merge(self, request: HttpRequest, target: Any, rows: list[Any], with_synonyms: bool) -> None:
        try:
            merged = merging.absorb(target, rows, by=logged_in(request))
        except ValidationError as problem:
            self.message_user(request, problem.messages[0], messages.ERROR)
            return
        told = f"“{target.name}”{merged.in_words}。"
        if with_synonyms and not merging.add_synonyms(target.name, merged.names):
            told += "同义词太长，没有记下，请到“同义词”里自己添。"
        self.message_user(request, told, messages.SUCCESS)


@admin.register(Category)
class CategoryAdmin(PlaceAdmin):
    ordering = ("position", "pk")
    list_display = ("name", "slug", "position", "stage", "guides")
    list_editable = ("position",)
    fields = ("name", "slug", "description", "position", "stage")

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        named = forms.NumberInput(attrs={"aria-label": "排序", "class": "vIntegerField"})
        return super().get_changelist_form(request, widgets={"position": named}, **kwargs)

    def count_of(self) -> QuerySet[Any]:
        return Article.objects.filter(category=OuterRef("pk")).values("category")


@admin.register(Tag)
class TagAdmin(PlaceAdmin):
    ordering = ("name",)
    list_display = ("name", "slug", "guides")
    fields = ("name", "slug")

    def count_of(self) -> QuerySet[Any]:
        counted: QuerySet[Any] = TaggedArticle.objects.filter(tag=OuterRef("pk")).values("tag")
        return counted

    def save_model(self, request: HttpRequest, obj: Tag, form: Any, change: bool) -> None:
        with transaction.atomic():
            if not obj.slug:
                obj.slug = obj.free_slug()
            super().save_model(request, obj, form, change)
            if change and "name" in form.changed_data:
                guides = TaggedArticle.objects.filter(tag=obj).values_list("content_object", flat=True)
                revisions.rename_tag(form.initial["name"], obj.name, list(guides))

"""By what the list of guides can be narrowed, besides status and category."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest

from articles.models import Article, Tag
from articles.querysets import ArticleQuerySet

TAGS_OFFERED = 8


class AuthorFilter(admin.SimpleListFilter):
    title = "作者"
    parameter_name = "author"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("me", "我的")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        return queryset.filter(created_by=request.user.pk) if self.value() == "me" else queryset


class AttentionFilter(admin.SimpleListFilter):
    """What somebody should look at."""

    title = "留意"
    parameter_name = "attention"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("scheduled", "已排期"),
            ("overdue", "复核过期"),
            ("no_summary", "没有摘要"),
            ("broken_links", "有失效链接"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        guides = ArticleQuerySet(Article, query=queryset.query, using=queryset.db)
        match self.value():
            case "scheduled":
                return guides.scheduled()
            case "overdue":
                return guides.review_overdue()
            case "no_summary":
                return guides.filter(summary="")
            case "broken_links":
                return guides.with_broken_links()
        return queryset


class TagFilter(admin.SimpleListFilter):
    """A box for the name of a tag: there may be ten thousand of them. What is no tag offers those that have it."""

    title = "标签"
    parameter_name = "tag"
    template = "admin/articles/article/tag_filter.html"

    def has_output(self) -> bool:
        return True

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        self.typed = (self.used_parameters.get(self.parameter_name) or "").strip()
        self.tag = Tag.objects.filter(name__iexact=self.typed).first() if self.typed else None
        if self.tag or not self.typed:
            return []
        like = Tag.objects.filter(name__icontains=self.typed)[:TAGS_OFFERED]
        return [(tag.name, tag.name) for tag in like]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        if not self.typed:
            return queryset
        return queryset.filter(tagged_items__tag=self.tag) if self.tag else queryset.none()

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """Yield what stays in the address when a name is typed, then the tags that are offered."""
        for name, values in changelist.filter_params.items():
            if name not in {self.parameter_name, PAGE_VAR}:
                yield from ({"hidden": name, "value": value} for value in values)
        for name, _ in self.lookup_choices:
            query = changelist.get_query_string({self.parameter_name: name})
            yield {"query_string": query, "display": name, "selected": False}
        self.everything = changelist.get_query_string(remove=[self.parameter_name])

"""What guides link to, what is broken of it, and where addresses that were given up lead."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles import search
from articles.admin.bounded import BoundedAdmin
from articles.models import Article, Link, Redirect
from articles.querysets import long_of

SHOWN = 100  # links of each kind on the page of a guide
MOST_GUIDES, MOST_LINKS = 200, 1000  # that are searched


class GuideLinksMixin(admin.ModelAdmin[Article]):
    """A page for each guide: what it links to, and what links to it."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.link_report_view)
        return [path("<int:pk>/links/", view, name="articles_article_link_report"), *super().get_urls()]

    def link_report_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        guide = Article.objects.only("title", "slug", "status", "published_at", "created_by").filter(pk=pk).first()
        if not self.has_view_permission(request, guide):
            raise PermissionDenied
        if guide is None:
            raise Http404("没有这篇指南")
        titles = ("article__title", "target__title", "article__status", "target__status", "path", "is_broken")
        links = Link.objects.select_related("article", "target").only(*titles)
        own = links.filter(article=guide).order_by("-is_broken", "path")
        pointing = links.filter(target=guide).exclude(article=guide).order_by("-article")
        context = {
            **self.admin_site.each_context(request),
            "title": "链接",
            "subtitle": guide.title,
            "opts": self.opts,
            "original": guide,
            "own": list(own[: SHOWN + 1]),
            "pointing": list(pointing[: SHOWN + 1]),
            "shown": SHOWN,
        }
        return TemplateResponse(request, "admin/articles/article/links.html", context)


@admin.register(Link)
class LinkAdmin(BoundedAdmin):
    """A record that nobody writes by hand."""

    list_display = ("guide", "path", "leads_to", "state")
    list_display_links = None
    list_filter = ("is_broken",)
    list_select_related = ("article", "target", "image")
    not_listed = long_of("article", "target")
    ordering = ("-article_id",)
    sortable_by = ()
    search_fields = ("path",)
    search_help_text = "查地址的开头（以 / 开头），或含有链接的指南里的词。"

    @admin.display(description="所在的指南")
    def guide(self, link: Link) -> SafeString:
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:articles_article_change", args=[link.article_id]), link.article
        )

    @admin.display(description="指向")
    def leads_to(self, link: Link) -> str:
        return str(link.target or link.image or "-")

    @admin.display(description="状态")
    def state(self, link: Link) -> SafeString | str:
        return format_html('<span class="status status-broken">{}</span>', "失效") if link.is_broken else "正常"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = search_term.strip()
        if not term:
            return queryset, False
        if term.startswith("/"):
            # Found first, not too many, and in another order: most addresses begin alike, and databases would rather
            # go through all links in the order of their guides.
            begun = Link.objects.filter(path__begins=term).order_by().values_list("pk", flat=True)[:MOST_LINKS]
            return queryset.filter(pk__in=list(begun)).order_by("path", "pk"), False
        guides = search.article_ids(term)[:MOST_GUIDES]
        return queryset.filter(article__in=guides), False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": "站内链接", **(extra_context or {})})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Links go with their guide: who may not delete them may not delete a guide that has any.
        return request.user.has_perm("articles.delete_article")


class RedirectForm(forms.ModelForm[Redirect]):
    class Meta:
        model = Redirect
        fields = ["path", "to"]
        widgets = {name: forms.TextInput(attrs={"class": "wide"}) for name in ("path", "to")}


@admin.register(Redirect)
class RedirectAdmin(BoundedAdmin):
    form = RedirectForm
    list_display = ("path", "to", "created_at")
    search_fields = ("path", "to")
    sortable_by = ("path",)
    ordering = ("path",)

"""The form in which guides are written: toolbar, preview, pictures, links to other guides."""

import re
from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from articles import search
from articles.admin.lists import unpublished_with
from articles.models import Article, Category, Term
from articles.querysets import ArticleQuerySet
from articles.rendering import CALLOUTS

# What the preview shows of what is typed; the rest is as it was saved.
TYPED = ("title", "summary", "body", "byline", "source", "correction_note", "cover_alt")
MOST_LINKS = 10
MOST_PUBLIC_LINKS = 7  # the rest is for guides that readers do not see yet
LONGEST_QUERY = 80
GUIDE_ADDRESS = re.compile(r"/(?:articles|s|admin/articles/article)/(\d+)(?:[-/]|$)")


class WritingMixin(admin.ModelAdmin[Article]):
    """The form in which guides are written: toolbar, preview, pictures, links to other guides."""

    def get_urls(self) -> list[URLPattern]:
        views = [
            ("preview", require_POST(self.preview_view)),
            ("links", require_safe(self.links_view)),
        ]
        ours = [
            path(f"{name}/", self.admin_site.admin_view(never_cache(view)), name=f"articles_article_{name}")
            for name, view in views
        ]
        return [*ours, *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        context["callouts"] = list(CALLOUTS)
        context["show_save_and_add_another"] = False  # who writes a guide goes on with it, or is done
        return super().render_change_form(request, context, *args, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Leave out the buttons that change and delete a category: nobody means that while writing."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_change_related = field.widget.can_delete_related = field.widget.can_view_related = False
        return field

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """Answer with the guide that is being typed, as readers will see it. Nothing is written."""
        article = self._article_of_form(request)
        for name in TYPED:
            setattr(article, name, request.POST.get(name, getattr(article, name)))
        if "category" in request.POST:
            article.category = Category.objects.filter(pk=_number(request.POST["category"])).first()
        article.body = article.body.replace("\r\n", "\n")
        article.render(Term.objects.links())
        return render(request, "articles/preview_typed.html", {"article": article})

    def _article_of_form(self, request: HttpRequest) -> Article:
        """Return the guide whose form is open, or a new one."""
        if not (self.has_change_permission(request) or self.has_add_permission(request)):
            raise PermissionDenied
        if not request.POST.get("article"):
            return Article()
        guides = self.get_queryset(request).select_related("category", "views")
        article: Article = get_object_or_404(guides, pk=_number(request.POST["article"]))
        if not self.has_view_permission(request, article):
            raise PermissionDenied
        return article

    def links_view(self, request: HttpRequest) -> JsonResponse:
        """Answer with guides to link to: that of an address, those found by words, or the last that were changed."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = self._guides_for(request, request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_QUERY])
        links = [
            {
                "title": guide.title,
                "url": guide.get_absolute_url(),
                "status": "已排期" if guide.is_scheduled else guide.get_status_display(),
            }
            for guide in found
        ]
        return JsonResponse({"links": links})

    def _guides_for(self, request: HttpRequest, text: str) -> list[Article]:
        guides = (
            cast(ArticleQuerySet, self.get_queryset(request))
            .not_in_trash()
            .only("title", "slug", "status", "published_at")
        )
        if address := GUIDE_ADDRESS.search(text):
            return list(guides.filter(pk=_number(address[1])))
        if not text:
            return list(guides.order_by("-pk")[:MOST_LINKS])
        public = [hit.article for hit in search.find(text, limit=MOST_PUBLIC_LINKS).hits]
        # Of those on the website the search knows; to look through all titles would take longer with every guide.
        scheduled = Article.objects.scheduled().filter(title__icontains=text).order_by().values_list("pk", flat=True)
        others = guides.filter(pk__in=[*unpublished_with(text), *scheduled[:MOST_LINKS]])
        return [*public, *others.order_by("-pk")[: MOST_LINKS - len(public)]]


def _number(text: str) -> int:
    """Return the key that `text` is; 0, which no row has, for what cannot be one."""
    return int(text) if re.fullmatch(r"\d{1,18}", text, re.ASCII) else 0

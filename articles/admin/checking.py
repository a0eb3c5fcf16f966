"""What keeps a guide from being published, on its form and while it is typed."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from articles import checks
from articles.models import Article


class CheckingMixin(admin.ModelAdmin[Article]):
    """What keeps a guide from being published, on its form and while it is typed."""

    class Media:
        js = [forms.Script("js/desk/checks.js", defer=True)]

    def get_urls(self) -> list[URLPattern]:
        check = path("check/", self.admin_site.admin_view(self.check_view), name="articles_article_check")
        return [check, *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if article := context.get("original"):
            context["problems"] = checks.problems_of(article)
        return super().render_change_form(request, context, *args, **kwargs)

    @method_decorator(require_POST)
    def check_view(self, request: HttpRequest) -> HttpResponse:
        """Say what is wrong with a guide as it stands in the form, of which nothing is kept.

        `problems` is the list, `html` the same as the form shows it.
        """
        if not self.has_change_permission(request) and not self.has_add_permission(request):
            raise PermissionDenied
        pk = request.POST.get("pk", "")
        saved = Article.objects.filter(pk=pk).only("cover").first() if pk.isdecimal() and len(pk) < 19 else None
        problems = checks.problems_of(checks.typed(request.POST, saved))
        rows = [
            {"level": row.level, "code": row.code, "message": str(row), "field": row.field, "line": row.line}
            for row in problems
        ]
        html = render_to_string("admin/articles/article/problem_list.html", {"problems": problems})
        return JsonResponse({"problems": rows, "html": html})

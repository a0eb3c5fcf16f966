"""Tables at the desk: the chosen rows of a list go out as CSV or XLSX, what describes guides comes in."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods
from import_export.resources import Resource

from articles import table_files, tables
from articles.admin.desk import logged_in
from articles.importers.records import ImportProblem
from articles.models import Article

FORMS = ("csv", "xlsx")

Action = Callable[[Any, HttpRequest, Any], HttpResponseBase | None]


def exporting(form: str, resource: type[Resource], exported: Callable[[Any], QuerySet[Any]], name: str) -> Action:
    """Make the action that sends the chosen rows of a list, or all that its filters leave, as a file."""

    def send(desk: admin.ModelAdmin[Any], request: HttpRequest, chosen: Any) -> HttpResponseBase | None:
        try:
            return table_files.response(resource(), exported(chosen), form, name)
        except table_files.TooManyRows as problem:
            desk.message_user(request, str(problem), messages.ERROR)
            return None

    return send


def exports(resource: type[Resource], exported: Callable[[Any], QuerySet[Any]], name: str) -> dict[str, Any]:
    """Return the actions of a list, as `ModelAdmin.get_actions` does."""
    sending = {f"export_{form}": exporting(form, resource, exported, name) for form in FORMS}
    return {key: (send, key, f"导出为表格（{key[7:].upper()}）") for key, send in sending.items()}


EXPORTS = exports(tables.GuideResource, tables.exported, "guides")


class TableForm(forms.Form):
    file = forms.FileField(
        label="表格",
        help_text="CSV 或 XLSX，第一行是列名。先在指南列表里导出，改好再传上来。",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
    )
    dry_run = forms.BooleanField(
        label="试运行：只列出会改什么，先不改动",
        required=False,
        initial=True,
        help_text="看过没有问题，去掉勾再传一次。",
    )


class TablesMixin(admin.ModelAdmin[Article]):
    """Guides as tables."""

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().get_actions(request), **EXPORTS}

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_http_methods(["GET", "HEAD", "POST"])(self.import_table))
        return [path("import-table/", view, name="articles_article_import_table"), *super().get_urls()]

    def import_table(self, request: HttpRequest) -> HttpResponse:
        """Change titles, categories and the like of many guides, as a table says."""
        if not request.user.has_perm("articles.review_article"):
            raise PermissionDenied
        report, form = None, TableForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            dry_run = form.cleaned_data["dry_run"]
            try:
                report = tables.import_guides(form.cleaned_data["file"], by=logged_in(request), dry_run=dry_run)
            except ImportProblem as problem:
                form.add_error("file", f"{problem}。")
        context = {
            **self.admin_site.each_context(request),
            "title": "从表格改指南的信息",
            "opts": self.opts,
            "form": form,
            "report": report,
            "columns": [
                field.column_name for field in tables.GuideResource().get_import_fields() if not field.readonly
            ],
        }
        return TemplateResponse(request, "admin/articles/article/import_table.html", context)

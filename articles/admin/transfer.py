"""Guides going out and coming in, as files."""

import tempfile
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles.admin.desk import logged_in
from articles.export import export
from articles.models import Article
from articles.querysets import ArticleQuerySet

MOST_AT_DESK = 2000  # guides that go out or come in while somebody waits


def zip_response(request: HttpRequest, guides: ArticleQuerySet, *, is_whole: bool = False) -> FileResponse:
    """Return these guides as a zip to keep. It is written to a file without a name, which goes with the answer."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  (the answer closes it)
    try:
        export(guides, file, is_whole=is_whole, by=logged_in(request))
    except BaseException:
        file.close()
        raise
    file.seek(0)
    name = f"{'site' if is_whole else 'guides'}-{timezone.localtime():%Y%m%d-%H%M}.zip"
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")


class TransferMixin(admin.ModelAdmin[Article]):
    """Guides going out and coming in, as files."""

    def get_urls(self) -> list[URLPattern]:
        one = path(
            "<int:pk>/export/",
            self.admin_site.admin_view(require_safe(self.export_one)),
            name="articles_article_export",
        )
        return [one, *super().get_urls()]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {
            **super().get_actions(request),
            "export_selected": (TransferMixin.export_selected, "export_selected", "导出为 Markdown（zip）"),
        }

    def export_selected(self, request: HttpRequest, guides: ArticleQuerySet) -> FileResponse | None:
        if guides.count() > MOST_AT_DESK:
            told = f"一次最多导出 {MOST_AT_DESK} 篇。更多的请在服务器上用命令 python manage.py export_site 导出。"
            self.message_user(request, told, messages.ERROR)
            return None
        return zip_response(request, guides)

    def export_one(self, request: HttpRequest, pk: int) -> FileResponse:
        """Send one guide as a zip."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        guide = Article.objects.not_in_trash().filter(pk=pk)
        get_object_or_404(guide.only("pk"))
        return zip_response(request, guide)

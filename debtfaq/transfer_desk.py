"""The page of the desk where files come in and go out."""

import tempfile
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST, require_safe

from articles.admin.desk import logged_in
from articles.admin.transfer import MOST_AT_DESK, zip_response
from articles.models import Article
from debtfaq.transfer import IMPORTERS, Wishes, import_files

MOST_FILES = 100
MOST_BYTES = 100_000_000
USE_COMMAND = "请在服务器上用命令 python manage.py import_archive 导入"


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once."""

    widget = FilesInput(attrs={"accept": ",".join(IMPORTERS), "aria-describedby": "transfer-kinds"})

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        files = [super(FilesField, self).clean(file, initial) for file in (data or [None])]
        if len(files) > MOST_FILES or sum(file.size or 0 for file in files) > MOST_BYTES:
            raise forms.ValidationError(
                f"一次最多 {MOST_FILES} 个文件，共 {MOST_BYTES // 1_000_000} MB。更大的{USE_COMMAND}。"
            )
        return files


class ImportForm(forms.Form):
    uploads = FilesField(label="文件", error_messages={"required": "请选要导入的文件。"})
    publish = forms.BooleanField(label="没有写明状态的，导入后立即发布（否则存为草稿）", required=False)
    update = forms.BooleanField(label="已有而内容不同的，更新为文件里的（指南会留下修订）", required=False)

    def clean_uploads(self) -> list[UploadedFile[Any]]:
        files: list[UploadedFile[Any]] = self.cleaned_data["uploads"]
        unknown = [file.name or "" for file in files if Path(file.name or "").suffix.lower() not in IMPORTERS]
        if unknown:
            raise forms.ValidationError(f"不认识这种文件：{'、'.join(unknown[:5])}。")
        return files


def urls() -> list[URLPattern]:
    guarded = admin.site.admin_view
    return [
        path("transfer/", guarded(show), name="transfer"),
        path("transfer/import/", guarded(take_in), name="transfer_import"),
        path("transfer/export/", guarded(give_out), name="transfer_export"),
    ]


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    _check(request, "articles.view_article")
    return _page(request, ImportForm())


@require_POST
def take_in(request: HttpRequest) -> HttpResponse:
    """Import the files that were sent, or try what that would do, and tell what came of it."""
    _check(request, "articles.publish_article")
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form)
    wishes = Wishes(
        by=logged_in(request),
        dry_run="dry_run" in request.POST,
        publish=form.cleaned_data["publish"],
        update=form.cleaned_data["update"],
        most_guides=MOST_AT_DESK,
    )
    with tempfile.TemporaryDirectory() as folder:
        files = [_keep(file, Path(folder) / str(number)) for number, file in enumerate(form.cleaned_data["uploads"])]
        report = import_files(files, wishes)
    return _page(request, form, report=report)


@require_POST
def give_out(request: HttpRequest) -> HttpResponseBase:
    """Send the whole site as a zip."""
    _check(request, "articles.view_article")
    if _is_too_big():
        messages.error(request, f"指南超过 {MOST_AT_DESK} 篇，请在服务器上用命令 python manage.py export_site 导出。")
        return HttpResponseRedirect(reverse("admin:transfer"))
    return zip_response(request, Article.objects.all(), is_whole=True)


def _is_too_big() -> bool:
    return bool(Article.objects.not_in_trash().order_by("pk").values("pk")[MOST_AT_DESK : MOST_AT_DESK + 1])


def _check(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied


def _keep(file: UploadedFile[Any], folder: Path) -> tuple[str, Path]:
    """Put an upload where importers can read it, under its own name."""
    folder.mkdir()
    name = Path(file.name or "file").name
    kept = folder / name
    with kept.open("wb") as target:
        for chunk in file.chunks():
            target.write(chunk)
    return name, kept


def _page(request: HttpRequest, form: ImportForm, **context: Any) -> HttpResponse:
    context |= admin.site.each_context(request)
    return TemplateResponse(
        request,
        "admin/transfer.html",
        {
            **context,
            "title": "导入与导出",
            "form": form,
            "may_import": request.user.has_perm("articles.publish_article"),
            "is_too_big": _is_too_big(),
            "most": MOST_AT_DESK,
        },
    )

"""The media library."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST, require_safe

from articles.admin.desk import logged_in, short_time
from articles.images import ImageProblem
from articles.models import Image
from articles.picture_fields import ACCEPT

MOST_AT_ONCE = 12  # pictures of one upload: each takes a second or two
PAGE_SIZE = 48
CHOICE_SIZE = 24
SHOWN_GUIDES = 50


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files of one input."""

    widget = FilesInput(attrs={"accept": ACCEPT})

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        return [super(FilesField, self).clean(file, initial) for file in data or [None]]


class UploadForm(forms.Form):
    pictures = FilesField(
        label="图片",
        help_text=f"可以一次选好几张，最多 {MOST_AT_ONCE} 张，每张不超过 15 MB。"
        "JPG、PNG、WebP、GIF（只取第一帧）或 AVIF 都行；拍摄地点等信息会自动去掉。",
        error_messages={"required": "请先选图片。", "empty": "选的图片里有空文件，请重新选。"},
    )


class ImageForm(forms.ModelForm[Image]):
    class Meta:
        model = Image
        fields = ["alt", "name"]
        widgets = {name: forms.TextInput(attrs={"class": "wide"}) for name in fields}


class UseFilter(admin.SimpleListFilter):
    title = "用处"
    parameter_name = "used"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "没有用到"), ("yes", "用在指南里")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "no":
            return queryset.unused()
        return queryset.used() if self.value() == "yes" else queryset


@admin.register(Image)
class ImageAdmin(admin.ModelAdmin[Image]):
    form = ImageForm
    fields = ("preview", "alt", "name", "markdown", "facts", "uses_label", "uploaded_by", "uploaded_at")
    readonly_fields = ("preview", "markdown", "facts", "uses_label", "uploaded_by", "uploaded_at")
    list_display = ("__str__", "uploaded_on")
    list_filter = (UseFilter, "uploaded_at", ("uploaded_by", admin.RelatedOnlyFieldListFilter))
    list_per_page = PAGE_SIZE
    show_full_result_count = False
    search_fields = ("alt", "name")
    ordering = ("-pk",)  # as they were uploaded; the primary key is an index

    class Media:
        css = {"all": ["css/desk/media.css"]}

    def get_urls(self) -> list[URLPattern]:
        views = {"upload": require_POST(self.upload_view), "choose": require_safe(self.choose_view)}
        return [
            *(
                path(f"{name}/", self.admin_site.admin_view(view), name=f"articles_image_{name}")
                for name, view in views.items()
            ),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Image]:
        return super().get_queryset(request).with_uses()  # type: ignore[attr-defined,no-any-return]

    # --- For the form of a guide ---

    def upload_view(self, request: HttpRequest) -> HttpResponse:
        """Take one picture, and answer with how a guide shows it."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        upload = request.FILES.get("file")
        if not isinstance(upload, UploadedFile):
            return JsonResponse({"error": "没有收到图片，请再试一次。"}, status=400)
        try:
            image = Image.objects.add(upload, by=logged_in(request), alt=" ".join(request.POST.get("alt", "").split()))
        except ImageProblem as problem:
            return JsonResponse({"error": str(problem)}, status=400)
        self.log_addition(request, image, [{"added": {}}])
        return JsonResponse(_as_json(image), status=201)

    def choose_view(self, request: HttpRequest) -> HttpResponse:
        """Answer with a page of pictures to choose from, the newest first."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        number = request.GET.get("page", "1")
        start = (min(int(number), 1000) - 1) * CHOICE_SIZE if number.isdecimal() and int(number) else 0
        found = Image.objects.matching(request.GET.get("q", "")[:100]).newest_first()
        images = list(found[start : start + CHOICE_SIZE + 1])
        return JsonResponse(
            {"images": [_as_json(image) for image in images[:CHOICE_SIZE]], "more": len(images) > CHOICE_SIZE}
        )

    # --- The library ---

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        context = {"upload_form": UploadForm(auto_id="upload_%s"), "title": "图片"}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Take several pictures: the good ones are kept, and of each other one it is said what is wrong."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
        if form.is_valid() and self._keep(request, form.cleaned_data["pictures"]):
            return HttpResponseRedirect(reverse("admin:articles_image_changelist"))
        context = {**self.admin_site.each_context(request), "title": "上传图片", "opts": self.opts, "upload_form": form}
        return TemplateResponse(request, "admin/articles/image/upload.html", {**context, "media": self.media})

    def _keep(self, request: HttpRequest, files: list[UploadedFile[bytes]]) -> int:
        """Put the good ones into the library, tell what became of each, and return how many are there."""
        kept = 0
        for file in files[:MOST_AT_ONCE]:
            try:
                image = Image.objects.add(file, by=logged_in(request))
                self.log_addition(request, image, [{"added": {}}])
                kept += 1
            except ImageProblem as problem:
                self.message_user(request, f"“{file.name}”没有收下：{problem}", messages.ERROR)
        if kept:
            self.message_user(request, f"收下了 {kept} 张图片。记得给每张写上替代文字。", messages.SUCCESS)
        if late := len(files[MOST_AT_ONCE:]):
            text = f"一次最多 {MOST_AT_ONCE} 张，还有 {late} 张没有上传，请再传一次。"
            self.message_user(request, text, messages.WARNING)
        return kept

    # --- Deleting: only what no guide shows ---

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        to_delete, counts, missing, protected = super().get_deleted_objects(objs, request)
        protected += [f"图片“{image}”（用在 {image.uses} 篇指南里）" for image in objs if image.uses]
        return to_delete, counts, missing, protected

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Image]) -> None:
        for image in queryset:
            image.delete()

    # --- One picture ---

    @admin.display(description="预览")
    def preview(self, image: Image) -> SafeString:
        address = image.address
        return format_html(
            '<a href="{}"><img class="image-large" src="{}" alt="{}" width="{}" height="{}"></a>',
            address.url,
            address.variant_url(address.widths[min(1, len(address.widths) - 1)], "webp"),
            image.alt or "还没有替代文字",
            address.width,
            address.height,
        )

    @admin.display(description="在正文里这样写")
    def markdown(self, image: Image) -> SafeString:
        return format_html('<code class="image-code">{}</code>', image.markdown)

    @admin.display(description="大小")
    def facts(self, image: Image) -> str:
        return f"{image.width}×{image.height}，{filesizeformat(image.size)}"

    @admin.display(description="用在哪些指南里")
    def uses_label(self, image: Image) -> SafeString | str:
        links = image.used_in.select_related("article").only("article__title").order_by("-article_id")[:SHOWN_GUIDES]
        if not links:
            return "还没有指南用到它。"
        rows = [
            (reverse("admin:articles_article_change", args=[link.article_id]), link.article.title) for link in links
        ]
        items = format_html_join("", '<li><a href="{}">{}</a></li>', rows)
        more = format_html("<li>……共 {} 篇</li>", image.uses) if image.uses > len(rows) else ""  # type: ignore[attr-defined]
        return format_html('<ul class="image-uses">{}{}</ul>', items, more)

    @admin.display(description="上传时间", ordering="uploaded_at")
    def uploaded_on(self, image: Image) -> str:
        return short_time(image.uploaded_at)


def _as_json(image: Image) -> dict[str, Any]:
    address = image.address
    return {
        "id": image.pk,
        "url": address.url,
        "markdown": image.markdown,
        "alt": image.alt,
        "width": image.width,
        "height": image.height,
        "name": image.name,
        "preview": address.preview,
    }

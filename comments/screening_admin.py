"""The desk for the words by which comments are screened, with a box to try a text."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from comments.models import ScreeningWord
from comments.posting import judge

LONGEST = 2000


class TrialForm(forms.Form):
    text = forms.CharField(
        label="试一段文字", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 5, "class": "wide"})
    )


@admin.register(ScreeningWord)
class ScreeningWordAdmin(admin.ModelAdmin[ScreeningWord]):
    change_list_template = "admin/comments/screeningword/change_list.html"
    list_display = ("word", "kind", "changed_at")
    list_filter = ("kind",)
    search_fields = ("word",)
    list_per_page = 100

    def get_urls(self) -> list[URLPattern]:
        trial = path("try/", self.admin_site.admin_view(self.try_text), name="comments_screeningword_try")
        return [trial, *super().get_urls()]

    def try_text(self, request: HttpRequest) -> HttpResponse:
        """Judge a text as a comment would be judged, without keeping it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = TrialForm(request.POST or None)
        context: dict[str, Any] = {**self.admin_site.each_context(request), "title": "试筛一段文字", "form": form}
        if form.is_valid():
            text = form.cleaned_data["text"]
            context["verdict"] = judge(text)
            context["found"] = [(finding, text[finding.start : finding.end]) for finding in context["verdict"].findings]
        return TemplateResponse(request, "admin/comments/screeningword/try.html", context)

"""Links by which somebody without an account reads a draft."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from articles import preview_links
from articles.models import Article


class DaysForm(forms.Form):
    days = forms.TypedChoiceField(
        label="有效期",
        choices=[(days, f"{days} 天") for days in preview_links.DAYS],
        initial=preview_links.DEFAULT_DAYS,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "请从列出的有效期里选一个。"},
    )


class PreviewsMixin(admin.ModelAdmin[Article]):
    """Links by which somebody without an account reads a draft."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.preview_links_view)
        return [path("<int:pk>/preview-links/", view, name="articles_article_preview_links"), *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if article := context.get("original"):
            context["may_preview"] = not article.is_public and self.may_preview(request, article)
        return super().render_change_form(request, context, *args, **kwargs)

    def may_preview(self, request: HttpRequest, article: Article) -> bool:
        """Who wrote a guide or may change it may let others read it."""
        is_theirs = article.created_by_id == request.user.pk
        return self.has_change_permission(request, article) or (self.has_change_permission(request) and is_theirs)

    @method_decorator([never_cache, require_http_methods(["GET", "HEAD", "POST"])])
    def preview_links_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make a link for some days, or take all of them back."""
        article = get_object_or_404(Article.objects.not_in_trash(), pk=pk)
        if not self.may_preview(request, article):
            raise PermissionDenied
        if "_revoke" in request.POST:
            preview_links.revoke(article)
            self.log_change(request, article, "收回所有预览链接")
            self.message_user(request, "以前的预览链接都收回了，打不开了。", messages.SUCCESS)
            return HttpResponseRedirect(reverse("admin:articles_article_preview_links", args=[pk]))
        form = DaysForm(request.POST if request.method == "POST" else None)
        link = None
        if form.is_valid():
            link = preview_links.make(article, days=form.cleaned_data["days"])
            self.log_change(request, article, f"生成预览链接，有效 {form.cleaned_data['days']} 天")
        context = {
            **self.admin_site.each_context(request),
            "title": "预览链接",
            "opts": self.opts,
            "article": article,
            "form": form,
            "link": link,
            "address": f"{settings.SITE_URL}{link.path}" if link else "",
        }
        return TemplateResponse(request, "admin/articles/article/preview_links.html", context)

"""Guides that were deleted, until they are for good."""

from collections.abc import Iterable
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST, require_safe

from articles import revisions
from articles.admin.desk import logged_in
from articles.models import Article
from articles.querysets import LONG, ArticleQuerySet

ON_A_PAGE = 50
MOST_UNDONE = 100  # guides that one button brings back
MOST_LOCATED = 5  # guides that a message names


class TrashMixin(admin.ModelAdmin[Article]):
    """Deleting at the desk puts guides into the trash, from which they come back or are deleted for good."""

    def get_urls(self) -> list[URLPattern]:
        inside = self.admin_site.admin_view
        return [
            path("trash/", inside(require_safe(self.trash_view)), name="articles_article_trash"),
            path("trash/restore/", inside(require_POST(self.untrash_view)), name="articles_article_untrash"),
            path("<int:pk>/purge/", inside(self.purge_view), name="articles_article_purge"),
            *super().get_urls(),
        ]

    # What is in the trash is not found, neither in the list nor where guides are chosen, and cannot be changed.

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Article], search_term: str
    ) -> tuple[QuerySet[Article], bool]:
        return super().get_search_results(request, cast(ArticleQuerySet, queryset).not_in_trash(), search_term)

    def has_change_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and obj.trashed_at)

    def has_delete_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        """Who deletes a guide that is published withdraws it thereby."""
        withdraws = obj is not None and obj.status == Article.Status.PUBLISHED
        return super().has_delete_permission(request, obj) and (
            not withdraws or request.user.has_perm("articles.publish_article")
        )

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        article = context.get("original")
        if article and article.trashed_at:
            told = f"这篇指南在回收站里（{revisions.moment(article.trashed_at)} 删除），不能修改。"
            button = self._button(request, [article], "恢复") if self.has_delete_permission(request, article) else ""
            self.message_user(request, format_html("{} {}", told, button), messages.WARNING)
            context["show_delete"] = False
        return super().render_change_form(request, context, *args, **kwargs)

    # Into the trash

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        if actions.pop("delete_selected", None) and (action := self.get_action("trash_selected")):
            actions["trash_selected"] = action
        return actions

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask whether a guide is to go into the trash, and put it there."""
        article = self.get_object(request, unquote(object_id))
        if not self.has_delete_permission(request, article):
            raise PermissionDenied
        if article is None:
            raise Http404("没有这篇指南")
        if article.trashed_at:
            return HttpResponseRedirect(reverse("admin:articles_article_trash"))
        if request.method == "POST":
            self._trash(request, [article])
            return HttpResponseRedirect(reverse("admin:articles_article_changelist"))
        return self._show(request, "trash_confirm", {"title": f"移入回收站：{article.title}", "article": article})

    @admin.action(description="移入回收站", permissions=["delete"])
    def trash_selected(self, request: HttpRequest, articles: QuerySet[Article]) -> None:
        self._trash(request, articles)

    def _trash(self, request: HttpRequest, articles: Iterable[Article]) -> None:
        trashed, refused = [], []
        for article in articles:
            if not self.has_delete_permission(request, article):
                refused.append(article)
            elif article.trash(by=logged_in(request)):
                self.log_change(request, article, "移入回收站")
                trashed.append(article)
        if refused:
            told = f"{_named(refused)}已经发布，要有发布权限的人才能删除。"
            self.message_user(request, told, messages.ERROR)
        if trashed:
            told = f"{_named(trashed)}已移入回收站。"
            undo = self._button(request, trashed, "撤销") if len(trashed) <= MOST_UNDONE else ""
            self.message_user(request, format_html("{} {}", told, undo), messages.SUCCESS)

    # And out of it

    def trash_view(self, request: HttpRequest) -> HttpResponse:
        """List what is in the trash, the last deleted first."""
        if not self.has_delete_permission(request):
            raise PermissionDenied
        guides = cast(ArticleQuerySet, self.get_queryset(request)).in_trash().order_by("-trashed_at", "-pk")
        listed = guides.select_related("category", "trashed_by").defer(*LONG)
        page = Paginator(listed, ON_A_PAGE).get_page(request.GET.get("p"))
        context = {
            "title": "回收站",
            "page": page,
            "page_range": page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1),
            "may_purge": request.user.has_perm("articles.publish_article"),
        }
        return self._show(request, "trash", context)

    def untrash_view(self, request: HttpRequest) -> HttpResponse:
        """Bring guides back from the trash."""
        if not self.has_delete_permission(request):
            raise PermissionDenied
        asked = [pk for pk in request.POST.getlist("guide")[:MOST_UNDONE] if pk.isdecimal()]
        restored = []
        for article in self.get_queryset(request).filter(pk__in=asked):
            if self.has_delete_permission(request, article) and article.untrash(by=logged_in(request)):
                self.log_change(request, article, "从回收站恢复")
                restored.append(article)
        if not restored:
            self.message_user(request, "回收站里没有这篇指南，可能已经恢复了。", messages.WARNING)
            return HttpResponseRedirect(reverse("admin:articles_article_trash"))
        links = format_html_join(
            "",
            '<a href="{}">《{}》</a>',
            (
                (reverse("admin:articles_article_change", args=[each.pk]), each.title)
                for each in restored[:MOST_LOCATED]
            ),
        )
        counted = f"等 {len(restored)} 篇指南" if len(restored) > MOST_LOCATED else ""
        withdrawn = any(each.status == Article.Status.WITHDRAWN for each in restored)
        note = "原来已发布的现在是“已撤下”，需要重新发布。" if withdrawn else ""
        self.message_user(request, format_html("{}{}已恢复。{}", links, counted, note), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:articles_article_changelist"))

    def purge_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Delete a guide for good, once it is in the trash; Django's own page asks whether that is meant."""
        article = self.get_object(request, str(pk))
        if not (request.user.has_perm("articles.publish_article") and self.has_delete_permission(request, article)):
            raise PermissionDenied
        if article is None or article.trashed_at is None:
            raise Http404("回收站里没有这篇指南")
        response = super().delete_view(request, str(pk), {"title": f"彻底删除：{article.title}"})
        is_done = response.status_code == 302
        return HttpResponseRedirect(reverse("admin:articles_article_trash")) if is_done else response

    # What they need

    def _button(self, request: HttpRequest, articles: list[Article], label: str) -> SafeString:
        """Return a button that brings guides back, for a message."""
        return format_html(
            '<form method="post" action="{}" class="in-message">'
            '<input type="hidden" name="csrfmiddlewaretoken" value="{}">{}<button>{}</button></form>',
            reverse("admin:articles_article_untrash"),
            get_token(request),
            format_html_join("", '<input type="hidden" name="guide" value="{}">', ((each.pk,) for each in articles)),
            label,
        )

    def _show(self, request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, f"admin/articles/article/{name}.html", context)


def _named(articles: list[Article]) -> str:
    return f"《{articles[0].title}》" if len(articles) == 1 else f"{len(articles)} 篇指南"

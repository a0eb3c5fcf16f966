"""The way of a guide to its readers: who may change and move it, what keeps it back, previews for guests."""

from collections.abc import Iterable

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format

from articles.admin.desk import logged_in
from articles.models import Article


class WorkflowMixin(admin.ModelAdmin[Article]):
    """The way of a guide to its readers: who may change and move it, what keeps it back, previews for guests."""

    actions: tuple[str, ...] = ("submit_selected", "publish_selected", "withdraw_selected")

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("articles.publish_article")

    # A button of the form that changes the status does so after the form, tags included, is saved.

    def response_add(self, request: HttpRequest, obj: Article, post_url_continue: str | None = None) -> HttpResponse:
        self._change_status_as_asked(request, obj)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Article) -> HttpResponse:
        self._change_status_as_asked(request, obj)
        return super().response_change(request, obj)

    def _change_status_as_asked(self, request: HttpRequest, article: Article) -> None:
        if "_submit" in request.POST:
            self._run(request, [article], "submit")
        elif "_publish" in request.POST and self.has_publish_permission(request):
            self._run(request, [article], "publish")
        elif "_withdraw" in request.POST and self.has_publish_permission(request):
            self._run(request, [article], "withdraw")

    @admin.action(description="提交审核", permissions=["change"])
    def submit_selected(self, request: HttpRequest, articles: QuerySet[Article]) -> None:
        self._run(request, articles, "submit")

    @admin.action(description="发布（发布时间在将来的，到时自动出现）", permissions=["publish"])
    def publish_selected(self, request: HttpRequest, articles: QuerySet[Article]) -> None:
        self._run(request, articles, "publish")

    @admin.action(description="撤下", permissions=["publish"])
    def withdraw_selected(self, request: HttpRequest, articles: QuerySet[Article]) -> None:
        self._run(request, articles, "withdraw")

    def _run(self, request: HttpRequest, articles: Iterable[Article], action: str) -> None:
        """Call a method of the state machine on each guide, and tell what came of it."""
        done: list[Article] = []
        for article in articles:
            try:
                if getattr(article, action)(by=logged_in(request)):
                    done.append(article)
            except ValidationError as problem:
                self.message_user(request, problem.messages[0], messages.ERROR)
        if len(done) == 1:
            self.message_user(request, self._told(done[0]), messages.SUCCESS)
        elif done:
            self.message_user(request, f"{len(done)} 篇指南现在是“{done[0].get_status_display()}”。", messages.SUCCESS)

    def _told(self, article: Article) -> str:
        if article.is_scheduled and article.published_at:
            when = date_format(timezone.localtime(article.published_at), "Y年n月j日 H:i")
            return f"《{article.title}》已排期，将在 {when} 自动出现在网站上。"
        return f"《{article.title}》现在是“{article.get_status_display()}”。"

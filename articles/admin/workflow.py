"""The way of a guide to its readers: who may change and move it, what keeps it back, previews for guests."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles import checks, revisions
from articles.admin.checking import CheckingMixin
from articles.admin.desk import logged_in
from articles.admin.previews import PreviewsMixin
from articles.models import Article, ArticleStatus
from articles.models.workflow import next_review

OWN = {ArticleStatus.DRAFT, ArticleStatus.RETURNED}  # when its author may change a guide
MOST_FAILURES_TOLD = 5
REVIEW, PUBLISH = "articles.review_article", "articles.publish_article"


class Step(NamedTuple):
    """A move of the workflow: the method of guides, what it is called, who may, and the field with its reason."""

    method: str
    name: str
    permission: str = ""  # to change the guide is enough
    reason: tuple[str, str] | None = None  # the argument, and the field of the form
    is_checked: bool = False  # guides with errors are refused


SUBMIT = Step("submit", "提交审核")
SEND_BACK = Step("send_back", "退回", REVIEW, reason=("note", "return_note"))
APPROVE = Step("approve", "通过", REVIEW, is_checked=True)
PUBLISH_NOW = Step("publish", "发布", PUBLISH, is_checked=True)
WITHDRAW = Step("withdraw", "撤下", PUBLISH, reason=("reason", "withdraw_reason"))
REVIEWED = Step("mark_reviewed", "复核", REVIEW)
# By the buttons of the form.
BUTTONS = {
    "_submit": SUBMIT,
    "_return": SEND_BACK,
    "_approve": APPROVE,
    "_publish": PUBLISH_NOW,
    "_withdraw": WITHDRAW,
    "_reviewed": REVIEWED,
}
LEADS_TO = {
    "submit": ArticleStatus.IN_REVIEW,
    "send_back": ArticleStatus.RETURNED,
    "approve": ArticleStatus.APPROVED,
    "publish": ArticleStatus.PUBLISHED,
    "withdraw": ArticleStatus.WITHDRAWN,
}


class WorkflowMixin(CheckingMixin, PreviewsMixin, admin.ModelAdmin[Article]):
    """The way of a guide to its readers: who may change and move it, what keeps it back, previews for guests."""

    actions: tuple[str, ...] = (
        "submit_selected",
        "approve_selected",
        "publish_selected",
        "withdraw_selected",
        "review_selected",
    )

    class Media:
        css = {"all": ["css/desk/workflow.css"]}

    # --- Who may ---------------------------------------------------------------------------------------------------

    def has_change_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        """Reviewers change every guide; others their own, until they hand it in and when it comes back."""
        if not super().has_change_permission(request, obj):
            return False
        return (
            obj is None
            or self.has_review_permission(request)
            or (obj.created_by_id == request.user.pk and obj.status in OWN)
        )

    def has_review_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(REVIEW)

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(PUBLISH)

    def may(self, request: HttpRequest, step: Step, article: Article) -> bool:
        return self.has_change_permission(request, article) and (
            not step.permission or request.user.has_perm(step.permission)
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Article | None = None) -> Any:
        """A date in the future takes a guide off the website: that is for those who may withdraw it."""
        fields = super().get_readonly_fields(request, obj)
        is_out = obj is not None and obj.status == ArticleStatus.PUBLISHED
        return [*fields, "published_at"] if is_out and not self.has_publish_permission(request) else fields

    # --- What the form shows ---------------------------------------------------------------------------------------

    @admin.display(description="状态", ordering="status")
    def status_label(self, article: Article) -> SafeString:
        status, name = article.status, article.get_status_display()
        if article.is_scheduled:
            status, name = "scheduled", "已排期"
        label = format_html('<span class="status status-{}">{}</span>', status, name)
        overdue = format_html(' <span class="status status-overdue">{}</span>', "复核过期")
        return label + overdue if article.is_review_overdue else label

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        article: Article | None = context.get("original")
        context["steps"] = {step.method: True for step in BUTTONS.values() if self._is_next(request, step, article)}
        if article:
            context["returned"] = article.returned
            context["now"] = timezone.now()
        return super().render_change_form(request, context, *args, **kwargs)

    def _is_next(self, request: HttpRequest, step: Step, article: Article | None) -> bool:
        """Whether the form offers a step; that of a new guide is the one of a draft."""
        if step is REVIEWED:
            return article is not None and article.is_public and self.may(request, step, article)
        if article is None:
            may = not step.permission or request.user.has_perm(step.permission)
            return may and Article().may_become(LEADS_TO[step.method])
        return self.may(request, step, article) and article.may_become(LEADS_TO[step.method])

    # --- The buttons of the form: they change the status after the form, tags included, is saved ----------------------

    def response_add(self, request: HttpRequest, obj: Article, post_url_continue: str | None = None) -> HttpResponse:
        self._take_step_asked_for(request, obj)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Article) -> HttpResponse:
        self._take_step_asked_for(request, obj)
        return super().response_change(request, obj)

    def save_model(self, request: HttpRequest, obj: Article, form: Any, change: bool) -> None:
        if "_reviewed" in request.POST and "review_by" not in form.changed_data and self.may(request, REVIEWED, obj):
            obj.review_by = next_review(timezone.now())
        super().save_model(request, obj, form, change)

    def _take_step_asked_for(self, request: HttpRequest, article: Article) -> None:
        step = next((step for button, step in BUTTONS.items() if button in request.POST), None)
        if step is REVIEWED:
            self._run(request, [article], step, until=article.review_by)
        elif step and step.reason:
            argument, field = step.reason
            self._run(request, [article], step, **{argument: request.POST.get(field, "")})
        elif step:
            self._run(request, [article], step)

    # --- The actions of the list -----------------------------------------------------------------------------------

    @admin.action(description="提交审核", permissions=["change"])
    def submit_selected(self, request: HttpRequest, articles: QuerySet[Article]) -> None:
        self._run(request, articles, SUBMIT)

    @admin.action(description="通过", permissions=["review"])
    def approve_selected(self, request: HttpRequest, articles: QuerySet[Article]) -> None:
        self._run(request, articles, APPROVE)

    @admin.action(description="发布（发布时间在将来的，到时自动出现）", permissions=["publish"])
    def publish_selected(self, request: HttpRequest, articles: QuerySet[Article]) -> None:
        self._run(request, articles, PUBLISH_NOW)

    @admin.action(description="撤下", permissions=["publish"])
    def withdraw_selected(self, request: HttpRequest, articles: QuerySet[Article]) -> None:
        self._run(request, articles, WITHDRAW)

    @admin.action(description="标为已复核（下次在半年后）", permissions=["review"])
    def review_selected(self, request: HttpRequest, articles: QuerySet[Article]) -> None:
        self._run(request, articles, REVIEWED)

    def _run(self, request: HttpRequest, articles: Iterable[Article], step: Step, **how: Any) -> None:
        """Take a step with each guide, and tell what came of it."""
        done: list[Article] = []
        failures: list[str] = []
        for article in articles:
            try:
                if self._take(request, step, article, how):
                    done.append(article)
            except ValidationError as problem:
                failures.append(problem.messages[0])
        for failure in failures[:MOST_FAILURES_TOLD]:
            self.message_user(request, failure, messages.ERROR)
        if (more := len(failures) - MOST_FAILURES_TOLD) > 0:
            self.message_user(request, f"另有 {more} 篇也没有{step.name}。", messages.ERROR)
        if len(done) == 1:
            self.message_user(request, self._told(step, done[0]), messages.SUCCESS)
        elif done:
            what = "已标为复核过" if step is REVIEWED else f"现在是“{done[0].get_status_display()}”"
            self.message_user(request, f"{len(done)} 篇指南{what}。", messages.SUCCESS)

    def _take(self, request: HttpRequest, step: Step, article: Article, how: dict[str, Any]) -> bool:
        """Take a step, and keep what it changed as a revision and in the log. Return False if it was taken already."""
        if not self.may(request, step, article):
            raise ValidationError(f"《{article.title}》没有{step.name}：你没有这个权限。")
        if step.is_checked and article.status != LEADS_TO[step.method]:
            checks.refuse_errors(article)
        by = logged_in(request)
        act: Callable[..., bool] = getattr(article, step.method)
        with transaction.atomic():
            revisions.keep_first(article)
            if not act(by=by, **how):
                return False
            # Dates may have been set; who has the form open shall be told.
            revisions.record(article, by=by, note=step.name)
            why = how[step.reason[0]].strip() if step.reason and how else ""
            self.log_change(request, article, f"{step.name}：{why}" if why else self._told(step, article))
        return True

    def _told(self, step: Step, article: Article) -> str:
        if step is REVIEWED and article.review_by:
            return f"《{article.title}》已标为复核过，下次复核：{date_format(article.review_by, 'Y年n月j日')}。"
        if article.is_scheduled and article.published_at:
            when = date_format(timezone.localtime(article.published_at), "Y年n月j日 H:i")
            return f"《{article.title}》已排期，将在 {when} 自动出现在网站上。"
        return f"《{article.title}》现在是“{article.get_status_display()}”。"

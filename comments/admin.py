"""The desk of those who look after experts and decide on comments."""

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminDateWidget
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles.admin.bounded import BoundedAdmin
from articles.admin.desk import LABELLED_TIMES, ReadOnlyInline, explain, logged_in, short_time
from articles.admin.tables import exports
from articles.querysets import long_of
from comments import screening_admin, tables
from comments.expert_desk import ExpertDeskMixin
from comments.models import (
    Comment,
    CommentRule,
    EarlierWording,
    Expert,
    ModerationEvent,
    Report,
    Review,
    Verification,
)
from comments.models.decision import MARKS
from comments.moderation import FINDINGS
from comments.querysets import CommentQuerySet
from comments.queue_admin import QueueMixin
from comments.search_admin import CommentSearchMixin


class ExpertForm(forms.ModelForm[Expert]):
    """Who an expert is; with a day until which that has been checked, if it has been."""

    verify_until = forms.DateField(
        label="核验，有效期至",
        required=False,
        widget=AdminDateWidget,
        help_text="核对过身份（律师还要核对执业证）以后才填。保存即记下由你核验，到期后网站上的标记自动消失。",
    )

    class Meta:
        model = Expert
        fields = [
            *("name", "role", "organisation", "region", "licence_number", "biography", "avatar", "is_example"),
            *("user", "categories"),
        ]
        widgets: ClassVar = {"categories": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "user" in self.fields:  # it is not where somebody may only look
            free = Q(groups__name="专家", expert=None) | Q(expert=self.instance.pk or 0)
            self.fields["user"].queryset = User.objects.filter(free).distinct()  # type: ignore[attr-defined]

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # gives the instance what was typed
        if (until := self.cleaned_data.get("verify_until")) and not self.errors:
            try:
                self.instance.check_verifiable(until)
            except ValidationError as problem:
                self.add_error("verify_until", problem)


class VerificationInline(ReadOnlyInline):
    model = Verification
    fields = ["at", "role", "licence_number", "valid_until", "by"]


@admin.register(Expert)
class ExpertAdmin(admin.ModelAdmin[Expert]):
    form = ExpertForm
    list_display = ("name", "role", "organisation", "verification_label", "verified_until")
    list_filter = ("role", "is_example", "verified_until")
    search_fields = ("name", "organisation")
    readonly_fields = ("verification_label", "verified_at", "verified_by", "verified_until")
    inlines = (VerificationInline,)
    actions = ("revoke_selected",)

    def get_fieldsets(self, request: HttpRequest, obj: Expert | None = None) -> Any:
        checked = ("is_example", "verification_label", "verified_at", "verified_by", "verified_until")
        may_verify = ("verify_until",) if self.has_verify_permission(request) else ()
        return (
            (None, {"fields": ("name", "role", "organisation", "region", "licence_number", "biography", "avatar")}),
            ("核验", {"fields": (*checked, *may_verify)}),
            ("回答问题", {"fields": ("user", "categories")}),
        )

    @admin.display(description="核验", ordering="verified_until")
    def verification_label(self, expert: Expert) -> SafeString:
        state = "example" if expert.is_example else "verified" if expert.is_verified else "unverified"
        return format_html('<span class="status status-{}">{}</span>', state, expert.verification)

    def has_verify_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("comments.verify_expert")

    def save_model(self, request: HttpRequest, obj: Expert, form: forms.ModelForm[Expert], change: bool) -> None:
        super().save_model(request, obj, form, change)
        if (until := form.cleaned_data.get("verify_until")) and self.has_verify_permission(request):
            obj.verify(by=logged_in(request), until=until)

    @admin.action(description="撤销核验", permissions=["verify"])
    def revoke_selected(self, request: HttpRequest, experts: QuerySet[Expert]) -> None:
        done = sum(expert.revoke_verification(by=logged_in(request)) for expert in experts)
        self.message_user(request, f"{done} 位专家的核验已撤销。")


class ModerationEventInline(ReadOnlyInline):
    model = ModerationEvent
    fields = ["at", "from_status", "to_status", "mark", "by", "reason", "note"]


def _marking(mark: ModerationEvent.Mark) -> Callable[[Any, HttpRequest, QuerySet[Comment]], None]:
    """Make the action that gives comments a mark."""

    @admin.action(description=mark.label, permissions=["moderate"])
    def give(desk: "CommentAdmin", request: HttpRequest, comments: QuerySet[Comment]) -> None:
        desk.run(request, comments, f"已{mark.label}", lambda comment: comment.mark(mark, by=logged_in(request)))

    give.__name__ = f"mark_{mark.value}"
    return give


class ReportInline(ReadOnlyInline):
    model = Report
    fields = ["at", "reason", "handled_at"]


class EarlierWordingInline(ReadOnlyInline):
    model = EarlierWording
    fields = ["replaced_at", "body"]


class QuestionFilter(admin.SimpleListFilter):
    title = "提问"
    parameter_name = "question"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("unanswered", "未答问题")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Comment]) -> QuerySet[Comment]:
        comments = CommentQuerySet(Comment, query=queryset.query, using=queryset.db)
        return comments.unanswered() if self.value() == "unanswered" else queryset


EXPORTS = exports(tables.CommentResource, tables.exported, "comments")


@admin.register(Comment)
class CommentAdmin(QueueMixin, ExpertDeskMixin, CommentSearchMixin, BoundedAdmin):
    list_display = ("excerpt", "author", "article", "status_label", "urgent", "posted_on")
    list_filter = (
        "status",
        QuestionFilter,
        "is_urgent",
        "is_featured",
        "is_closed",
        ("expert", admin.EmptyFieldListFilter),
        "posted_at",
    )
    formfield_overrides = LABELLED_TIMES
    list_select_related = ("article", "expert")
    not_listed = long_of("article")
    sortable_by = ("posted_on",)  # another order would read every comment
    date_hierarchy = "posted_at"
    autocomplete_fields = ("article", "parent", "expert")
    readonly_fields = ("status_label", "findings_label", "address_hash")
    fields = (
        *("article", "parent", "expert", "nickname", "body", "posted_at", "status_label"),
        *("findings_label", "address_hash"),
    )
    inlines = (ModerationEventInline, ReportInline, EarlierWordingInline)
    actions = ("reopen_selected", *(_marking(mark) for mark in MARKS))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().get_actions(request), **EXPORTS}

    @admin.display(description="内容")
    def excerpt(self, comment: Comment) -> str:
        return comment.body if len(comment.body) <= 40 else f"{comment.body[:40]}…"

    @admin.display(description="作者")
    def author(self, comment: Comment) -> str:
        return f"{comment.author}（{comment.expert_role}）" if comment.expert else comment.author

    @admin.display(description="筛查结果")
    def findings_label(self, comment: Comment) -> str:
        return "、".join(FINDINGS.get(kind, kind) for kind in comment.finding_types) or "无"

    @admin.display(description="紧急", boolean=True)
    def urgent(self, comment: Comment) -> bool | None:
        return True if comment.is_urgent else None

    @admin.display(description="发表时间", ordering="posted_at")
    def posted_on(self, comment: Comment) -> str:
        return short_time(comment.posted_at)

    @admin.display(description="状态")
    def status_label(self, comment: Comment) -> SafeString:
        return format_html('<span class="status status-{}">{}</span>', comment.status, comment.get_status_display())

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("comments.moderate_comment")

    @admin.action(description="从网站上拿下，放回审核队列", permissions=["moderate"])
    def reopen_selected(self, request: HttpRequest, comments: QuerySet[Comment]) -> None:
        self.run(request, comments, "已放回审核队列", lambda comment: comment.reopen(by=logged_in(request)))

    def run(
        self, request: HttpRequest, comments: QuerySet[Comment], what: str, change: Callable[[Comment], bool]
    ) -> None:
        """Change each comment, and tell what came of it."""
        done, refused = 0, []
        for comment in comments:
            try:
                done += change(comment)
            except ValidationError as problem:
                refused.append(f"“{comment}”：{problem.messages[0]}")
        self.message_user(request, f"{done} 条评论{what}。")
        if refused:
            self.message_user(request, explain(refused, "条"), messages.ERROR)

    def save_model(self, request: HttpRequest, obj: Comment, form: forms.ModelForm[Comment], change: bool) -> None:
        """An expert's reply that an editor enters appears at once; a reader's comment waits for a decision."""
        super().save_model(request, obj, form, change)
        if not change and obj.expert and self.has_moderate_permission(request):
            obj.approve(by=logged_in(request))


@admin.register(Review)
class ReviewAdmin(BoundedAdmin):
    list_display = ("article", "expert", "reviewed_on")
    list_filter = ("reviewed_on",)
    list_select_related = ("article", "expert")
    not_listed = long_of("article")
    search_fields = ("article__title", "expert__name")
    autocomplete_fields = ("article", "expert")
    date_hierarchy = "reviewed_on"


@admin.register(CommentRule)
class CommentRuleAdmin(BoundedAdmin):
    list_display = ("article", "mode", "days")
    list_filter = ("mode",)
    list_select_related = ("article",)
    not_listed = long_of("article")
    search_fields = ("article__title",)
    autocomplete_fields = ("article",)


__all__ = ["screening_admin"]  # imported to be registered

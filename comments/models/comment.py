"""What is said under a guide, and who decided on it."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from articles.models import Article
from comments.models.expert import Expert
from comments.querysets import CommentQuerySet
from comments.roles import LAWYER

# Kinds of personal data that screening masks, as readers call them.
MASKED = {
    "id_card": "身份证号",
    "bank_card": "银行卡号",
    "phone": "电话号码",
    "name": "姓名",
    "address": "住址",
    "contract": "合同号",
    "code": "验证码",
}


class Comment(models.Model):
    """An expert's reply or a reader's comment. Its status changes only by `approve`, `reject` and `withdraw`."""

    class Status(models.TextChoices):
        PENDING = "pending", "待审核"
        APPROVED = "approved", "已通过"
        REJECTED = "rejected", "未通过"
        WITHDRAWN = "withdrawn", "已撤回"

    article = models.ForeignKey(Article, models.CASCADE, verbose_name="指南", related_name="comments")
    parent = models.ForeignKey(
        "self", models.CASCADE, verbose_name="回复", null=True, blank=True, related_name="replies"
    )
    expert = models.ForeignKey(
        Expert,
        models.PROTECT,
        verbose_name="专家",
        null=True,
        blank=True,
        related_name="comments",
        help_text="读者的评论留空。",
    )
    nickname = models.CharField("昵称", max_length=20, blank=True, help_text="读者自己取的名字，可以不填。")
    body = models.TextField("内容", max_length=2000)
    posted_at = models.DateTimeField("发表时间", default=timezone.now)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.PENDING, editable=False)
    code = models.CharField(
        "评论码", max_length=10, unique=True, null=True, editable=False, help_text="只有写的人知道，凭它撤回或查询。"
    )
    address_hash = models.CharField("来源", max_length=32, blank=True, editable=False)
    # The same words from the same network in the same place are one comment; empty where nobody sent it by the form.
    fingerprint = models.CharField(max_length=64, blank=True, editable=False)
    findings = models.JSONField("筛查结果", default=list, blank=True, editable=False)
    is_urgent = models.BooleanField("紧急", default=False, editable=False)
    # What was known of the expert when the reply was given; what becomes of the expert later changes none of it.
    expert_name = models.CharField("当时的姓名", max_length=30, blank=True, editable=False)
    expert_role = models.CharField("当时的身份", max_length=20, blank=True, editable=False)
    expert_region = models.CharField("当时的地区", max_length=30, blank=True, editable=False)
    was_verified = models.BooleanField("当时已核验", default=False, editable=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "评论"
        ordering = ["-posted_at", "-pk"]
        permissions = [("moderate_comment", "Can approve and reject 评论")]
        indexes = [
            models.Index(fields=["article", "status", "posted_at"], name="comment_of_article"),
            # For the moderators' queue: how earlier comments from the same network were decided.
            models.Index(fields=["address_hash"], condition=~Q(address_hash=""), name="comment_of_network"),
            # For the moderators' queue: what cannot wait, then what has waited longest.
            models.Index(fields=["status", "-is_urgent", "posted_at"], name="comment_waiting"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint"], condition=~Q(fingerprint=""), name="comment_same_words_once"
            ),
            models.CheckConstraint(
                name="comment_status_known", condition=Q(status__in=["pending", "approved", "rejected", "withdrawn"])
            ),
            models.CheckConstraint(
                name="comment_expert_has_no_nickname",
                condition=Q(expert__isnull=True) | Q(nickname=""),
                violation_error_message="专家以自己的名字回答，不填昵称。",
            ),
            models.CheckConstraint(
                name="comment_not_its_own_parent",
                condition=Q(parent__isnull=True) | ~Q(parent=models.F("pk")),
                violation_error_message="评论不能回复自己。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.author}：{self.body[:20]}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding and self.expert:
            self.expert_name, self.expert_role = self.expert.name, self.expert.shown_role
            self.expert_region, self.was_verified = self.expert.region, self.expert.is_verified
        super().save(*args, **kwargs)

    def clean(self) -> None:
        if self.parent is None:
            return
        if self.parent.article_id != self.article_id:
            raise ValidationError({"parent": "只能回复同一篇指南下的评论。"})
        if self.parent.parent_id is not None:
            raise ValidationError({"parent": "只能回复评论，不能回复别人的回复。"})

    @property
    def masked(self) -> list[str]:
        """What of the writer's own data was masked before the comment was kept, in words for the writer."""
        return [name for kind, name in MASKED.items() if kind in self.findings]

    @property
    def author(self) -> str:
        """The name under which readers see the comment."""
        return self.expert_name if self.expert_id else self.nickname or "匿名读者"

    @property
    def author_role(self) -> str:
        """The role in which an expert gave the reply; that of a lawyer only while the verification holds."""
        if self.expert and self.expert_role == LAWYER and not self.expert.is_verified:
            return f"答复时为{LAWYER}"
        return self.expert_role

    @property
    def badge(self) -> str:
        """What readers are told of an expert's identity. The mark stands only while it holds, then and now."""
        if self.expert is None:
            return ""
        if self.expert.is_example or self.was_verified == self.expert.is_verified:
            return self.expert.verification
        return "答复时已核验" if self.was_verified else "答复时未核验"

    def approve(self, *, by: User | None) -> bool:
        """Show the comment to readers. Return False if it was approved already."""
        return self._move_to(self.Status.APPROVED, by=by)

    def reject(self, *, by: User | None, reason: str, note: str = "") -> bool:
        """Keep the comment from readers, for one of `ModerationEvent.Reason`. Return False if it was so already."""
        return self._move_to(self.Status.REJECTED, by=by, reason=ModerationEvent.Reason(reason), note=note)

    def withdraw(self) -> bool:
        """Take back a comment, as its writer may at any time. Return False if it was taken back already."""
        return self._move_to(self.Status.WITHDRAWN)

    def reopen(self, *, by: User | None) -> bool:
        """Let the comment wait for a decision again. Return False if it does already."""
        return self._move_to(self.Status.PENDING, by=by)

    def _move_to(self, status: "Comment.Status", **event: Any) -> bool:
        with transaction.atomic():
            before = Comment.objects.select_for_update().only("status").get(pk=self.pk).status
            if before == self.Status.WITHDRAWN != status:
                raise ValidationError("写的人已经撤回了这条评论。")
            self.status = status
            if before == status:
                return False
            ModerationEvent.objects.create(comment=self, from_status=before, to_status=status, **event)
            if status == self.Status.WITHDRAWN:
                self.fingerprint = ""  # so that the writer can say it again
            self.save(update_fields=["status", "fingerprint"])
        return True


class ModerationEvent(models.Model):
    """Who approved or rejected a comment, when and why. Written once, never changed."""

    class Reason(models.TextChoices):
        ADVERT = "advert", "广告"
        CONTACT = "contact", "联系方式"
        ABUSE = "abuse", "人身攻击"
        PRIVACY = "privacy", "泄露隐私"
        UNLAWFUL = "unlawful", "违法"
        OFF_TOPIC = "off_topic", "无关"
        OTHER = "other", "其他"

    comment = models.ForeignKey(Comment, models.CASCADE, verbose_name="评论", related_name="events")
    from_status = models.CharField("原状态", max_length=10, choices=Comment.Status)
    to_status = models.CharField("新状态", max_length=10, choices=Comment.Status)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name="审核员", null=True, related_name="+"
    )
    reason = models.CharField("理由", max_length=10, choices=Reason, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "审核记录"
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="moderation_rejection_has_reason", condition=~Q(to_status="rejected") | ~Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_from_status_display()} → {self.get_to_status_display()}"

"""What is said under a guide: experts' replies and readers' comments, and who decided on them."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from articles.models import Article
from comments.querysets import CommentQuerySet, ReviewQuerySet


class Expert(models.Model):
    """Somebody who answers under a guide by name. Shown as not verified until an editor has checked who it is."""

    name = models.CharField("姓名", max_length=30)
    role = models.CharField(
        "身份", max_length=20, help_text="例如：律师、律师助理、法务助理、法律顾问、银行从业者、社工。"
    )
    organisation = models.CharField("所在机构", max_length=60, blank=True)
    biography = models.TextField("简介", blank=True, max_length=500)
    avatar = models.ImageField("头像", upload_to="avatars/", blank=True)
    is_example = models.BooleanField(
        "示例人物", default=False, help_text="为演示而虚构的人，在网站上总是标明“示例”，不能核验。"
    )
    verified_at = models.DateTimeField("核验时间", null=True, editable=False)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name="核验人", null=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField("创建时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "专家"
        ordering = ["name", "pk"]
        permissions = [("verify_expert", "Can verify 专家")]
        constraints = [
            models.CheckConstraint(
                name="expert_example_never_verified",
                condition=Q(is_example=False) | Q(verified_at__isnull=True),
                violation_error_message="示例人物不能核验。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.role}，{self.verification}）"

    @property
    def is_verified(self) -> bool:
        return self.verified_at is not None

    @property
    def verification(self) -> str:
        """What is known of the expert's identity, in the words that readers see."""
        if self.is_example:
            return "示例"
        return "已核验" if self.is_verified else "未核验"

    def verify(self, *, by: User) -> bool:
        """Record that `by` has checked name and role. Return False if that was done before.

        Raises ValidationError for an example, who is nobody.
        """
        if self.is_example:
            raise ValidationError(f"{self.name}是示例人物，不能核验。")
        if self.is_verified:
            return False
        self.verified_at, self.verified_by_id = timezone.now(), by.pk
        self.save(update_fields=["verified_at", "verified_by"])
        return True

    def revoke_verification(self) -> bool:
        """Show the expert as not verified again. Return False if that was so already."""
        if not self.is_verified:
            return False
        self.verified_at = self.verified_by = None
        self.save(update_fields=["verified_at", "verified_by"])
        return True


class Comment(models.Model):
    """An expert's reply or a reader's comment. Its status changes only by `approve` and `reject`."""

    class Status(models.TextChoices):
        PENDING = "pending", "待审核"
        APPROVED = "approved", "已通过"
        REJECTED = "rejected", "未通过"

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

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "评论"
        ordering = ["-posted_at", "-pk"]
        permissions = [("moderate_comment", "Can approve and reject 评论")]
        indexes = [
            models.Index(fields=["article", "status", "posted_at"], name="comment_of_article"),
            models.Index(fields=["status", "posted_at"], name="comment_waiting"),
        ]
        constraints = [
            models.CheckConstraint(
                name="comment_status_known", condition=Q(status__in=["pending", "approved", "rejected"])
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

    def clean(self) -> None:
        if self.parent is None:
            return
        if self.parent.article_id != self.article_id:
            raise ValidationError({"parent": "只能回复同一篇指南下的评论。"})
        if self.parent.parent_id is not None:
            raise ValidationError({"parent": "只能回复评论，不能回复别人的回复。"})

    @property
    def author(self) -> str:
        """The name under which readers see the comment."""
        return self.expert.name if self.expert else self.nickname or "匿名读者"

    def approve(self, *, by: User | None) -> bool:
        """Show the comment to readers. Return False if it was approved already."""
        return self._move_to(self.Status.APPROVED, by=by)

    def reject(self, *, by: User | None, reason: str, note: str = "") -> bool:
        """Keep the comment from readers, for one of `ModerationEvent.Reason`. Return False if it was so already."""
        return self._move_to(self.Status.REJECTED, by=by, reason=ModerationEvent.Reason(reason), note=note)

    def _move_to(self, status: "Comment.Status", **event: Any) -> bool:
        with transaction.atomic():
            before = Comment.objects.select_for_update().only("status").get(pk=self.pk).status
            self.status = status
            if before == status:
                return False
            ModerationEvent.objects.create(comment=self, from_status=before, to_status=status, **event)
            self.save(update_fields=["status"])
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


class Review(models.Model):
    """That an expert has read a guide and found it right on a certain day."""

    article = models.ForeignKey(Article, models.CASCADE, verbose_name="指南", related_name="reviews")
    expert = models.ForeignKey(Expert, models.PROTECT, verbose_name="审阅专家", related_name="reviews")
    reviewed_on = models.DateField("审阅日期")
    note = models.CharField("备注", max_length=200, blank=True, help_text="只给编辑看。")

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "专家审阅"
        ordering = ["-reviewed_on", "-pk"]
        constraints = [models.UniqueConstraint(fields=["article", "expert", "reviewed_on"], name="review_once_a_day")]

    def __str__(self) -> str:
        return f"{self.expert.name} {self.reviewed_on}"

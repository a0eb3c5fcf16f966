"""Who decided what on a comment and why, what readers reported, and what a reply said before."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class CommentStatus(models.TextChoices):
    PENDING = "pending", "待审核"
    APPROVED = "approved", "已通过"
    REJECTED = "rejected", "未通过"
    WITHDRAWN = "withdrawn", "已撤回"


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

    class Mark(models.TextChoices):
        """What was decided besides the status, or instead of it."""

        FEATURED = "featured", "设为精彩"
        UNFEATURED = "unfeatured", "取消精彩"
        CLOSED = "closed", "不再接受回复"
        OPENED = "opened", "重新接受回复"
        KEPT = "kept", "有举报，保留"

    comment = models.ForeignKey("comments.Comment", models.CASCADE, verbose_name="评论", related_name="events")
    from_status = models.CharField("原状态", max_length=10, choices=CommentStatus)
    to_status = models.CharField("新状态", max_length=10, choices=CommentStatus)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name="审核员", null=True, related_name="+"
    )
    reason = models.CharField("理由", max_length=10, choices=Reason, blank=True)
    mark = models.CharField("标记", max_length=10, choices=Mark, blank=True)
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
        change = f"{self.get_from_status_display()} → {self.get_to_status_display()}"
        return f"{change}（{self.get_mark_display()}）" if self.mark else change


# Which field of a comment a mark sets, and to what.
MARKS = {
    ModerationEvent.Mark.FEATURED: ("is_featured", True),
    ModerationEvent.Mark.UNFEATURED: ("is_featured", False),
    ModerationEvent.Mark.CLOSED: ("is_closed", True),
    ModerationEvent.Mark.OPENED: ("is_closed", False),
}


class Report(models.Model):
    """That a reader wants a visible comment looked at again. From one network each is taken once."""

    comment = models.ForeignKey("comments.Comment", models.CASCADE, verbose_name="评论", related_name="reports")
    reason = models.CharField("理由", max_length=10, choices=ModerationEvent.Reason)
    address_hash = models.CharField("来源", max_length=32, editable=False)
    at = models.DateTimeField("时间", auto_now_add=True)
    handled_at = models.DateTimeField("处理时间", null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "举报"
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["comment", "address_hash"], name="report_once_per_network")]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} {self.at:%Y-%m-%d}"


class EarlierWording(models.Model):
    """What an expert's reply said before the expert changed it. Written once, never changed."""

    comment = models.ForeignKey(
        "comments.Comment", models.CASCADE, verbose_name="回复", related_name="earlier_wordings"
    )
    body = models.TextField("内容")
    replaced_at = models.DateTimeField("替换时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "修改记录"
        ordering = ["-replaced_at", "-pk"]

    def __str__(self) -> str:
        return self.body[:20]

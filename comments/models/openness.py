"""Where readers may write."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from articles.models import Article


class CommentRule(models.Model):
    """Whether readers may write under one guide; a guide without a rule is open."""

    class Mode(models.TextChoices):
        OPEN = "open", "开放"
        CLOSED = "closed", "关闭"
        DAYS = "days", "发布若干天后关闭"

    article = models.OneToOneField(Article, models.CASCADE, verbose_name="指南", related_name="comment_rule")
    mode = models.CharField("评论", max_length=6, choices=Mode, default=Mode.OPEN)
    days = models.PositiveSmallIntegerField("天数", null=True, blank=True, help_text="只用于“发布若干天后关闭”。")

    class Meta:
        verbose_name = verbose_name_plural = "评论开关"
        constraints = [
            models.CheckConstraint(
                name="comment_rule_days_has_number",
                condition=~Q(mode="days") | Q(days__isnull=False),
                violation_error_message="请填写发布多少天后关闭。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article}：{self.get_mode_display()}"

    @property
    def is_open(self) -> bool:
        if self.mode == self.Mode.DAYS and self.days is not None and self.article.published_at:
            return timezone.now() < self.article.published_at + dt.timedelta(days=self.days)
        return self.mode == self.Mode.OPEN


def is_open(article: Article) -> bool:
    """Return whether readers may write under a public guide now. At most one query."""
    if not settings.COMMENTS_OPEN:
        return False
    rule = CommentRule.objects.select_related("article").filter(article=article).first()
    return rule is None or rule.is_open

"""What search engines are still to be told: an outbox, emptied by cron."""

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from articles.models.article import Article


class PushTaskQuerySet(models.QuerySet["PushTask"]):
    def unsent(self) -> Self:
        return self.filter(sent_at=None)

    def sent(self) -> Self:
        return self.filter(sent_at__isnull=False)

    def waiting(self) -> Self:
        """Tasks that will be sent by themselves, now or later."""
        return self.unsent().filter(next_attempt_at__isnull=False)

    def due(self) -> Self:
        """Tasks whose time has come, the longest waiting first."""
        return self.waiting().filter(next_attempt_at__lte=timezone.now()).order_by("next_attempt_at", "pk")

    def refused(self) -> Self:
        """Tasks that the engine refused for good."""
        return self.unsent().filter(next_attempt_at=None)

    def settle(self, *, next_attempt_at: dt.datetime | None, sent: bool = False, error: str = "") -> int:
        """Record one more attempt and what came of it. Return the number of tasks."""
        return self.update(
            attempts=F("attempts") + 1,
            sent_at=timezone.now() if sent else None,
            next_attempt_at=next_attempt_at,
            last_error=error[: PushTask.ERROR_LENGTH],
        )


class PushTask(models.Model):
    """One address that one search engine is to be told of. It stays, when sent, as a record of that."""

    class Engine(models.TextChoices):
        BAIDU = "baidu", "百度"
        INDEXNOW = "indexnow", "IndexNow"

    ERROR_LENGTH = 200

    engine = models.CharField("搜索引擎", max_length=10, choices=Engine)
    article = models.ForeignKey(Article, models.CASCADE, verbose_name="指南", related_name="push_tasks")
    path = models.CharField("网址路径", max_length=250, help_text="不含网站域名，推送时再补上。")
    created_at = models.DateTimeField("创建时间", auto_now_add=True)
    sent_at = models.DateTimeField("推送时间", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    next_attempt_at = models.DateTimeField(
        "下次尝试", null=True, blank=True, default=timezone.now, help_text="未推送而此处为空的，是被拒绝了的。"
    )
    last_error = models.CharField("最近的错误", max_length=ERROR_LENGTH, blank=True)

    objects = PushTaskQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "搜索引擎推送"
        ordering = ["-pk"]
        constraints = [
            # For `search_engines.enqueue`, which looks for the unsent task of a guide.
            models.UniqueConstraint(
                fields=["engine", "article"], condition=Q(sent_at__isnull=True), name="push_task_unsent_once"
            ),
        ]
        # For the commands push_baidu and push_indexnow: what is due, and how much is left. Sent tasks are not in it.
        indexes = [
            models.Index(
                fields=["engine", "next_attempt_at", "id"], condition=Q(sent_at__isnull=True), name="push_task_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_engine_display()}：{self.path}"

"""What is being written."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from articles.models.article import Article


class Autosave(models.Model):
    """That somebody has the form of a guide open, and what they typed and have not saved (`data` by field name)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="编辑", related_name="+")
    article = models.ForeignKey(
        Article, models.CASCADE, verbose_name="指南", null=True, related_name="autosaves"
    )  # none for a new guide, which goes by `key`
    key = models.CharField("新指南", max_length=36, blank=True)
    data = models.JSONField("内容", default=dict)
    base = models.BigIntegerField("所改的修订", null=True)  # the newest revision when the form was opened
    saved_at = models.DateTimeField("保存时间", null=True)
    seen_at = models.DateTimeField("最近打开")

    class Meta:
        verbose_name = verbose_name_plural = "未保存的内容"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "article"], condition=Q(article__isnull=False), name="autosave_of_guide"
            ),
            models.UniqueConstraint(
                fields=["user", "key"], condition=Q(article__isnull=True), name="autosave_of_new_guide"
            ),
        ]
        indexes = [models.Index(fields=["user", "-saved_at"], name="autosave_newest")]

    def __str__(self) -> str:
        return str(self.data.get("title") or "（没有标题）")

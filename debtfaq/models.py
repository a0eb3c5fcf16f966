from django.db import models


class ContentRevision(models.Model):
    """How often anything that readers see has changed. One row, which `debtfaq.content_revision` counts up."""

    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "内容版本"

    def __str__(self) -> str:
        return str(self.number)

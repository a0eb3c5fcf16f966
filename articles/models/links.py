"""What guides link to on this site, and where addresses that were given up lead."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from articles.models.article import Article
from articles.models.media import Image


class LinkQuerySet(models.QuerySet["Link"]):
    def broken(self) -> Self:
        """Links in guides of the desk that lead nowhere."""
        return self.filter(is_broken=True, article__trashed_at__isnull=True)


class Link(models.Model):
    """An address of this site that stands in the body of a guide. Written anew whenever the guide is saved."""

    article = models.ForeignKey(
        Article, models.CASCADE, verbose_name="指南", related_name="links", db_index=False
    )  # the constraint's index begins with it
    path = models.CharField("地址", max_length=255)
    target = models.ForeignKey(
        Article, models.SET_NULL, verbose_name="指向的指南", null=True, related_name="linked_from"
    )
    image = models.ForeignKey(Image, models.SET_NULL, verbose_name="图片", null=True, related_name="used_in")
    # Whether there was nothing at the address when it was last looked at.
    is_broken = models.BooleanField("失效", default=False)

    objects = LinkQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "站内链接"
        constraints = [models.UniqueConstraint(fields=["article", "path"], name="link_once")]
        indexes = [models.Index(fields=["article"], condition=Q(is_broken=True), name="link_broken")]

    def __str__(self) -> str:
        return self.path


class Redirect(models.Model):
    """That what was at one address of this site is at another now, for good."""

    path = models.CharField("原地址", max_length=255, unique=True, help_text="以 / 开头，例如：/tags/xin-yong/")
    to = models.CharField("新地址", max_length=255, db_index=True)
    created_at = models.DateTimeField("创建时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "地址跳转"
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(
                name="redirect_leads_elsewhere",
                condition=~Q(path=F("to")),
                violation_error_message="不能跳转到自己。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.path} → {self.to}"

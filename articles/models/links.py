"""What guides link to on this site."""

from typing import Self

from django.db import models
from django.db.models import Q

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
        indexes = [
            models.Index(fields=["article"], condition=Q(is_broken=True), name="link_broken"),
            # For those who link to an address that becomes another; also by how it begins.
            models.Index(fields=["path"], name="link_path", opclasses=["varchar_pattern_ops"]),
        ]

    def __str__(self) -> str:
        return self.path

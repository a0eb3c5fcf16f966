"""Where guides stand: categories and tags."""

from typing import Any

from django.db import models
from django.urls import reverse
from taggit.models import ItemBase, TagBase

from articles.querysets import CategoryQuerySet
from articles.slugs import MAX_LENGTH as SLUG_LENGTH
from articles.slugs import pinyin_slug


class Category(models.Model):
    name = models.CharField("名称", max_length=30, unique=True)
    slug = models.SlugField(
        "网址名", max_length=SLUG_LENGTH, unique=True, blank=True, help_text="留空则由名称的拼音生成。"
    )
    description = models.TextField("说明", blank=True, help_text="显示在分类页的开头，两三句话。")
    position = models.PositiveSmallIntegerField("排序", default=0, help_text="数字小的排在前面。")
    stage = models.CharField(
        "阶段",
        max_length=8,
        blank=True,
        help_text="首页“走到哪一步了”里的名字，例如：刚逾期、催收、起诉。留空则不列入。",
    )

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "分类"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.slug = self.slug or self._slug_from_name()
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("articles:category", args=[self.slug])

    def _slug_from_name(self) -> str:
        """Return the pinyin of the name, numbered where another category sounds alike."""
        base = slug = pinyin_slug(self.name, fallback="category")
        number = 1
        while Category.objects.filter(slug=slug).exists():
            number += 1
            slug = f"{base[: SLUG_LENGTH - 4]}-{number}"
        return slug


class Tag(TagBase):  # type: ignore[misc]
    class Meta:
        verbose_name = verbose_name_plural = "标签"
        ordering = ["name"]

    def slugify(self, tag: str, i: int | None = None) -> str:
        """Return the pinyin of the tag; `i` tells apart tags that sound alike."""
        slug = pinyin_slug(tag, fallback="tag")
        return slug if i is None else f"{slug}-{i}"

    def get_absolute_url(self) -> str:
        return reverse("articles:tag", args=[self.slug])


class TaggedArticle(ItemBase):  # type: ignore[misc]
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="tagged_items")
    content_object = models.ForeignKey("articles.Article", models.CASCADE, related_name="tagged_items")

    class Meta:
        verbose_name = verbose_name_plural = "指南的标签"
        constraints = [models.UniqueConstraint(fields=["content_object", "tag"], name="tagged_article_once")]

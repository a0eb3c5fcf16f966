"""Where guides stand: categories and tags."""

from typing import Any

from django.db import models, transaction
from django.urls import reverse
from taggit.models import ItemBase, TagBase

from articles.addresses import path_to
from articles.models.redirect import Redirect
from articles.querysets import CategoryQuerySet
from articles.slugs import MAX_LENGTH as SLUG_LENGTH
from articles.slugs import pinyin_slug


class Moving(models.Model):
    """Something whose addresses hold its slug: when that changes, the old addresses lead to the new ones."""

    routes: tuple[str, ...] = ()

    class Meta:
        abstract = True

    def save(self: Any, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            known = type(self)._base_manager.filter(pk=self.pk) if self.pk else None
            before = known.values_list("slug", flat=True).first() if known is not None else None
            super().save(*args, **kwargs)
            if before and before != self.slug:
                Redirect.objects.record(dict(zip(self.addresses(before), self.addresses(), strict=True)))

    def addresses(self: Any, slug: str = "") -> list[str]:
        """Return the pages and feeds of this, or those that it would have with another slug."""
        return [reverse(route, args=[slug or self.slug]) for route in self.routes]

    def give_addresses_to(self, other: "Moving") -> None:
        Redirect.objects.record(dict(zip(self.addresses(), other.addresses(), strict=True)))


class Category(Moving):
    routes = ("articles:category", "articles:category_atom", "articles:category_rss")

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
        return path_to("articles:category", self.slug)

    def _slug_from_name(self) -> str:
        """Return the pinyin of the name, numbered where another category sounds alike."""
        base = slug = pinyin_slug(self.name, fallback="category")
        number = 1
        while Category.objects.filter(slug=slug).exclude(pk=self.pk).exists():
            number += 1
            slug = f"{base[: SLUG_LENGTH - 4]}-{number}"
        return slug


class Tag(Moving, TagBase):  # type: ignore[misc, django-manager-missing]  # noqa: DJ008  (TagBase has it)
    routes = ("articles:tag",)

    class Meta:
        verbose_name = verbose_name_plural = "标签"
        ordering = ["name"]

    def get_absolute_url(self) -> str:
        return path_to("articles:tag", self.slug)

    def slugify(self, tag: str, i: int | None = None) -> str:
        """Return the pinyin of the tag; `i` tells apart tags that sound alike."""
        slug = pinyin_slug(tag, fallback="tag")
        return slug if i is None else f"{slug}-{i}"

    def free_slug(self) -> str:
        """Return the pinyin of the name, numbered where another tag sounds alike."""
        number, slug = None, self.slugify(self.name)
        while Tag.objects.filter(slug=slug).exclude(pk=self.pk).exists():
            number = (number or 0) + 1
            slug = self.slugify(self.name, number)
        return slug


class TaggedArticle(ItemBase):  # type: ignore[misc]
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="tagged_items", db_index=False)  # the index is below
    content_object = models.ForeignKey("articles.Article", models.CASCADE, related_name="tagged_items")

    class Meta:
        verbose_name = verbose_name_plural = "指南的标签"
        constraints = [models.UniqueConstraint(fields=["content_object", "tag"], name="tagged_article_once")]
        indexes = [models.Index(fields=["tag", "-id"], name="tagged_last")]  # which guides were given a tag last

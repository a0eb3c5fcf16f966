"""The glossary."""

from typing import Any

from django.db import models
from django.urls import reverse

from articles.rendering import TermLink
from articles.slugs import MAX_LENGTH as SLUG_LENGTH
from articles.slugs import pinyin_slug
from articles.tagging import split_tags


class TermQuerySet(models.QuerySet["Term"]):
    def links(self) -> list[TermLink]:
        """Every term with its other names, as `rendering.render` links them."""
        return [TermLink(words=term.words, url=term.get_absolute_url(), meaning=term.meaning) for term in self]


class Term(models.Model):
    """A word of the trade, explained. It is linked where it first occurs in a guide."""

    term = models.CharField("术语", max_length=30, unique=True)
    aliases = models.CharField("别名", max_length=120, blank=True, help_text="用逗号分隔，例如：老赖，失信名单。")
    slug = models.SlugField(
        "网址名", max_length=SLUG_LENGTH, unique=True, blank=True, help_text="留空则由术语的拼音生成。"
    )
    meaning = models.CharField("解释", max_length=160, help_text="一两句话，让没听过的人明白。")
    article = models.ForeignKey(
        "articles.Article", models.SET_NULL, verbose_name="详细的指南", null=True, blank=True, related_name="terms"
    )

    objects = TermQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "术语"
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.term

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.slug = self.slug or pinyin_slug(self.term, fallback="term")
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return f"{reverse('articles:glossary')}#{self.slug}"

    @property
    def words(self) -> list[str]:
        """The term and its other names."""
        return [self.term, *split_tags(self.aliases)]

"""Guides."""

import datetime as dt
from html import unescape
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinLengthValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from taggit.managers import TaggableManager

from articles import rendering
from articles.addresses import path_to
from articles.models.classification import Category
from articles.models.glossary import Term
from articles.models.revision import Revisions
from articles.models.workflow import CONSTRAINTS, Workflow
from articles.picture_fields import PictureField
from articles.querysets import ArticleQuerySet
from articles.signals import guide_changed
from articles.slugs import MAX_LENGTH as SLUG_LENGTH
from articles.slugs import pinyin_slug

# What a guide says, in whatever form; where none of it is saved, none of it is made anew.
WORDS = {"title", "slug", "summary", "body", "body_html", "toc"}


class Article(Workflow):  # type: ignore[django-manager-missing]
    """A guide."""

    title = models.CharField("标题", max_length=80, validators=[MinLengthValidator(4)])
    slug = models.SlugField("网址名", max_length=SLUG_LENGTH, editable=False)
    category = models.ForeignKey(
        Category, models.PROTECT, verbose_name="分类", null=True, blank=True, related_name="articles"
    )
    tags = TaggableManager(
        "标签", through="articles.TaggedArticle", blank=True, help_text="用逗号分隔，例如：信用卡，征信，逾期1-30天。"
    )
    summary = models.TextField(
        "先说结论", blank=True, max_length=300, help_text="两句话以内的答案，显示在正文之前，也用作搜索结果里的摘要。"
    )
    body = models.TextField("正文", blank=True, help_text="用 Markdown 书写，小标题从 ## 开始。")
    body_html = models.TextField("正文 HTML", editable=False, blank=True)
    toc = models.JSONField("目录", editable=False, default=list, blank=True)
    byline = models.CharField("署名", max_length=60, blank=True)
    source = models.TextField("资料来源", blank=True, help_text="每行一条。")
    correction_note = models.CharField(
        "更正说明", max_length=200, blank=True, help_text="更正已发布的指南时，告诉读者改了什么、为什么改。"
    )
    cover = PictureField("题图", upload_to="covers/%Y/%m/", blank=True)
    cover_alt = models.CharField("题图说明", max_length=120, blank=True, help_text="给看不见图片的读者。")
    share_image = models.ImageField("分享图（横）", upload_to="share/", blank=True, editable=False)
    share_square = models.ImageField("分享图（方）", upload_to="share/", blank=True, editable=False)

    corrected_at = models.DateTimeField("更正时间", null=True, editable=False)
    preview_key = models.CharField("预览密钥", max_length=16, blank=True, editable=False)  # see `preview_links`
    created_at = models.DateTimeField("创建时间", auto_now_add=True)
    updated_at = models.DateTimeField("保存时间", auto_now=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name="创建人", null=True, editable=False, related_name="+"
    )
    import_key = models.CharField(
        "导入标识", max_length=64, unique=True, null=True, editable=False, help_text="同一页面再次导入时据此认出。"
    )

    recent_views: int  # of those that `articles.readership.most_read` returns

    objects = ArticleQuerySet.as_manager()
    history = Revisions()

    class Meta:
        verbose_name = verbose_name_plural = "指南"
        ordering = ["-published_at", "-pk"]
        permissions = [
            ("review_article", "Can edit everybody's 指南, send them back and approve them"),
            ("publish_article", "Can publish and withdraw 指南"),
        ]
        indexes = [
            # For the public lists: newest first, of all guides and of one category. With what a link to a guide shows,
            # so that a guide's page, which names many, need not read the rows of others.
            models.Index(fields=["status", "-published_at", "-id", "title", "slug"], name="article_newest"),
            models.Index(
                fields=["category", "status", "-published_at", "-id", "title", "slug"],
                name="article_newest_in_category",
            ),
            models.Index(fields=["-trashed_at"], condition=Q(trashed_at__isnull=False), name="article_trash"),
            # For titles that there are twice.
            models.Index(fields=["title"], name="article_title"),
            # For the editors' lists: what was changed last, of all guides, of those in one status and of those that
            # readers do not see; by date of publication; what is to be checked again; what lacks a short answer.
            models.Index(fields=["-updated_at", "-id"], name="article_changed_last"),
            models.Index(fields=["status", "-updated_at", "-id"], name="article_changed_in_status"),
            models.Index(
                fields=["-updated_at", "-id"], condition=~Q(status="published"), name="article_changed_not_public"
            ),
            models.Index(fields=["-published_at", "-id"], name="article_by_date"),
            models.Index(fields=["review_by", "-id"], name="article_review"),
            models.Index(fields=["-updated_at", "-id"], condition=Q(summary=""), name="article_no_summary"),
        ]
        constraints = [
            *CONSTRAINTS,
            models.CheckConstraint(
                name="article_cover_has_alt",
                condition=Q(cover="") | ~Q(cover_alt=""),
                violation_error_message="请为题图写一句说明，看不见图片的读者要靠它。",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with slug and HTML made anew; `corrected_at` moves only if readers of the guide see other words."""
        before, is_correction = self._public_before(), False
        fields = kwargs.get("update_fields")
        if fields is None or WORDS & set(fields):
            terms = Term.objects.links()
            self.derive(terms)
            is_correction = before is not None and self._differs_from(before, terms)
        if is_correction:
            self.corrected_at = timezone.now()
        # Nothing happens when the time of a scheduled guide comes: who follows guides must know of it before, and
        # of one that is public at once because its time was brought forward.
        appears = before is None and self.status == self.Status.PUBLISHED and not self._state.adding
        with transaction.atomic():
            super().save(*args, **kwargs)
            if is_correction or appears or self.is_scheduled:
                guide_changed.send(Article, article=self)

    def derive(self, terms: list[rendering.TermLink]) -> None:
        """Make what follows from title and body."""
        self.body = self.body.replace("\r\n", "\n")
        self.slug = pinyin_slug(self.title)
        self.render(terms)

    def get_absolute_url(self) -> str:
        return path_to("articles:article", self.pk, self.slug)

    def clean(self) -> None:
        # The constraint says the same, but a form leaves it out because the status is not on the form.
        if self.status == self.Status.PUBLISHED and not (self.published_at and self.category_id):
            raise ValidationError("已发布的指南必须有发布时间和分类。要让读者看不到它，请撤下。")

    def render(self, terms: list[rendering.TermLink]) -> None:
        """Make HTML and table of contents from the body, with `terms` of the glossary linked."""
        rendered = rendering.render(self.body, terms)
        self.body_html, self.toc = rendered.html, list(rendered.toc)

    def _public_before(self) -> "Article | None":
        """Return the guide as readers see it until it is saved, if they do."""
        if self._state.adding:
            return None
        return Article.objects.published().filter(pk=self.pk).only("title", "summary", "body").first()

    def _differs_from(self, before: "Article", terms: list[rendering.TermLink]) -> bool:
        before.render(terms)
        return (before.title, before.summary, before.body_html) != (self.title, self.summary, self.body_html)

    @property
    def body_as_html(self) -> SafeString:
        return rendering.trusted(self.body_html)

    @property
    def edited_at(self) -> dt.datetime | None:
        """When readers last got to see other words."""
        if self.published_at and self.corrected_at:
            return max(self.published_at, self.corrected_at)
        return self.published_at

    @property
    def description(self) -> str:
        """What a list of search results shows: the short answer, or where that is missing how the body begins."""
        return self.summary or " ".join(unescape(strip_tags(self.body_html)).split())[:200]

    @property
    def sources(self) -> list[str]:
        return [line.strip() for line in self.source.splitlines() if line.strip()]

    @property
    def view_total(self) -> int:
        """How often the guide was read, ever (人气)."""
        return self.views.total if hasattr(self, "views") else 0

    @property
    def helpful_total(self) -> int:
        """How many readers said that it helped."""
        return self.views.helpful if hasattr(self, "views") else 0

    def check_ready(self) -> None:
        """Raise ValidationError with what a page cannot do without; the desk asks for more (`articles.checks`)."""
        problems = []
        if self.category_id is None:
            problems.append("还没有选分类")
        if not self.body.strip():
            problems.append("正文是空的")
        if problems:
            raise ValidationError(f"《{self.title}》还不能发布：{'，'.join(problems)}。")

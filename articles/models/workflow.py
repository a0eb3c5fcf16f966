"""How a guide comes to its readers, and who moved it when and why.

    draft → in review → (returned →) approved → published, at once or at its time → withdrawn

A step may be left out by who may take the later one; the trash takes a guide from everywhere.
"""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from articles.signals import guide_changed

if TYPE_CHECKING:
    from articles.models.article import Article


class ArticleStatus(models.TextChoices):
    DRAFT = "draft", "草稿"
    IN_REVIEW = "in_review", "待审"
    RETURNED = "returned", "已退回"
    APPROVED = "approved", "已通过"
    PUBLISHED = "published", "已发布"
    WITHDRAWN = "withdrawn", "已撤下"


# From where a guide may come to each status.
SOURCES: dict[ArticleStatus, set[ArticleStatus]] = {
    ArticleStatus.IN_REVIEW: {ArticleStatus.DRAFT, ArticleStatus.RETURNED, ArticleStatus.WITHDRAWN},
    ArticleStatus.RETURNED: {ArticleStatus.IN_REVIEW, ArticleStatus.APPROVED},
    ArticleStatus.APPROVED: {ArticleStatus.IN_REVIEW},
    ArticleStatus.PUBLISHED: set(ArticleStatus) - {ArticleStatus.PUBLISHED},
    ArticleStatus.WITHDRAWN: {ArticleStatus.PUBLISHED},
}

# After how long a guide is to be checked again, where nobody said when.
REVIEW_AFTER = dt.timedelta(days=182)


class Workflow(models.Model):
    """The status of a guide, which only the methods here change. Each records who did it, and tells whether it did."""

    Status = ArticleStatus

    status = models.CharField("状态", max_length=10, choices=ArticleStatus, default=ArticleStatus.DRAFT, editable=False)
    published_at = models.DateTimeField(
        "发布时间", null=True, blank=True, help_text="留空则在点“发布”时记下；填将来的时间，则到时自动出现。"
    )
    review_by = models.DateField(
        "复核日期", null=True, blank=True, help_text="到这一天，编辑部要重新核对这篇指南；过期的会列在工作台上。"
    )
    trashed_at = models.DateTimeField("删除时间", null=True, editable=False)
    trashed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name="删除人", null=True, editable=False, related_name="+"
    )

    class Meta:
        abstract = True

    @property
    def is_scheduled(self) -> bool:
        return self.status == ArticleStatus.PUBLISHED and bool(self.published_at and self.published_at > timezone.now())

    @property
    def is_public(self) -> bool:
        """Whether readers can see the guide now; the same rule as `ArticleQuerySet.published`."""
        return self.status == ArticleStatus.PUBLISHED and not self.is_scheduled

    @property
    def is_review_overdue(self) -> bool:
        """Whether readers see a guide that should have been checked again; as `ArticleQuerySet.review_overdue`."""
        return self.is_public and self.review_by is not None and self.review_by < timezone.localdate()

    @property
    def returned(self: Any) -> "StatusChange | None":
        """With what note the guide was sent back, if its author has not handed it in again."""
        if self.status != ArticleStatus.RETURNED:
            return None
        change: StatusChange | None = self.status_changes.select_related("by").first()
        return change

    def may_become(self, status: ArticleStatus) -> bool:
        return ArticleStatus(self.status) in SOURCES[status]

    def submit(self, *, by: User | None) -> bool:
        """Hand a draft to the reviewers. Return False if it was handed in already.

        Raises ValidationError for a guide that is on the website: that would take it off.
        """
        return self._move(ArticleStatus.IN_REVIEW, by)

    def send_back(self, *, by: User | None, note: str) -> bool:
        """Give a guide that was handed in back to its author, with what is to be done. Return False if it was.

        Raises ValidationError without a note, and for a guide that is not under review.
        """
        if not note.strip():
            raise ValidationError("退回时请写明要改什么。")
        return self._move(ArticleStatus.RETURNED, by, note.strip())

    def approve(self, *, by: User | None) -> bool:
        """Say that the guide may be published. Return False if that was said already.

        Raises ValidationError for a guide that is not ready to be read, or that nobody handed in.
        """
        self.check_ready()
        return self._move(ArticleStatus.APPROVED, by)

    def publish(self, *, by: User | None) -> bool:
        """Show the guide to readers, from `published_at` on if that is set, else from now. Return False if it was.

        It is to be checked again half a year later, unless `review_by` says when.
        Raises ValidationError if the guide is not ready to be read.
        """
        self.check_ready()
        self.published_at = self.published_at or timezone.now()
        self.review_by = self.review_by or next_review(self.published_at)
        return self._move(ArticleStatus.PUBLISHED, by)

    def withdraw(self, *, by: User | None, reason: str = "") -> bool:
        """Take the guide off the website at once. Return False if it was withdrawn already.

        Raises ValidationError for a guide that was never published.
        """
        return self._move(ArticleStatus.WITHDRAWN, by, reason.strip())

    def mark_reviewed(self: Any, *, by: User | None, until: dt.date | None = None) -> bool:
        """Record that the guide still holds, and when to look again: at `until`, else half a year from now.

        Always returns True: to check twice is not to check once. Raises ValidationError for a guide without readers.
        """
        if not self.is_public:
            raise ValidationError(f"《{self.title}》没有发布，不用复核。")
        if until and until <= timezone.localdate():
            raise ValidationError("下次复核的日期要在今天以后。")
        self.review_by = until or next_review(timezone.now())
        reason = f"已复核，下次复核 {self.review_by:%Y-%m-%d}"
        with transaction.atomic():
            self.save(update_fields=["review_by", "updated_at"])
            StatusChange.objects.create(
                article=self, from_status=self.status, to_status=self.status, by=by, reason=reason
            )
        return True

    def arrive(self, status: ArticleStatus, *, by: User | None, reason: str) -> bool:
        """Let a guide that was just imported stand where it stood on the site that it came from.

        Raises ValidationError for a published one without what readers must have.
        """
        if status == ArticleStatus.PUBLISHED:
            self.check_ready()
            if self.published_at is None:
                raise ValidationError("已发布的指南必须有发布时间（published_at）。")
        return self._move(status, by, reason, sources=set(ArticleStatus))

    def check_ready(self) -> None:
        """Raise ValidationError with what keeps the guide from being published."""
        raise NotImplementedError

    def trash(self: Any, *, by: User | None) -> bool:
        """Put the guide into the trash, off the website first. Return False if it is there already."""
        with transaction.atomic():
            row = type(self).objects.select_for_update().only("status", "trashed_at").get(pk=self.pk)
            if row.trashed_at:
                return False
            if row.status == ArticleStatus.PUBLISHED:
                self.withdraw(by=by, reason="移入回收站")
            self.trashed_at, self.trashed_by_id = timezone.now(), by and by.pk
            self.save(update_fields=["trashed_at", "trashed_by"])
        return True

    def untrash(self: Any, *, by: User | None) -> bool:
        """Take the guide out of the trash, as it was but for being withdrawn. Return False if it was not there."""
        with transaction.atomic():
            row = type(self).objects.select_for_update().only("trashed_at").get(pk=self.pk)
            if row.trashed_at is None:
                return False
            self.trashed_at = self.trashed_by = None
            self.save(update_fields=["trashed_at", "trashed_by"])
        return True

    def _move(
        self: Any, to: ArticleStatus, by: User | None, reason: str = "", *, sources: set[ArticleStatus] | None = None
    ) -> bool:
        with transaction.atomic():
            # The row, not this copy of it, says where the guide stands: somebody else may have moved it.
            row = type(self).objects.select_for_update().only("status", "trashed_at").get(pk=self.pk)
            before = ArticleStatus(row.status)
            if row.trashed_at:
                raise ValidationError(f"《{self.title}》在回收站里，请先恢复它。")
            if before != to and before not in (sources or SOURCES[to]):
                raise ValidationError(f"《{self.title}》是“{before.label}”，不能改为“{to.label}”。")
            self.status = to
            if before == to:
                return False
            StatusChange.objects.create(article=self, from_status=before, to_status=to, by=by, reason=reason)
            # Tells of a guide that appears; of one that goes, only this method knows.
            self.save(update_fields=["status", "published_at", "review_by", "updated_at"])
            if before == ArticleStatus.PUBLISHED:
                guide_changed.send(type(self), article=self)
        return True


def next_review(moment: dt.datetime) -> dt.date:
    """Return when a guide that appears at `moment`, or has appeared by now, is to be checked again."""
    return timezone.localdate(max(moment, timezone.now())) + REVIEW_AFTER


# Part of the Meta of guides, because that of an abstract model cannot add to it.
CONSTRAINTS = [
    models.CheckConstraint(
        name="article_status_known",
        condition=Q(status__in=["draft", "in_review", "returned", "approved", "published", "withdrawn"]),
    ),
    models.CheckConstraint(
        name="article_published_has_date_and_category",
        condition=~Q(status="published") | Q(published_at__isnull=False, category__isnull=False),
        violation_error_message="已发布的指南必须有发布时间和分类。",
    ),
    models.CheckConstraint(
        name="article_published_not_in_trash",
        condition=~Q(status="published") | Q(trashed_at__isnull=True),
        violation_error_message="回收站里的指南不能发布。",
    ),
]


class StatusChange(models.Model):
    """Who published, withdrew or handed in a guide, when and why. Written once, never changed."""

    article: "models.ForeignKey[Article, Article]" = models.ForeignKey(
        "articles.Article", models.CASCADE, verbose_name="指南", related_name="status_changes"
    )
    from_status = models.CharField("原状态", max_length=10, choices=ArticleStatus)
    to_status = models.CharField("新状态", max_length=10, choices=ArticleStatus)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name="操作人", null=True, related_name="+"
    )
    reason = models.CharField("原因", max_length=500, blank=True)
    at: "models.DateTimeField[dt.datetime, dt.datetime]" = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "状态记录"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_from_status_display()} → {self.get_to_status_display()}"

"""Which comments are visible, and in what order they are read."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import BooleanField, ExpressionWrapper, Q

from articles.models import Article

if TYPE_CHECKING:
    from comments.models import Comment, Review  # noqa: F401  (named in strings below)


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible(self) -> Self:
        """Comments that readers may see: everything that leaves the building starts here.

        A reply to a comment that is not visible is not visible either.
        """
        approved = self.model.Status.APPROVED
        return self.filter(
            Q(parent__isnull=True) | Q(parent__status=approved),
            status=approved,
            article__in=Article.objects.published(),
        )

    def waiting(self) -> Self:
        """Comments that a moderator has to decide on, the longest waiting first."""
        return self.filter(status=self.model.Status.PENDING).order_by("posted_at", "pk")

    def in_order(self) -> Self:
        """Experts' replies first, then by time."""
        by_reader = ExpressionWrapper(Q(expert__isnull=True), output_field=BooleanField())
        return self.order_by(by_reader, "posted_at", "pk")


class ReviewQuerySet(models.QuerySet["Review"]):
    def newest_first(self) -> Self:
        return self.order_by("-reviewed_on", "-pk")

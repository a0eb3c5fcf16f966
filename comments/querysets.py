"""Which comments are visible, and in what order they are read."""

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from articles.querysets import Moment, is_public, long_of

if TYPE_CHECKING:
    from comments.models import Comment, Review  # noqa: F401  (named in strings below)


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible(self, now: Moment | None = None) -> Self:
        """Comments that readers may see: everything that leaves the building starts here.

        A reply to a comment that is not visible is not visible either.
        """
        approved = self.model.Status.APPROVED
        return self.filter(
            Q(parent__isnull=True) | Q(parent__status=approved),
            is_public("article__", now),
            status=approved,
        )

    def waiting(self) -> Self:
        """Comments that a moderator has to decide on: what cannot wait, then what has waited longest."""
        return self.filter(waits_since__isnull=False).order_by("-is_urgent", "waits_since", "pk")

    def unanswered(self) -> Self:
        """Readers' visible questions to which no expert has replied where readers can see it, the oldest first."""
        # Visible as the question is, that is: below the same guide.
        answers = self.model.objects.filter(
            parent=OuterRef("pk"), expert__isnull=False, status=self.model.Status.APPROVED
        )
        questions = self.visible().filter(parent__isnull=True, expert__isnull=True, is_closed=False)
        return questions.filter(~Exists(answers)).order_by("posted_at", "pk")

    def sent_with(self, codes: list[str]) -> Self:
        """Comments that their writer can still see and take back, by the codes given after sending."""
        return self.filter(code__in=codes).exclude(status=self.model.Status.WITHDRAWN).order_by("posted_at", "pk")

    def ended_before(self, moment: dt.datetime) -> Self:
        """Comments posted before `moment` that nobody will see any more."""
        ended = [self.model.Status.REJECTED, self.model.Status.WITHDRAWN]
        return self.filter(status__in=ended, posted_at__lt=moment)

    def for_export(self) -> Self:
        """Comments that may leave the site in a file: all but those that their writers took back."""
        return self.exclude(status=self.model.Status.WITHDRAWN)

    def with_guides(self) -> Self:
        """Each with its guide but for what is long of it."""
        return self.select_related("article").defer(*long_of("article"))

    def restore(self, comment: "Comment") -> None:
        """Keep a comment of an import as it was elsewhere, with what was known of its expert then."""
        self.bulk_create([comment])  # `save` would take down what is known of the expert now

    def can_be_answered(self) -> Self:
        """Comments under which readers may write: visible, not closed, and no replies themselves."""
        return self.visible().filter(parent__isnull=True, is_closed=False)

    def can_be_edited(self) -> Self:
        """Experts' replies that their experts may still change."""
        return self.filter(status__in=[self.model.Status.PENDING, self.model.Status.APPROVED])

    def in_order(self) -> Self:
        """What is featured first, then what readers found useful, then by time."""
        return self.order_by("-is_featured", "-useful", "posted_at", "pk")


class ReviewQuerySet(models.QuerySet["Review"]):
    def newest_first(self) -> Self:
        return self.order_by("-reviewed_on", "-pk")

"""The same change to many guides: each by itself, as a revision of its own, and those that cannot be are told of."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction

from articles import revisions
from articles.models import Article, Category

NOTE = "批量修改"


@dataclass(frozen=True)
class Change:
    """What becomes of each guide; what is None or empty stays as it is."""

    category: Category | None = None
    add_tags: list[str] = field(default_factory=list)
    remove_tags: list[str] = field(default_factory=list)
    review_by: dt.date | None = None
    forget_review: bool = False  # that the guide has no review date any more

    @property
    def is_empty(self) -> bool:
        return self == Change()

    @transaction.atomic
    def apply(self, article: Article, *, by: User) -> bool:
        """Change a guide. Return False if it was so already. Raises ValidationError if it cannot be."""
        # The row, not this copy of it: somebody else may have changed it, or put it into the trash.
        row = Article.objects.select_for_update().get(pk=article.pk)
        if row.trashed_at:
            raise ValidationError("在回收站里")
        revisions.keep_first(row)
        if self.category:
            row.category = self.category
        if self.review_by or self.forget_review:
            row.review_by = self.review_by
        row.save(update_fields=["category", "review_by", "updated_at"])
        row.tags.add(*self.add_tags)
        row.tags.remove(*self.remove_tags)
        if revisions.record(row, by=by, note=NOTE) is None:
            transaction.set_rollback(True)
            return False
        return True


@dataclass
class Report:
    """What came of a deed done to many rows: how many it changed, and why others stayed as they were."""

    done: int = 0
    unchanged: int = 0
    refused: list[str] = field(default_factory=list)


def do_each(articles: Iterable[Article], deed: Callable[[Article], bool]) -> Report:
    """Do something to each guide, each in a transaction of its own."""
    report = Report()
    for article in articles:
        try:
            with transaction.atomic():
                is_done = deed(article)
        except ValidationError as problem:
            report.refused.append(f"《{article.title}》{'，'.join(problem.messages)}")
        else:
            report.done += is_done
            report.unchanged += not is_done
    return report

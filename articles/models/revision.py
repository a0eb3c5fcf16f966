"""What guides said before: a revision for every real change, with author, time and note."""

from functools import cache
from typing import Any

from django.db import models
from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords


class WhatElseIsKept(models.Model):
    """What belongs to a revision and is no field of a guide."""

    tag_names = models.TextField("标签", blank=True)
    # Written with it, so that a list of revisions need not read what they say.
    changed = models.CharField("改动的字段", max_length=200, blank=True)  # names, separated by commas
    added = models.PositiveIntegerField("增加的字数", default=0)
    removed = models.PositiveIntegerField("删去的字数", default=0)

    class Meta:
        abstract = True


class RevisionManager(HistoryManager):  # type: ignore[misc]
    """What `article.history` is. Its class is made once, not each time that it is asked for."""

    @classmethod
    @cache
    def from_queryset(cls, *args: Any, **kwargs: Any) -> Any:
        return super().from_queryset(*args, **kwargs)


class Revisions(HistoricalRecords):  # type: ignore[misc]  # it has no types
    """The revisions of a guide (`article.history`), written by `articles.revisions.record` only.

    Not by every save: a guide is saved before its tags are, and also when nobody has written anything. A revision
    whose `corrected_at` is another than that of the one before is what readers got to see as a correction.
    """

    def __init__(self) -> None:
        super().__init__(
            verbose_name="修订",
            verbose_name_plural="修订",
            bases=[WhatElseIsKept],
            history_manager=RevisionManager,
            excluded_fields=[
                *("slug", "body_html", "toc", "share_image", "share_square", "status", "updated_at"),
                *("created_at", "created_by", "import_key", "trashed_at", "trashed_by", "tags"),
                "preview_key",
            ],
            history_id_field=models.BigAutoField(primary_key=True),
            history_change_reason_field=models.CharField("修订说明", max_length=200, blank=True, default=""),
            user_related_name="+",
            cascade_delete_history=True,  # of what is deleted for good; the trash keeps them
        )

    def get_meta_options(self, model: Any) -> dict[str, Any]:
        newest = models.Index(fields=["id", "-history_date", "-history_id"], name="revision_newest")
        return {**super().get_meta_options(model), "indexes": [newest]}

    def post_save(self, *args: Any, **kwargs: Any) -> None:
        pass

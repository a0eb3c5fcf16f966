"""Emptying the trash."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from articles.models import Article


def purge(*, days: int) -> int:
    """Delete for good the guides that were in the trash for `days` days, with all that hangs on them; return how many.

    One after the other: each may have many comments, and one that was just brought back stays.
    """
    until, purged = timezone.now() - dt.timedelta(days=days), 0
    expired = Article.objects.in_trash().filter(trashed_at__lte=until)
    for pk in list(expired.values_list("pk", flat=True)):
        with transaction.atomic():
            if article := expired.filter(pk=pk).select_for_update().first():
                article.delete()
                purged += 1
    return purged

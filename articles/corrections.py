"""What readers are told of corrections: with each, and of all that there were."""

import datetime as dt
from collections.abc import Callable
from copy import copy
from typing import NamedTuple

from django.db.models import Max

from articles.models import Article
from articles.prepared import Given, Prepared

MOST_LISTED = 10

_revisions = Article.history.filter(id=Given("guide"))
# A note may be mended after its correction: the last revision of each tells what it became.
_last_ones = (
    _revisions.filter(corrected_at__isnull=False)
    .order_by("-corrected_at")
    .values("corrected_at")
    .annotate(newest=Max("history_id"))
    .values("newest")[:MOST_LISTED]
)
_noted = Prepared(
    _revisions.filter(history_id__in=_last_ones)
    .exclude(correction_note="")
    .order_by("-corrected_at")
    .only("corrected_at", "correction_note")
)


class Correction(NamedTuple):
    at: dt.datetime
    note: str


def save_with_note(article: Article, save: Callable[[], None], *, note: str, shown: str) -> bool:
    """Call `save`, with `note` for readers; return whether they see other words now.

    The note that is `shown` stays with the correction for which it was written: another correction has a note of its
    own or none. A note without a correction is for the last one.
    """
    before = article.corrected_at
    article.correction_note = note or (shown if before else "")
    save()
    is_correction = article.corrected_at != before
    if is_correction and article.correction_note != note:
        article.correction_note = note
        Article.objects.filter(pk=article.pk).update(correction_note=note)
    return is_correction


def corrections(article: Article) -> list[Correction]:
    """Return what readers were told of the corrections of a guide, newest first; without a query if there were none."""
    if article.corrected_at is None:
        return []
    return [Correction(last.corrected_at, last.correction_note) for last in _noted(guide=article.pk)]


def keep_corrections(article: Article, notes: dict[dt.datetime, str]) -> None:
    """Keep what readers of an imported guide were told elsewhere; what the guide said before is not known."""
    last = article.history.latest()
    for at, note in sorted(notes.items()):
        if at != article.corrected_at:
            earlier = copy(last)
            earlier.pk, earlier.history_date, earlier.corrected_at, earlier.correction_note = None, at, at, note
            earlier.save(force_insert=True)

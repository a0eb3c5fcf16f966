"""What happened to a guide, newest first: revisions, and its moves between them."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.core.paginator import Page, Paginator

from articles import revisions
from articles.models import Article, StatusChange

REVISIONS_ON_A_PAGE = 40
MOST_MOVES = 200  # shown on one page
# Not what a revision says: that is long.
LISTED = (
    *("history_id", "history_date", "history_change_reason", "changed", "added", "removed", "corrected_at"),
    *("history_user__username", "history_user__first_name", "history_user__last_name"),
)


@dataclass
class Event:
    """A revision or a move of a guide."""

    at: dt.datetime
    by: User | None
    note: str
    move: StatusChange | None = None
    revision: Any = None
    is_first: bool = False  # of all revisions
    is_correction: bool = False

    @property
    def changed(self) -> str:
        return revisions.labels(filter(None, self.revision.changed.split(",")))


def timeline(article: Article, asked: str | None) -> tuple[list[Event], Page[Any]]:
    """Return the events of a page, and where that page is among the others."""
    rows = article.history.select_related("history_user").only(*LISTED)
    page = Paginator(rows, REVISIONS_ON_A_PAGE).get_page(asked)
    start = max(page.start_index() - 1, 0)
    # With those before and after it, which tell where its moves end and what is new in its last.
    shown = list(rows[max(start - 1, 0) : start + REVISIONS_ON_A_PAGE + 1])
    newer = shown.pop(0) if start else None
    older = shown.pop() if len(shown) > REVISIONS_ON_A_PAGE else None
    events = []
    for revision, before in zip(shown, [*shown[1:], older], strict=False):
        is_correction = bool(revision.corrected_at) and (not before or revision.corrected_at != before.corrected_at)
        events.append(
            Event(
                at=revision.history_date,
                by=revision.history_user,
                note=revision.history_change_reason,
                revision=revision,
                is_first=before is None,
                is_correction=is_correction,
            )
        )
    moves = article.status_changes.select_related("by")
    if newer:
        moves = moves.filter(at__lt=newer.history_date)
    if older:
        moves = moves.filter(at__gte=shown[-1].history_date)
    events += [Event(at=move.at, by=move.by, note=move.reason, move=move) for move in moves[:MOST_MOVES]]
    return sorted(events, key=lambda event: event.at, reverse=True), page

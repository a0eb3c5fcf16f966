"""What the law gives a writer over what they wrote, and what is not kept for ever.

个人信息保护法 art. 45 (access and copy), art. 47 (erasure), art. 19 (no longer than necessary). A writer is known only
by the code that was given after sending.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from comments.models import Comment, Report

ERASED = "（已应本人要求删除）"


class UnknownCode(Exception):
    """No comment has this code."""


def export(code: str) -> dict[str, Any]:
    """Return everything that is kept of the comment with this code. Raises UnknownCode."""
    comment = _find(code)
    return {
        "guide": comment.article.title,
        "nickname": comment.nickname,
        "body": comment.body,
        "posted_at": comment.posted_at.isoformat(),
        "status": comment.get_status_display(),
        "network_hash": comment.address_hash,
        "findings": comment.finding_types,
        "decisions": [
            {
                "at": event.at.isoformat(),
                "decision": event.get_to_status_display(),
                "reason": event.get_reason_display(),
            }
            for event in comment.events.order_by("at", "pk")
        ],
    }


@transaction.atomic
def erase(code: str) -> None:
    """Take a comment off the site and forget what it said, who said it and from where. Raises UnknownCode.

    The row stays, without anything personal, so that replies and the record of decisions still have their place.
    """
    comment = _find(code)
    comment.withdraw()
    comment.body, comment.nickname, comment.code = ERASED, "", None
    comment.address_hash = comment.fingerprint = ""
    comment.findings, comment.is_urgent = [], False
    comment.save()
    comment.events.update(note="")


@dataclass(frozen=True)
class Purged:
    hashes: int
    comments: int


def purge(now: dt.datetime | None = None) -> Purged:
    """Forget networks and reports older than COMMENT_RETENTION_DAYS, delete such rejected and withdrawn comments."""
    before = (now or timezone.now()) - dt.timedelta(days=settings.COMMENT_RETENTION_DAYS)
    comments, _ = Comment.objects.ended_before(before).delete()
    Report.objects.filter(at__lt=before).delete()
    hashes = Comment.objects.filter(posted_at__lt=before).exclude(address_hash="").update(address_hash="")
    return Purged(hashes=hashes, comments=comments)


def _find(code: str) -> Comment:
    comment = Comment.objects.select_related("article").filter(code=code.strip().upper()).first()
    if comment is None:
        raise UnknownCode(code)
    return comment

"""Keep the replies that an importer found under a guide."""

import datetime as dt

from django.utils import timezone

from articles.importers.records import ReplyRecord
from articles.models import Article
from comments.models import Comment, Expert


def store_replies(article: Article, replies: list[ReplyRecord]) -> None:
    """Add `replies` to a newly imported guide, by experts whose identity nobody has checked.

    A reply is never put into the mouth of a verified expert of the same name.
    """
    for reply in replies:
        known = Expert.objects.filter(name=reply.name, role=reply.role, is_example=False, verified_at=None)
        expert = known.first() or Expert.objects.create(name=reply.name, role=reply.role)
        comment = Comment.objects.create(
            article=article, expert=expert, body=reply.text, posted_at=_start_of(reply.posted_on)
        )
        comment.approve(by=None)


def _start_of(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))

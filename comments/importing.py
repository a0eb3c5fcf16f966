"""Keep the replies and comments that an importer found under a guide."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator

from django.db import transaction
from django.utils import timezone

from articles.importers.html import to_text
from articles.importers.records import ReplyRecord
from articles.importers.wordpress import CommentRecord
from articles.models import Article
from comments.models import Comment, Expert, ModerationEvent
from comments.models.words import current_words
from comments.posting import noted
from comments.screening import WordLists, screen

LONGEST = 2000  # characters
LONGEST_NICKNAME = 20
# Why a comment of an old site is not taken over.
LEFT_OUT = {"spam": "垃圾评论", "trash": "回收站里的评论", "post-trashed": "回收站里的评论"}
NO_COMMENTS = {"pingback": "引用通告（pingback）", "trackback": "引用通告（trackback）"}


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


Left = tuple[list[Comment], Counter[str]]


@transaction.atomic
def store_comments(under: Iterable[tuple[Article, list[CommentRecord]]]) -> list[Left]:
    """Add what strangers wrote under posts of an old site. Return for each what was kept, and what was left out why.

    It is masked and screened as what is written here: what was approved there is shown if nothing is found in it, and
    everything else waits for a moderator. Who answered an answer answers the comment above it.
    """
    words = current_words()
    threads = [_Thread(article, records, words) for article, records in under]
    events = [comment.approve_new() for thread in threads for comment in thread.approved()]
    Comment.objects.bulk_create(comment for thread in threads for comment in thread.tops())
    Comment.objects.bulk_create(comment for thread in threads for comment in thread.replies())
    ModerationEvent.objects.bulk_create(events)
    return [(list(thread.kept.values()), thread.left_out) for thread in threads]


class _Thread:
    """What was said under one post: by its number there, what is kept of it."""

    def __init__(self, article: Article, records: list[CommentRecord], words: WordLists) -> None:
        self.records = records
        self.left_out = Counter(reason for record in records if (reason := _why_not(record)))
        self.kept = {r.number: _comment(article, r, words) for r in records if not _why_not(r)}
        self._above = {record.number: record.parent for record in records}

    def tops(self) -> list[Comment]:
        return [comment for number, comment in self.kept.items() if self._top(number) == number]

    def replies(self) -> Iterator[Comment]:
        for number, comment in self.kept.items():
            if (top := self._top(number)) != number:
                comment.parent = self.kept[top]
                yield comment

    def approved(self) -> list[Comment]:
        kept = [(r, self.kept[r.number]) for r in self.records if r.number in self.kept]
        return [comment for record, comment in kept if record.approved == "1" and not comment.findings]

    def _top(self, number: str) -> str:
        """Return the comment at the top of the thread, as far as those above are kept."""
        top, seen = number, {number}
        while (number := self._above.get(number, "0")) in self._above and number not in seen:
            seen.add(number)
            top = number if number in self.kept else top
        return top


def _why_not(record: CommentRecord) -> str:
    if record.kind not in {"", "comment"}:
        return NO_COMMENTS.get(record.kind, f"“{record.kind}”类的评论")
    if record.approved not in {"0", "1"}:
        return LEFT_OUT.get(record.approved, "状态不明的评论")
    return "" if to_text(record.body) else "空评论"


def _comment(article: Article, record: CommentRecord, words: WordLists) -> Comment:
    """Return the comment, waiting for a decision from now on, however old it is."""
    now = timezone.now()
    verdict = screen(_cut(to_text(record.body), LONGEST), words)
    return Comment(
        article=article,
        nickname=_nickname(record.nickname, words),
        body=verdict.masked,
        posted_at=min(record.posted_at or article.published_at or now, now),
        waits_since=now,
        findings=noted(verdict),
        is_urgent=verdict.is_crisis,
    )


def _nickname(name: str, words: WordLists) -> str:
    """Return a name that a reader could have given here, else none."""
    nickname = _cut(" ".join(to_text(name).split()), LONGEST_NICKNAME)
    return "" if "律师" in nickname or (nickname and screen(nickname, words).findings) else nickname


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"

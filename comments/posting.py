"""Keeping what a reader wrote, once."""

import hashlib
import secrets
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from articles.models import Article
from comments.models import Comment
from comments.models.words import current_words
from comments.screening import Verdict, screen

# Without the letters and digits that are taken for one another.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 10


@dataclass(frozen=True)
class Draft:
    """What a reader wants to say, where, and from which network (as a hash)."""

    article: Article
    parent: Comment | None
    nickname: str
    body: str
    address_hash: str

    @property
    def fingerprint(self) -> str:
        place = f"{self.article.pk}/{self.parent.pk if self.parent else ''}/{self.address_hash}"
        return hashlib.sha256(f"{place}\n{' '.join(self.body.split())}".encode()).hexdigest()


def keep(draft: Draft, verdict: Verdict) -> Comment:
    """Return the comment that now waits for a moderator: a new one, or that which the same words made before.

    Personal data never reaches the database: the text is kept as `verdict` masked it.
    """
    comment = Comment(
        article=draft.article,
        parent=draft.parent,
        nickname=draft.nickname,
        body=verdict.masked,
        code="".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH)),
        address_hash=draft.address_hash,
        fingerprint=draft.fingerprint,
        findings=noted(verdict),
        is_urgent=verdict.is_crisis,
    )
    try:
        with transaction.atomic():
            comment.save()
    except IntegrityError:
        return Comment.objects.get(fingerprint=draft.fingerprint)
    return comment


def noted(verdict: Verdict) -> list[dict[str, str | int]]:
    """Return what is kept of the findings; masking keeps the length, so that the places hold in the masked text."""
    found = {(finding.start, finding.end, finding.type) for finding in verdict.findings}
    return [{"start": start, "end": end, "type": type_} for start, end, type_ in sorted(found)]


def judge(text: str) -> Verdict:
    """Screen what a reader wrote with the words that moderators keep."""
    return screen(text, current_words())

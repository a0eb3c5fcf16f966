"""Experts' answers to readers' questions: kept once, shown at once, corrected on record."""

import hashlib

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from comments.models import Comment, EarlierWording, Expert
from comments.posting import judge, noted
from comments.screening import Verdict
from comments.screening.personal import CONTACT_PHASE


def answer(question: Comment, expert: Expert, body: str, *, by: User) -> Comment:
    """Keep an expert's reply and show it, unless it holds contact details: then it waits for a moderator.

    The same words sent twice are one reply. Raises ValidationError if the question cannot be answered any more.
    """
    if not Comment.objects.can_be_answered().filter(pk=question.pk).exists():
        raise ValidationError("这个问题已经不在网站上，或者不再接受回复。")
    verdict = judge(body)
    reply = Comment(
        article_id=question.article_id,
        parent=question,
        expert=expert,
        body=verdict.masked,
        findings=noted(verdict),
        fingerprint=hashlib.sha256(f"expert/{expert.pk}/{question.pk}\n{' '.join(body.split())}".encode()).hexdigest(),
    )
    try:
        with transaction.atomic():
            reply.save()
            if not has_contact(verdict):
                reply.approve(by=by)
    except IntegrityError:
        return Comment.objects.get(fingerprint=reply.fingerprint)
    return reply


def edit(reply: Comment, body: str, *, by: User) -> bool:
    """Let a reply say something else, keeping what it said. Return False if it says that already.

    With contact details in it, it leaves the site and waits for a moderator.
    """
    verdict = judge(body)
    with transaction.atomic():
        row = Comment.objects.select_for_update().only("body", "status").get(pk=reply.pk)
        if row.body == verdict.masked:
            return False
        EarlierWording.objects.create(comment=reply, body=row.body)
        reply.body, reply.findings, reply.edited_at = verdict.masked, noted(verdict), timezone.now()
        reply.save(update_fields=["body", "findings", "edited_at"])
        if has_contact(verdict):
            reply.reopen(by=by, note="修改后有联系方式")
    return True


def has_contact(verdict: Verdict) -> bool:
    return any(finding.phase == CONTACT_PHASE for finding in verdict.findings)

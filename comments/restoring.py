"""Import what `comments.exporting` wrote, under guides that were imported already.

What is known already stays as it is. No account comes with a file, so nobody can log in as an imported expert.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from articles import search
from articles.importers.media import keep_picture
from articles.importers.records import ImportProblem
from articles.importers.report import Outcome, part, progress
from articles.importers.site import Import, number_if_free, set_sequences
from articles.models import Category
from comments.models import Comment, CommentRule, Expert, ModerationEvent, Review, Verification

Row = dict[str, Any]
COMMENT_TEXTS = {"nickname": 20, "body": 2000, "expert_name": 30, "expert_role": 20, "expert_region": 30}
NOTE = "从文件导入"
MOST_USEFUL = 2_000_000_000


@dataclass
class Said:
    """An import of what is said, and what became of the numbers of experts."""

    job: Import
    may_verify: bool = True  # whether a file is believed that an expert was verified
    experts: dict[int, int] = field(default_factory=dict)


def import_comments(job: Import, *, may_verify: bool) -> None:
    said = Said(job, may_verify)
    _each(said, "experts.jsonl", "专家", _expert)
    _each(said, "comment_rules.jsonl", "评论开关", _rule)
    _each(said, "reviews.jsonl", "专家审阅", _review)
    rows = progress(job.archive.rows("comments.jsonl"), unit="条")
    for article, group in groupby(rows, key=lambda numbered: _article_of(numbered[1])):
        _comments(said, job.guides.get(article), group)


def _each(said: Said, name: str, kind: str, store: Callable[[Said, Row], None]) -> None:
    for number, row in said.job.archive.rows(name):
        with part(said.job.report, name, kind=kind, line=number):
            if isinstance(row, ImportProblem):
                raise row
            store(said, row)


def _text(row: Row, name: str, most: int | None = None) -> str:
    value = row.get(name) or ""
    if not isinstance(value, str) or (most and len(value) > most):
        raise ImportProblem(f"{name} 应为{f'最多 {most} 字的' if most else ''}文字")
    return value


def _moment(row: Row, name: str) -> dt.datetime | None:
    try:
        moment = parse_datetime(_text(row, name))
    except ValueError:
        moment = None
    if row.get(name) and (moment is None or timezone.is_naive(moment)):
        raise ImportProblem(f"{name} 不是时间")
    return moment


def _day(row: Row, name: str) -> dt.date | None:
    try:
        day = parse_date(_text(row, name))
    except ValueError:
        day = None
    if row.get(name) and day is None:
        raise ImportProblem(f"{name} 不是日期")
    return day


# --- Experts, their reviews, and where readers may write ------------------------------------------------------------


def _expert(said: Said, row: Row) -> None:
    """Keep an expert; one with the same name and role is the same only if as much is known of the identity."""
    names = ("name", "role", "organisation", "region", "licence_number", "biography")
    expert = Expert(**{name: _text(row, name) for name in names}, is_example=row.get("is_example") is True)
    verified_at, verified_until = _moment(row, "verified_at"), _day(row, "verified_until")
    if verified_at and said.may_verify:
        expert.verified_at, expert.verified_until = verified_at, verified_until
        expert.verified_by = said.job.by
    elif verified_at:
        said.job.report.note("你不能核验专家，所以文件里已核验的专家导入为未核验")
    known = Expert.objects.filter(
        name=expert.name, role=expert.role, is_example=expert.is_example, licence_number=expert.licence_number
    )
    known = known.filter(verified_at__isnull=expert.verified_at is None)
    created_at = _moment(row, "created_at")
    found = (created_at and known.filter(created_at=created_at).first()) or known.first()
    if found is None:
        expert.pk = number_if_free(Expert, row.get("id"))
        _keep_expert(said, expert, row)
    said.job.report.add(Outcome.UNCHANGED if found else Outcome.NEW, expert.name, kind="专家")
    if isinstance(row.get("id"), int):
        said.experts[row["id"]] = (found or expert).pk


def _keep_expert(said: Said, expert: Expert, row: Row) -> None:
    if avatar := _text(row, "avatar"):
        expert.avatar = keep_picture(said.job.archive, avatar, said.job.report)
    expert.full_clean(exclude=["verified_by"])
    expert.save()
    slugs = [slug for slug in row.get("categories") or [] if isinstance(slug, str)]
    expert.categories.set(Category.objects.filter(slug__in=slugs))
    if expert.verified_at:
        Verification.objects.create(
            expert=expert,
            role=expert.role,
            licence_number=expert.licence_number,
            valid_until=expert.verified_until,
            by=said.job.by,
        )
    if created_at := _moment(row, "created_at"):
        Expert.objects.filter(pk=expert.pk).update(created_at=created_at)
    set_sequences(Expert)


def _here(numbers: dict[int, int], row: Row, name: str) -> int:
    """Return the number that what the row points at has here."""
    number = row.get(name)
    if not isinstance(number, int) or number not in numbers:
        raise ImportProblem(f"所属的{'指南' if name == 'article' else '专家'}（{number}）没有导入")
    return numbers[number]


def _rule(said: Said, row: Row) -> None:
    article = _here(said.job.guides, row, "article")
    if CommentRule.objects.filter(article=article).exists():
        outcome = Outcome.UNCHANGED
    else:
        rule = CommentRule(article_id=article, mode=_text(row, "mode"), days=row.get("days"))
        rule.full_clean()
        rule.save()
        outcome = Outcome.NEW
    said.job.report.add(outcome, f"指南 {article}", kind="评论开关")


def _review(said: Said, row: Row) -> None:
    key = {
        "article_id": _here(said.job.guides, row, "article"),
        "expert_id": _here(said.experts, row, "expert"),
        "reviewed_on": _day(row, "reviewed_on"),
    }
    if Review.objects.filter(**key).exists():
        outcome = Outcome.UNCHANGED
    else:
        review = Review(**key, note=_text(row, "note"))
        review.full_clean()
        review.save()
        outcome = Outcome.NEW
    said.job.report.add(outcome, f"指南 {key['article_id']}", kind="专家审阅")


# --- Comments ------------------------------------------------------------------------------------------------------


def _article_of(row: Row | ImportProblem) -> Any:
    article = row.get("article") if isinstance(row, dict) else None
    return article if isinstance(article, int) else None


def _comments(said: Said, article: int | None, rows: Iterable[tuple[int, Row | ImportProblem]]) -> None:
    """Keep the comments under one guide that are not there yet; replies follow what they reply to."""
    report = said.job.report
    known: dict[Any, int] = {}
    if article is not None:
        there = Comment.objects.filter(article=article)
        keys = there.values_list("posted_at", "expert", "nickname", "parent", "pk")
        known = {tuple(key): pk for *key, pk in keys}
    here: dict[int, int] = {}
    for number, row in rows:
        with part(report, "comments.jsonl", kind="评论", line=number):
            if isinstance(row, ImportProblem):
                raise row
            comment = _comment(said, row, here)
            key = (comment.posted_at, comment.expert_id, comment.nickname, comment.parent_id)
            pk = known.get(key)
            if pk is None:
                comment.pk = number_if_free(Comment, row.get("id"))
                Comment.objects.restore(comment)
                pk = comment.pk
                _record_rejection(said, comment, row)
                set_sequences(Comment)
                outcome = Outcome.NEW
            else:
                outcome = Outcome.UNCHANGED
            if isinstance(row.get("id"), int):
                here[row["id"]] = pk
            report.add(outcome, f"{comment.author}：{comment.body[:20]}", kind="评论")
    if article is not None:
        search.update_later(article)


def _comment(said: Said, row: Row, here: dict[int, int]) -> Comment:
    article = _here(said.job.guides, row, "article")
    comment = Comment(article_id=article, **{name: _text(row, name, most) for name, most in COMMENT_TEXTS.items()})
    comment.status = _text(row, "status")
    if comment.status not in Comment.Status.values or comment.status == Comment.Status.WITHDRAWN:
        raise ImportProblem(f"status：没有“{comment.status[:20]}”这种状态")
    if not comment.body.strip():
        raise ImportProblem("没有内容")
    if row.get("expert") is not None:
        comment.expert_id = _here(said.experts, row, "expert")
        comment.nickname = ""
    if row.get("parent") is not None:
        if row["parent"] not in here:
            raise ImportProblem("所回复的评论没有导入")
        comment.parent_id = here[row["parent"]]
    for name in ("is_featured", "is_closed", "is_urgent", "was_verified"):
        setattr(comment, name, row.get(name) is True)
    comment.posted_at = _moment(row, "posted_at") or timezone.now()
    comment.edited_at, comment.waits_since = _moment(row, "edited_at"), _moment(row, "waits_since")
    if comment.status == Comment.Status.PENDING:
        comment.waits_since = comment.waits_since or comment.posted_at
    useful = row.get("useful", 0)
    comment.useful = useful if isinstance(useful, int) and 0 <= useful < MOST_USEFUL else 0
    return comment


def _record_rejection(said: Said, comment: Comment, row: Row) -> None:
    if comment.status == Comment.Status.REJECTED:
        reason = row.get("reason")
        ModerationEvent.objects.create(
            comment=comment,
            from_status=Comment.Status.PENDING,
            to_status=Comment.Status.REJECTED,
            reason=reason if reason in ModerationEvent.Reason.values else ModerationEvent.Reason.OTHER,
            note=NOTE,
            by=said.job.by,
        )

"""What is said under guides, as part of their zip: experts, reviews, comments and where they are open.

No account, code, hash of a network or finding of the screening leaves the site, and nothing that its writer took back.
"""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import User
from django.db.models import F, Q
from django.dispatch import receiver

from articles.export import ArchiveWriter, in_batches
from articles.querysets import ArticleQuerySet
from articles.signals import guides_exported
from comments.models import Comment, CommentRule, Expert, ModerationEvent, Review

EXPERT = (
    *("id", "name", "role", "organisation", "region", "licence_number", "biography", "avatar", "is_example"),
    *("verified_at", "verified_until", "created_at"),
)
COMMENT = (
    *("id", "nickname", "body", "posted_at", "status", "waits_since", "is_featured", "is_closed", "useful"),
    *("edited_at", "is_urgent", "expert_name", "expert_role", "expert_region", "was_verified"),
)
BATCH = 500


@receiver(guides_exported)
def write_comments(
    archive: ArchiveWriter, guides: ArticleQuerySet, *, is_whole: bool, by: User | None, **kwargs: Any
) -> None:
    if by and not by.has_perm("comments.view_comment"):
        return
    numbers = guides.values("pk")
    experts = Expert.objects.all()
    if not is_whole:
        experts = experts.filter(Q(comments__article__in=numbers) | Q(reviews__article__in=numbers)).distinct()
    archive.rows("experts.jsonl", map(_expert, _all(experts.prefetch_related("categories"))))
    for expert in _all(experts):
        archive.media(expert.avatar.name or "")
    rules = CommentRule.objects.filter(article__in=numbers)
    archive.rows("comment_rules.jsonl", map(_plain, _all(rules.values("pk", "article", "mode", "days"))))
    reviews = Review.objects.filter(article__in=numbers)
    archive.rows("reviews.jsonl", map(_plain, _all(reviews.values("pk", "article", "expert", "reviewed_on", "note"))))
    archive.rows("comments.jsonl", _comments(guides))


def _all(rows: Any) -> Iterator[Any]:
    for batch in in_batches(rows):
        yield from batch


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "pk"}


def _expert(expert: Expert) -> dict[str, Any]:
    row = {name: getattr(expert, name) for name in EXPERT}
    row["avatar"] = expert.avatar.name or ""
    row["categories"] = [category.slug for category in expert.categories.all()]
    return row


def _comments(guides: ArticleQuerySet) -> Iterator[dict[str, Any]]:
    """Yield comments guide by guide, each before the replies to it."""
    for batch in in_batches(guides.only("pk")):
        rows = Comment.objects.for_export().filter(article__in=[article.pk for article in batch])
        rows = rows.order_by("article", F("parent").asc(nulls_first=True), "pk")
        for row in rows.values("article", "parent", "expert", *COMMENT).iterator(BATCH):
            if row["status"] == Comment.Status.REJECTED:
                row["reason"] = _reason(row["id"])
            yield {name: value for name, value in row.items() if value not in (None, "", False)}


def _reason(pk: int) -> str:
    """Return why a comment was rejected."""
    events = ModerationEvent.objects.filter(comment=pk, to_status=Comment.Status.REJECTED)
    return events.order_by("-at", "-pk").values_list("reason", flat=True).first() or ModerationEvent.Reason.OTHER

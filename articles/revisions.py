"""The revisions of guides: written for every real change, compared, restored."""

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from articles.models import Article
from articles.tagging import join_tags

# What a revision keeps of a guide, by the names of its form; tags besides.
FIELDS = (
    *("title", "summary", "body", "byline", "source", "correction_note", "cover", "cover_alt"),
    *("category_id", "published_at", "review_by"),
)


@transaction.atomic
def record(article: Article, *, by: User | None, note: str = "") -> Any | None:
    """Keep the guide as it is now, tags included, as a revision. Return it, or None if nothing has changed.

    Call it once everything of a change is saved, in the same transaction.
    """
    newest = article.history.first()
    tags = join_tags(article.tags.all())
    if newest and newest.tag_names == tags and all(_same(newest, article, name) for name in FIELDS):
        return None
    revision = _revision(article, tags, "~" if newest else "+", by=by, note=note)
    revision.save()
    return revision


def record_new(articles: dict[Article, list[str]], *, note: str) -> None:
    """Keep new guides, each with its tags, as `record` would one by one; nobody at the desk wrote them."""
    model = Article.history.model
    model.objects.bulk_create(
        _revision(article, "，".join(sorted(tags)), "+", by=None, note=note) for article, tags in articles.items()
    )


def _revision(article: Article, tags: str, type_: str, *, by: User | None, note: str) -> Any:
    return Article.history.model(
        id=article.pk,
        history_type=type_,
        history_date=timezone.now(),
        history_user_id=by and by.pk,
        history_change_reason=note,
        tag_names=tags,
        **{name: getattr(article, name) for name in FIELDS},
    )


def keep_first(article: Article) -> None:
    """Keep the guide as the database has it, if nothing was kept of it yet. Call it before a change."""
    if not article.history.exists() and (before := Article.objects.filter(pk=article.pk).first()):
        record(before, by=None)


def newest_id(article: Article) -> int | None:
    """Return by what number the present text of the guide is known."""
    newest: int | None = article.history.values_list("history_id", flat=True).first()
    return newest


def _same(revision: Any, article: Article, name: str) -> bool:
    return str(getattr(revision, name) or "") == str(getattr(article, name) or "")

"""The revisions of guides: written for every real change, compared, restored."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.core.exceptions import ObjectDoesNotExist
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from articles.corrections import save_with_note
from articles.differences import Row, compare, size
from articles.models import Article
from articles.tagging import TAG_SEPARATOR, join_tags, split_tags

BATCH = 500  # guides

# What a revision keeps of a guide, by the names of its form; tags besides.
FIELDS = (
    *("title", "summary", "body", "byline", "source", "correction_note", "cover", "cover_alt"),
    *("category_id", "published_at", "review_by"),
)
TAGS = "tag_names"
COUNTED = ("title", "summary", "body")  # whose words make the size of a change
RESTORED = ("title", "summary", "body", "byline", "source")  # and the picture, the category and the tags

# In the order in which people look at them.
SHOWN = (
    *("title", "summary", "body", "category_id", TAGS, "byline", "source", "cover", "cover_alt"),
    *("correction_note", "published_at", "review_by"),
)
LABELS = {field.attname: str(field.verbose_name) for field in Article.history.model._meta.concrete_fields}


class Shown(NamedTuple):
    """What one field of a revision says."""

    label: str
    text: str


class Difference(NamedTuple):
    """What changed in one field."""

    label: str
    rows: list[Row]


@transaction.atomic
def record(article: Article, *, by: User | None, note: str = "") -> Any | None:
    """Keep the guide as it is now, tags included, as a revision. Return it, or None if nothing has changed.

    Call it once everything of a change is saved, in the same transaction.
    """
    newest, revision = article.history.first(), present(article)
    if newest:
        changed = [name for name in SHOWN if _plain(newest, name) != _plain(revision, name)]
        if not changed:
            return None
        revision.history_type = "~"
        revision.changed = ",".join(changed)
    _sign(revision, newest, by=by, note=note)
    revision.save()
    return revision


def record_new(articles: dict[Article, list[str]], *, note: str) -> None:
    """Keep new guides, each with its tags, as `record` would one by one; nobody at the desk wrote them."""
    revisions = [present(article, TAG_SEPARATOR.join(sorted(tags))) for article, tags in articles.items()]
    for revision in revisions:
        _sign(revision, None, by=None, note=note)
    Article.history.model.objects.bulk_create(revisions)


def _sign(revision: Any, before: Any, *, by: User | None, note: str) -> None:
    """Say who made a revision when and why, and how large the change is."""
    revision.history_date = timezone.now()
    revision.history_user_id = by and by.pk
    revision.history_change_reason = note
    sizes = [size(compare(getattr(before, name, ""), getattr(revision, name))) for name in COUNTED]
    revision.added, revision.removed = (sum(each) for each in zip(*sizes, strict=True))


def keep_first(article: Article) -> None:
    """Keep the guide as the database has it, if nothing was kept of it yet. Call it before a change."""
    if not article.history.exists() and (before := Article.objects.filter(pk=article.pk).first()):
        record(before, by=None)


def newest_id(article: Article) -> int | None:
    """Return by what number the present text of the guide is known."""
    newest: int | None = article.history.values_list("history_id", flat=True).first()
    return newest


def present(article: Article, tags: str | None = None) -> Any:
    """Return the guide as it is now, as a revision that is not saved; `tags` (as `join_tags` writes them) if known."""
    tags = join_tags(article.tags.all()) if tags is None else tags
    values = {name: getattr(article, name) for name in FIELDS}
    return Article.history.model(
        id=article.pk, history_type="+", tag_names=tags, corrected_at=article.corrected_at, **values
    )


def label(name: str) -> str:
    """Return what people call a field of a revision."""
    return LABELS[name]


def labels(names: Iterable[str]) -> str:
    return "、".join(label(name) for name in names)


def contents(revision: Any) -> list[Shown]:
    """Return what a revision says, field for field, without those that are empty."""
    shown = [Shown(label(name), _text(revision, name)) for name in SHOWN]
    return [each for each in shown if each.text]


def differences(before: Any, after: Any) -> list[Difference]:
    """Return what is different in two revisions, field for field."""
    return [
        Difference(label(name), compare(_text(before, name), _text(after, name)))
        for name in SHOWN
        if _plain(before, name) != _plain(after, name)
    ]


def restored(article: Article, revision: Any) -> Any:
    """Return what `restore` would make of the guide, as a revision that is not saved.

    When it is published and to be checked stays, and what it no longer can have: a category or picture that is gone.
    """
    result = present(article)
    for name in (*RESTORED, TAGS):
        setattr(result, name, getattr(revision, name))
    if _category(revision):
        result.category_id = revision.category_id
    if not revision.cover or default_storage.exists(str(revision.cover)):
        result.cover, result.cover_alt = revision.cover, revision.cover_alt
    return result


@transaction.atomic
def restore(article: Article, revision: Any, *, by: User | None, note: str = "") -> Any | None:
    """Have the guide say again what it said in a revision. Return the revision that is made of it, None if it does.

    `note` is for readers, if they see other words now. Raises ValidationError where a public guide cannot be so.
    """
    article = Article.objects.select_for_update().get(pk=article.pk)
    record(article, by=None)  # in case it was changed in a way that kept nothing
    result = restored(article, revision)
    for name in (*RESTORED, "category_id", "cover", "cover_alt"):
        setattr(article, name, getattr(result, name))
    if article.is_public:
        article.check_ready()
    save_with_note(article, article.save, note=note, shown=article.correction_note)
    article.tags.set(split_tags(result.tag_names))
    return record(article, by=by, note=f"恢复到 {moment(revision.history_date)} 的版本")


def moment(at: dt.datetime) -> str:
    return date_format(timezone.localtime(at), "Y年n月j日 H:i")


def _category(revision: Any) -> Any | None:
    try:
        return revision.category
    except ObjectDoesNotExist:  # deleted since
        return None


def _plain(revision: Any, name: str) -> str:
    """Return what tells whether a field changed: not what a form cuts off, or writes in its own way."""
    value = getattr(revision, name)
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).replace(microsecond=0).isoformat()
    return _lines(value).strip()


def _text(revision: Any, name: str) -> str:
    """Return what a field says, for people."""
    if name == "category_id":
        return str(_category(revision) or (revision.category_id and "（已删除的分类）") or "")
    value = getattr(revision, name)
    if isinstance(value, dt.datetime):
        return moment(value)
    return date_format(value, "Y年n月j日") if isinstance(value, dt.date) else _lines(value)


def _lines(value: object) -> str:
    return str(value or "").replace("\r\n", "\n")


def rename_tag(before: str, after: str, article_ids: list[int]) -> None:
    """Have the revisions of these guides name a tag as it is called now: nobody has changed the guides."""
    model = Article.history.model
    for start in range(0, len(article_ids), BATCH):
        named = model.objects.filter(id__in=article_ids[start : start + BATCH], tag_names__contains=before)
        rows = list(named.only("tag_names"))
        for row in rows:
            names = {after if name == before else name for name in split_tags(row.tag_names)}
            row.tag_names = TAG_SEPARATOR.join(sorted(names))
        model.objects.bulk_update(rows, ["tag_names"], batch_size=BATCH)

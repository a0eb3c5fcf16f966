"""Making one category or tag of several: everything that stood in the others stands in the one that is kept."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import models, transaction

from articles import revisions
from articles.models import Article, Category, SynonymGroup, Tag, TaggedArticle
from articles.search import freshness
from articles.tagging import split_tags

LONGEST_GROUP = SynonymGroup._meta.get_field("words").max_length or 0


@dataclass
class Merged:
    """What came of it: the names that are gone, and how many guides came from there."""

    names: list[str] = field(default_factory=list)
    guides: int = 0

    @property
    def in_words(self) -> str:
        return f"并入了{'、'.join(f'“{name}”' for name in self.names)}，移来 {self.guides} 篇指南，旧网址跳转到这里"


@transaction.atomic
def absorb(target: Category | Tag, others: Iterable[Category | Tag], *, by: User) -> Merged:
    """Have all that stands in `others` stand in `target`, lead their addresses there, and delete them.

    Guides keep their text and dates. Raises ValidationError if there is nothing to merge.
    """
    model = type(target)
    asked = {row.pk for row in others if type(row) is model} - {target.pk}
    locked = model._base_manager.select_for_update().filter(pk__in={target.pk, *asked}).order_by("pk")
    rows = [row for row in locked if row.pk != target.pk]
    if not rows:
        raise ValidationError("没有可以合并的：它们已经不在了，或只选了一个。")
    merged = Merged()
    for row in rows:
        guides = list(_guides_in(row).order_by("pk").values_list("pk", flat=True))
        _move_everything(row, target)
        if isinstance(row, Tag):
            revisions.rename_tag(row.name, target.name, guides)
        row.give_addresses_to(target)
        row.delete()
        freshness.follow_all(guides)
        merged.names.append(row.name)
        merged.guides += len(guides)
    target.save(update_fields=["slug"])  # for those that follow it
    LogEntry.objects.log_actions(by.pk, [target], CHANGE, f"{merged.in_words}。", single_object=True)
    return merged


def add_synonyms(name: str, others: Iterable[str]) -> bool:
    """Have readers who search for one of `others` find what has `name`. Return False if there is no room for it."""
    group = next((g for g in SynonymGroup.objects.filter(words__contains=name) if name in split_tags(g.words)), None)
    group = group or SynonymGroup(words=name)
    group.words = "，".join(dict.fromkeys([*split_tags(group.words), *others]))
    if len(group.words) > LONGEST_GROUP or len(split_tags(group.words)) < 2:
        return False
    group.save()
    return True


def _guides_in(row: Category | Tag) -> models.QuerySet[Article]:
    return Article.objects.filter(**{"category" if isinstance(row, Category) else "tagged_items__tag": row})


def _move_everything(row: Category | Tag, target: Category | Tag) -> None:
    if isinstance(row, Tag):
        _move(TaggedArticle, TaggedArticle._meta.get_field("tag"), row, target)
        return
    # Whatever else stands in a category, of other apps and in revisions too: whoever has a foreign key to it.
    for relation in Category._meta.get_fields(include_hidden=True):
        if relation.auto_created and isinstance(relation, models.ManyToOneRel):
            _move(relation.related_model, relation.field, row, target)


def _move(model: Any, link: Any, row: models.Model, target: models.Model) -> None:
    """Have the rows of `model` whose foreign key leads to `row` lead to `target`, but for those that do already."""
    moving = model._base_manager.filter(**{link.name: row})
    for names in _unique_with(model, link.name):
        there = model._base_manager.filter(**{link.name: target})
        moving.filter(**{f"{name}__in": there.values(name) for name in names}).delete()
    moving.update(**{link.name: target})


def _unique_with(model: Any, name: str) -> list[list[str]]:
    """Return the fields that are unique together with this one."""
    together = [constraint.fields for constraint in model._meta.total_unique_constraints]
    return [
        [other for other in fields if other != name]
        for fields in [*together, *model._meta.unique_together]
        if name in fields and len(fields) == 2  # of more, `__in` for each would say too much
    ]

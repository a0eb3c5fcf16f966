"""Having the index follow guides, their tags and categories, synonyms and the glossary."""

from typing import Any

from django.db.models.signals import m2m_changed, post_delete, post_save
from django.dispatch import receiver

from articles import search
from articles.models import Article, Category, IndexEntry, IndexState, SynonymGroup, Tag, TaggedArticle, Term
from articles.search.words import keep_group, keep_term

SEARCHED = {"title", "summary", "body", "category", "status", "published_at"}
MOST_AT_ONCE = 200  # guides that are indexed while an editor waits


@receiver(post_save, sender=Article)
def follow_guide(instance: Article, update_fields: frozenset[str] | None = None, **kwargs: Any) -> None:
    if update_fields is None or SEARCHED & set(update_fields):
        search.update_later(instance.pk, is_slow=True)


@receiver(m2m_changed, sender=TaggedArticle)
def follow_tags(instance: Any, action: str, **kwargs: Any) -> None:
    if action.startswith("post_") and isinstance(instance, Article):
        search.update_later(instance.pk, is_slow=True)


@receiver([post_save, post_delete], sender=TaggedArticle)
def follow_tagging(instance: TaggedArticle, **kwargs: Any) -> None:
    search.update_later(instance.content_object_id, is_slow=True)


@receiver(post_save, sender=Category)
def follow_category(
    instance: Category, created: bool, update_fields: frozenset[str] | None = None, **kwargs: Any
) -> None:
    if not created and (update_fields is None or "name" in update_fields):
        follow_all(list(instance.articles.values_list("pk", flat=True)[: MOST_AT_ONCE + 1]))


@receiver(post_save, sender=Tag)
def follow_tag(instance: Tag, created: bool, update_fields: frozenset[str] | None = None, **kwargs: Any) -> None:
    if not created and (update_fields is None or "name" in update_fields):
        follow_all(list(instance.tagged_items.values_list("content_object_id", flat=True)[: MOST_AT_ONCE + 1]))


def follow_all(article_ids: list[int]) -> None:
    """Index the guides of a category or tag whose name may be another one now; very many are left to `reindex`."""
    if len(article_ids) > MOST_AT_ONCE:
        IndexState.objects.update_or_create(pk=1, defaults={"version": 0})
        return
    for article_id in article_ids:
        search.update_later(article_id)


@receiver(post_delete, sender=IndexEntry)
def forget_entry(instance: IndexEntry, **kwargs: Any) -> None:
    search.database().remove([instance.slot])


@receiver(post_save, sender=SynonymGroup)
def follow_group(instance: SynonymGroup, **kwargs: Any) -> None:
    keep_group(instance)


@receiver(post_save, sender=Term)
def follow_term(instance: Term, **kwargs: Any) -> None:
    keep_term(instance)

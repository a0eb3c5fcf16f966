"""What the search learns from comments: experts' replies are part of their guides, personal data is not counted.

Importing this module connects it.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from articles import search, search_log
from comments.models import Comment
from comments.privacy import find_personal_data


@search.also_search
def replies_of_experts(article_ids: Collection[int]) -> Mapping[int, str]:
    """Return what experts say under these guides where readers can see it."""
    replies = Comment.objects.visible().filter(article__in=article_ids, expert__isnull=False).order_by("pk")
    texts: dict[int, list[str]] = defaultdict(list)
    for article_id, body in replies.values_list("article", "body"):
        texts[article_id].append(body)
    return {article_id: "\n".join(bodies) for article_id, bodies in texts.items()}


@receiver([post_save, post_delete], sender=Comment)
def follow_comment(instance: Comment, created: bool = False, **kwargs: Any) -> None:
    """Index the guide again when an expert's reply, or a question that experts answered, may have come or gone."""
    if instance.expert_id or (not created and instance.replies.filter(expert__isnull=False).exists()):
        search.update_later(instance.article_id)


search_log.personal_data_tests.append(lambda text: bool(find_personal_data(text)))

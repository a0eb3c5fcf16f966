"""Tags by which an article's page shows what is said under it; articles itself knows nothing of comments."""

from typing import Any

from django import template

from articles.models import Article
from comments.models import Comment, Review

register = template.Library()

SHOWN = 200


@register.inclusion_tag("comments/section.html")
def comment_section(article: Article) -> dict[str, Any]:
    """Show experts' replies, then readers' comments, each with the answers to it."""
    visible = Comment.objects.visible().filter(article=article).select_related("expert").in_order()[:SHOWN]
    threads: dict[int, dict[str, Any]] = {}
    replies: list[Comment] = []
    for comment in visible:
        if comment.parent_id is None:
            threads[comment.pk] = {"comment": comment, "replies": []}
        else:
            replies.append(comment)
    for reply in replies:
        if reply.parent_id in threads:
            threads[reply.parent_id]["replies"].append(reply)
    experts = [thread for thread in threads.values() if thread["comment"].expert]
    readers = [thread for thread in threads.values() if not thread["comment"].expert]
    return {"experts": experts, "readers": readers}


@register.simple_tag
def latest_review(article: Article) -> Review | None:
    """The expert's review of a guide that was done last."""
    return Review.objects.filter(article=article).select_related("expert").newest_first().first()

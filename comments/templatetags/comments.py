"""Tags by which an article's page shows what is said under it; articles itself knows nothing of comments."""

from django import template
from django.utils.safestring import SafeString

from articles.models import Article
from articles.structured_data import as_script
from comments import structured_data
from comments.discussion import Discussion, discussion_of

register = template.Library()


@register.simple_tag
def discussion(article: Article) -> Discussion:
    """Everything that is said under a guide, for the template to show."""
    return discussion_of(article)


@register.simple_tag
def discussion_data(article: Article, discussion: Discussion) -> SafeString | str:
    """Say to machines who reviewed a guide and which question under it an expert answered."""
    nodes = []
    if discussion.review:
        nodes.append(structured_data.reviewed_page(article, discussion.review))
    if answered := discussion.answered:
        nodes.append(structured_data.question_page(article, answered.comment, answered.answers))
    return as_script(*nodes) if nodes else ""

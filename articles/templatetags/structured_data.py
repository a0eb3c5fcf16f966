from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

from articles import structured_data
from articles.models import Article

register = template.Library()


@register.simple_tag
def guide_data(article: Article) -> SafeString:
    """Say to machines what a guide is and where it stands."""
    steps = [("首页", reverse("articles:home"))]
    if article.category:
        steps.append((article.category.name, article.category.get_absolute_url()))
    steps.append((article.title, article.get_absolute_url()))
    return structured_data.as_script(structured_data.breadcrumbs(*steps), structured_data.guide(article))


@register.simple_tag
def breadcrumb_data(name: str, path: str) -> SafeString:
    """Say to machines that a page stands right below the home page."""
    return structured_data.as_script(structured_data.breadcrumbs(("首页", reverse("articles:home")), (name, path)))

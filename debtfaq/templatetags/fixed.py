from functools import cache

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from debtfaq.context_processors import site

register = template.Library()


@register.simple_tag(takes_context=True)
def fixed(context: template.Context, name: str) -> SafeString:
    """Include a template that knows nothing but the site, and so is the same on every page: it is rendered once."""
    values = tuple(site(context["request"]).items())
    return _rendered.__wrapped__(name, values) if settings.DEBUG else _rendered(name, values)


@cache
def _rendered(name: str, values: tuple[tuple[str, str | bool], ...]) -> SafeString:
    return render_to_string(name, dict(values))

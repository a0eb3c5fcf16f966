import datetime as dt

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def day(moment: dt.datetime, words: str = "") -> SafeString:
    """Return the element that says on which day something was, followed by `words`."""
    return _time(moment, "%Y-%m-%d", words)


@register.filter
def minute(moment: dt.datetime) -> SafeString:
    return _time(moment, "%Y-%m-%d %H:%M", "")


def _time(moment: dt.datetime, shape: str, words: str) -> SafeString:
    here = timezone.localtime(moment)
    return format_html('<time datetime="{}">{}{}</time>', f"{here:%Y-%m-%dT%H:%M:%S%z}", f"{here:{shape}}", words)

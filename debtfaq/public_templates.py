"""What the templates of public pages can call (Jinja2; those of the desk are Django's own).

Jinja2 compiles templates to Python, which makes a page several times faster than Django's templates do, and here a
name that does not exist is an error instead of nothing.
"""

import datetime as dt
from collections.abc import MutableMapping
from functools import cache
from typing import Any

from django.template.defaultfilters import date, linebreaks_filter
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from jinja2 import Environment, StrictUndefined

from articles.addresses import path_to
from articles.structured_data import breadcrumb_data, guide_data
from comments.discussion import discussion_of
from comments.structured_data import discussion_data


class _Environment(Environment):
    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return what a template knows as one dict, since ours never changes; a ChainMap is slow to go through."""
        return {**self.globals, **(d or {})}


def environment(**options: Any) -> Environment:
    options |= {"undefined": StrictUndefined, "lstrip_blocks": True}
    made = _Environment(**options)  # Django's options turn escaping on
    made.policies["truncate.leeway"] = 0
    made.globals |= {
        "breadcrumb_data": breadcrumb_data,
        "discussion_data": discussion_data,
        "discussion_of": discussion_of,
        "guide_data": guide_data,
        "static": cache(static),  # the names of our files stay while the process runs
        "url": path_to,
    }
    made.filters |= {"date": _date, "day": day, "iso": iso, "linebreaks": linebreaks_filter, "minute": minute}
    return made


def day(moment: dt.datetime, words: str = "") -> SafeString:
    """Return the element that says on which day something was, followed by `words`."""
    here = _here(moment)
    return _time(here, f"{here.date()}{words}")


def minute(moment: dt.datetime) -> SafeString:
    """Return the element that says at which minute something was."""
    here = _here(moment)
    return _time(here, f"{here.date()} {here.time():%H:%M}")


def iso(moment: dt.datetime) -> str:
    """Return a moment as machines read it (ISO 8601), here."""
    return _here(moment).isoformat(timespec="seconds")


def _here(moment: dt.datetime) -> dt.datetime:
    return timezone.localtime(moment, timezone.get_default_timezone())  # which is everybody's


def _time(here: dt.datetime, shown: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', here.isoformat(timespec="seconds"), shown)


def _date(moment: dt.date, shape: str) -> str:
    """Return a day or a moment, here, in one of Django's formats."""
    return date(_here(moment) if isinstance(moment, dt.datetime) else moment, shape)

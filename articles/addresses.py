"""Addresses as readers elsewhere know them."""

import re
from functools import lru_cache

from django.conf import settings
from django.urls import reverse

_ELEMENT = re.compile(r"""<(?:a|img|source)\s(?:[^">]|"[^"]*")*>""")
_ADDRESS = re.compile(r"""(\s(?:href|src)=")(?=/)""")
_SRCSET = re.compile(r"""\ssrcset="[^"]*\"""")
_CANDIDATE = re.compile(r"""(?<=["\s])(?=/)""")


@lru_cache(maxsize=4096)
def path_to(view: str, *arguments: object) -> str:
    """Return the path of a page, as `reverse` finds it; a page names many, mostly the same as the pages before."""
    return reverse(view, args=arguments)


def absolute(path: str) -> str:
    """Return the whole address of a path of this site, whatever name the present request came by."""
    return f"{settings.SITE_URL}{path}"


def with_absolute_addresses(html: str) -> str:
    """Return the HTML of a guide for readers elsewhere: with whole addresses of links and pictures."""
    return _ELEMENT.sub(_absolute_element, html)


def _absolute_element(match: re.Match[str]) -> str:
    element = _ADDRESS.sub(rf"\g<1>{settings.SITE_URL}", match[0])
    return _SRCSET.sub(lambda srcset: _CANDIDATE.sub(settings.SITE_URL, srcset[0]), element)

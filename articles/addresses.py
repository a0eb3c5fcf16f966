"""Addresses as readers elsewhere know them."""

import re
from functools import cache, lru_cache
from urllib.parse import quote

from django.conf import settings
from django.urls import reverse

_SAFE = "!$&'()*+,;=/~:@"  # what `reverse` leaves as it is (the sub-delims of RFC 3986, and what a path may hold)

_ELEMENT = re.compile(r"""<(?:a|img|source)\s(?:[^">]|"[^"]*")*>""")
_ADDRESS = re.compile(r"""(\s(?:href|src)=")(?=/)""")
_SRCSET = re.compile(r"""\ssrcset="[^"]*\"""")
_CANDIDATE = re.compile(r"""(?<=["\s])(?=/)""")


@lru_cache(maxsize=1000)  # every page names those of the masthead and the footer, and of the newest guides
def path_to(view: str, *arguments: int | str) -> str:
    """Return the path of a page, as `reverse` finds it: a page names many, and that takes 20 µs for each."""
    quoted = (quote(one, safe=_SAFE) if isinstance(one, str) else one for one in arguments)
    return _shape(view, *map(type, arguments)).format(*quoted)


@cache
def _shape(view: str, *kinds: type) -> str:
    """Return the path of a view, with {} in the place of each argument."""
    marks = [f"argument-{at}" if kind is str else 1_000_000_007 + at for at, kind in enumerate(kinds)]
    shape = reverse(view, args=marks)
    for mark in marks:
        shape = shape.replace(str(mark), "{}")
    return shape


def absolute(path: str) -> str:
    """Return the whole address of a path of this site, whatever name the present request came by."""
    return f"{settings.SITE_URL}{path}"


def with_absolute_addresses(html: str) -> str:
    """Return the HTML of a guide for readers elsewhere: with whole addresses of links and pictures."""
    return _ELEMENT.sub(_absolute_element, html)


def _absolute_element(match: re.Match[str]) -> str:
    element = _ADDRESS.sub(rf"\g<1>{settings.SITE_URL}", match[0])
    return _SRCSET.sub(lambda srcset: _CANDIDATE.sub(settings.SITE_URL, srcset[0]), element)

"""Addresses as readers elsewhere know them."""

from django.conf import settings


def absolute(path: str) -> str:
    """Return the whole address of a path of this site, whatever name the present request came by."""
    return f"{settings.SITE_URL}{path}"

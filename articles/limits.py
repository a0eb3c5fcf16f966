"""How much one network may ask for, without keeping who asked."""

import hashlib
import ipaddress

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest


def is_over_limit(request: HttpRequest, deed: str, *, limit: int, seconds: int) -> bool:
    """Count a deed of the request's network, and return whether there were more than `limit` within `seconds`."""
    network = _network(request.META.get("REMOTE_ADDR", ""))
    digest = hashlib.sha256(f"{settings.SECRET_KEY}:limits:{deed}:{network}".encode()).hexdigest()[:32]
    return _count(f"limit:{digest}", seconds) > limit


def _network(address: str) -> str:
    """Return what is given to one customer of a carrier or to one office: an IPv4 /24 or an IPv6 /56."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    return str(ipaddress.ip_network((parsed, 24 if parsed.version == 4 else 56), strict=False))


def _count(key: str, seconds: int) -> int:
    """Add one to a counter that begins anew after `seconds`; atomic on Redis, and within one process otherwise."""
    cache.add(key, 0, seconds)
    try:
        return int(cache.incr(key))
    except ValueError:  # it began anew between the two calls
        cache.add(key, 1, seconds)
        return 1

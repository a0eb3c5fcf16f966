"""Telling apart who writes comments, without keeping who they are.

An address is kept only as a keyed hash of its network (IPv4 /24, IPv6 /56), with a key that changes every month: it
shows a moderator that two comments of a month came from the same place, and nothing else.
"""

import hashlib
import hmac
import ipaddress

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone

NETWORK_LIMIT, NETWORK_SECONDS = 10, 10 * 60  # comments of one network
GUIDE_LIMIT, GUIDE_SECONDS = 60, 60 * 60  # comments under one guide
REPORT_LIMIT, REPORT_SECONDS = 10, 60 * 60  # reports from one network
USEFUL_LIMIT, USEFUL_SECONDS = 60, 10 * 60  # votes from one network


def network(address: str) -> str:
    """Return the network of an address, or an empty string for what is none."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    prefix = 24 if parsed.version == 4 else 56
    return str(ipaddress.ip_network((parsed, prefix), strict=False))


def address_hash(request: HttpRequest) -> str:
    """Return the hash by which comments of one network and month can be told to belong together."""
    month = f"{timezone.localdate():%Y-%m}"
    key = hashlib.sha256(f"{settings.SECRET_KEY}:writers:{month}".encode()).digest()
    return hmac.new(key, network(request.META.get("REMOTE_ADDR", "")).encode(), hashlib.sha256).hexdigest()[:32]


def is_flooding(request: HttpRequest, article_id: int) -> bool:
    """Count an attempt to write, and return whether its network or its guide has had too many of late."""
    if count(f"writes:{address_hash(request)}", NETWORK_SECONDS) > NETWORK_LIMIT:
        return True  # and the guide is not charged with it, or one network could close it for everybody
    return count(f"written:{article_id}", GUIDE_SECONDS) > GUIDE_LIMIT


def is_reporting_too_much(request: HttpRequest) -> bool:
    return count(f"reports:{address_hash(request)}", REPORT_SECONDS) > REPORT_LIMIT


def is_voting_too_much(request: HttpRequest) -> bool:
    return count(f"useful:{address_hash(request)}", USEFUL_SECONDS) > USEFUL_LIMIT


def count(key: str, seconds: int) -> int:
    """Add one to a counter that begins anew after `seconds`; atomic on Redis, and within one process otherwise."""
    cache.add(key, 0, seconds)
    try:
        return int(cache.incr(key))
    except ValueError:  # it began anew between the two calls
        cache.add(key, 1, seconds)
        return 1

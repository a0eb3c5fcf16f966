"""Counting what is searched for, so that editors see what readers look for and do not find.

Kept are the words, per day, and how many guides they found; nothing of who searched. Words that may tell of a person
are not kept at all, not even with stars: nobody needs them to write a guide.
"""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from django.core.signing import BadSignature, Signer
from django.db.models import Count, Max, QuerySet, Sum
from django.http import HttpRequest
from django.utils import timezone

from articles.limits import is_over_limit
from articles.models import SearchCount
from articles.search.tokens import fold
from articles.visitors import DAY_SECONDS, is_first_time

LONGEST_TEXT = 30  # characters; longer ones are stories
KEPT_DAYS = 90
# So that nobody can make a search popular alone, by pretending to be many browsers.
NETWORK_LIMIT = 2  # of one text, a day
NETWORK_LIMIT_OF_ALL, NETWORK_SECONDS = 60, 10 * 60

# Asked whether a text, folded, may tell of a person; other parts of the site add what they know of personal data.
personal_data_tests: list[Callable[[str], bool]] = []

_signer = Signer(salt="articles.search_log")

_NUMERALS = str.maketrans("零〇一二三四五六七八九幺两", "0012345678912")
_SEPARATORS = re.compile(r"(?<=\d)[\s\-_.,/()*]+(?=\d)")
_DIGITS = re.compile(r"\d{5,}")
_HOTLINE = re.compile(r"9[56]\d{3}|1[02]\d{3}|400\d{7}")
_ACCOUNT = re.compile(r"(?=[a-z_\-]*\d)(?=[\d_\-]*[a-z])[a-z\d_\-]{6,}")  # letters and digits mixed
_TELLING = re.compile(r"@|://|www\.|我叫|我名|名叫|姓名|身份证号|微信号|vx|加我|加微|加v")


def normalise(text: str) -> str:
    """Return `text` as it is counted, or an empty string for what is not counted."""
    text = " ".join(fold(text).split())
    if not 0 < len(text) <= LONGEST_TEXT or not text.isprintable() or _is_personal(text):
        return ""
    return text


def ticket(text: str, found: int) -> str:
    """Return what a page with results hands back to have its search counted; empty if it is not to be.

    Signed, so that only what was really searched for is counted; the same text and number give the same ticket.
    """
    text = normalise(text)
    return _signer.sign_object([text, found]) if text else ""


def count_search(request: HttpRequest, ticket: str) -> bool:
    """Count the search of a ticket. Return False for a robot, a repeat of the same day, and a ticket not of ours."""
    try:
        text, found = _signer.unsign_object(ticket)
    except (BadSignature, ValueError):
        return False
    if not is_first_time(request, f"searched:{text.encode().hex()}", seconds=DAY_SECONDS):
        return False
    if is_over_limit(request, f"search:{text}", limit=NETWORK_LIMIT, seconds=DAY_SECONDS):
        return False
    if is_over_limit(request, "searches", limit=NETWORK_LIMIT_OF_ALL, seconds=NETWORK_SECONDS):
        return False
    SearchCount.add(text, found=found)
    return True


def frequent(*, days: int, fruitless: bool = False) -> QuerySet[SearchCount, Any]:
    """Return the searches of the last `days` days, the most frequent first.

    Each is a dict of `text`, `searches`, `days`, `most_found` and `last_day`.
    """
    since = timezone.localdate() - dt.timedelta(days=days - 1)
    searches = (
        SearchCount.objects.filter(day__gte=since)
        .values("text")
        .annotate(searches=Sum("count"), days=Count("pk"), most_found=Max("found"), last_day=Max("day"))
        .order_by("-searches", "text")
    )
    return searches.filter(most_found=0) if fruitless else searches


def purge() -> int:
    """Forget the searches of more than KEPT_DAYS days ago; return how many rows that were."""
    before = timezone.localdate() - dt.timedelta(days=KEPT_DAYS)
    deleted, _ = SearchCount.objects.filter(day__lt=before).delete()
    return deleted


def _is_personal(text: str) -> bool:
    digits = _SEPARATORS.sub("", text.translate(_NUMERALS))
    return bool(
        any(not _HOTLINE.fullmatch(run) for run in _DIGITS.findall(digits))
        or _ACCOUNT.search(text)
        or _TELLING.search(text)
        or any(is_personal(text) for is_personal in personal_data_tests)
    )

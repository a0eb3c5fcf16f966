"""What checks must know of the rest of the site, in two queries however many links a body has."""

from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.files.storage import default_storage
from django.db.models import Q, Value
from django.urls import Resolver404, resolve

from articles.checks.drafts import Draft, Known
from articles.models import Article, Category, Image, Page, Redirect, Tag

GUIDE, CATEGORY, TAG, PAGE, PICTURE, REDIRECT = "guide", "category", "tag", "page", "picture", "redirect"
NOTHING = "nothing"
KINDS = {
    "articles:article": GUIDE,
    "articles:article_by_number": GUIDE,
    "articles:shared": GUIDE,
    "articles:category": CATEGORY,
    "articles:tag": TAG,
    "articles:page": PAGE,
}
KEPT: dict[str, tuple[Any, str]] = {
    CATEGORY: (Category, "slug"),
    TAG: (Tag, "slug"),
    PAGE: (Page, "slug"),
    PICTURE: (Image, "file"),
    REDIRECT: (Redirect, "path"),
}
NOT_FOR_READERS = ("/admin/", "/preview/")
LONGEST_KEY, LONGEST_NUMBER = 255, 18  # characters; a longer number fits no database


class Place(NamedTuple):
    """What an address of this site means: the kind of thing there, and what it is known by."""

    kind: str
    key: str


def look_up(draft: Draft) -> Known:
    addresses = {target.address for target in [*draft.links, *draft.pictures]}
    paths = {address: path for address in addresses if (path := _path(address)) is not None}
    places = {address: place for address, path in paths.items() if (place := _place(path))}
    guides = _guides(draft, [int(place.key) for place in places.values() if place.kind == GUIDE])
    others = {place for place in places.values() if place.kind in KEPT}
    existing = _existing(others | {Place(REDIRECT, path) for path in paths.values()})
    missing, scheduled = set(), set()
    for address, place in places.items():
        guide = guides.get(place.key) if place.kind == GUIDE else None
        if guide and guide.is_scheduled:
            scheduled.add(address)
        elif guide and (guide.is_public or guide.pk == draft.pk):
            continue
        elif not existing & {place, Place(REDIRECT, paths[address])} and not _is_file(place):
            missing.add(address)
    same_title = any(guide.title == draft.title and guide.pk != draft.pk for guide in guides.values())
    return Known(frozenset(missing), frozenset(scheduled), same_title)


def _path(address: str) -> str | None:
    """Return the path of an address if it is one of this site."""
    try:
        parts = urlsplit(address.removeprefix(settings.SITE_URL) or "/")
    except ValueError:
        return None
    if parts.scheme or parts.netloc or not parts.path.startswith("/"):
        return None
    return unquote(parts.path).replace("\0", "\ufffd")  # PostgreSQL takes no such character


def _place(path: str) -> Place | None:
    """Return what is meant by a path; None if something is there whatever the database holds."""
    media = f"/{settings.MEDIA_URL.strip('/')}/"
    if path.startswith(media):
        return Place(PICTURE, path.removeprefix(media))
    try:
        match = resolve(path if path.endswith("/") or "." in path.rpartition("/")[2] else f"{path}/")
    except Resolver404:
        return Place(NOTHING, path)
    key = str(match.kwargs.get("pk") or match.kwargs.get("slug"))
    if path.startswith(NOT_FOR_READERS) or len(key) > LONGEST_KEY:
        return Place(NOTHING, path)
    kind = KINDS.get(match.view_name)
    if kind == GUIDE and len(key) > LONGEST_NUMBER:
        return Place(NOTHING, path)
    return Place(kind, key) if kind else None


def _is_file(place: Place) -> bool:
    """Whether it is a picture from before there was a library, such as a cover."""
    try:
        return place.kind == PICTURE and default_storage.exists(place.key)
    except SuspiciousOperation:
        return False


def _guides(draft: Draft, pks: list[int]) -> dict[str, Article]:
    """Return the guides with these numbers, and those with the title of the draft, by number."""
    fields = ("title", "status", "published_at", "trashed_at")
    found = Article.objects.not_in_trash().filter(Q(pk__in=pks) | Q(title=draft.title)).only(*fields)
    return {str(guide.pk): guide for guide in found}


def _existing(wanted: set[Place]) -> set[Place]:
    queries = []
    for kind, (model, field) in KEPT.items():
        keys = [place.key for place in wanted if place.kind == kind]
        if keys:
            rows = model.objects.filter(**{f"{field}__in": keys}).order_by()
            queries.append(rows.values_list(Value(kind), field))
    return {Place(*row) for row in queries[0].union(*queries[1:], all=True)} if queries else set()

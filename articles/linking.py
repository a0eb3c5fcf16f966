"""What guides link to on this site: kept as their bodies are, and judged anew when what is at an address changes.

Importing this module connects its receivers.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models.signals import post_delete, post_save, pre_delete
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.urls import Resolver404, ResolverMatch, resolve

from articles.models import Article, Category, Image, Link, Page, Redirect, Tag
from articles.related import in_batches

MOST_LINKS = 500  # of one guide
LONGEST = 255  # characters of an address
MOST_JUDGED = 5_000  # links to one address that are judged while somebody waits; `refresh_links` judges all

_ELEMENT = re.compile(r"<(?:a|img)\s[^>]*>")
_ADDRESS = re.compile(r'\b(?:href|src)="([^"]*)"')
_PICTURE = re.compile(r"images/([0-9a-f]{16})-\d+x\d+\.\w+")

GUIDE_ROUTES = {"articles:article", "articles:article_by_number", "articles:shared"}
NOT_FOR_READERS = ("/admin/", "/preview/")
LARGEST_NUMBER = 2**63 - 1  # of a row
# Which model a page is about, by its route; the slug says which row.
BY_SLUG: dict[str, type[Category | Tag | Page]] = {
    "articles:category": Category,
    "articles:category_atom": Category,
    "articles:category_rss": Category,
    "articles:tag": Tag,
    "articles:page": Page,
}
# Other apps say of their routes which of some numbers are there.
by_number: dict[str, Callable[[Collection[int]], Collection[int]]] = {}


@dataclass(frozen=True)
class Verdict:
    """What is at an address."""

    target_id: int | None = None
    image_id: int | None = None
    is_broken: bool = False


BROKEN, FINE = Verdict(is_broken=True), Verdict()


# --- What links there are ------------------------------------------------------------------------------------------


def paths_in(html: str, base: str) -> list[str]:
    """Return the addresses of this site that rendered HTML links or shows, each once, without what follows ? or #.

    The links that the glossary made are left out. `base` is the address of the page, for what is relative to it.
    """
    found: dict[str, None] = {}
    for element in _ELEMENT.findall(html):
        match = _ADDRESS.search(element)
        if match and 'class="term"' not in element and (path := own_path(unescape(match[1]), base)):
            found[path] = None
    return list(found)[:MOST_LINKS]


def own_path(address: str, base: str = "/") -> str:
    """Return the decoded path of an address of this site, and nothing for others.

    `base` is the address of the page, for what is relative to it.
    """
    if not address or address.startswith("#"):
        return ""
    try:
        parts = urlsplit(urljoin(f"{settings.SITE_URL}{base}", address))
    except ValueError:
        return ""
    own = urlsplit(settings.SITE_URL)
    is_own = parts.netloc == own.netloc and parts.scheme in {"http", "https"}
    path = unquote(parts.path).replace("\0", "\ufffd")  # PostgreSQL takes no such character
    return path[:LONGEST] if is_own else ""


# --- What is at an address -----------------------------------------------------------------------------------------


def judge(paths: Collection[str]) -> dict[str, Verdict]:
    """Return what is at each address now, in a few queries for all of them. A redirect counts for where it leads."""
    if not paths:
        return {}
    moved = dict(Redirect.objects.filter(path__in=paths).values_list("path", "to"))
    ends = {path: unquote(urlsplit(moved.get(path, path)).path) for path in paths}
    verdicts: dict[str, Verdict] = {}
    asked: dict[str, dict[str, Any]] = defaultdict(dict)
    for end in set(ends.values()):
        kind, key = _understand(end)
        if kind:
            asked[kind][end] = key
        else:
            verdicts[end] = BROKEN if key is None else FINE
    for kind, keys in asked.items():
        there = _there(kind, set(keys.values()))
        verdicts |= {end: there.get(key, BROKEN) for end, key in keys.items()}
    return {path: verdicts[end] for path, end in ends.items()}


def _understand(path: str) -> tuple[str, Any]:
    """Return what kind of thing an address names and by which key; no kind if its route alone says (None: no page)."""
    if path.startswith(settings.MEDIA_URL):
        name = path.removeprefix(settings.MEDIA_URL)
        picture = _PICTURE.fullmatch(name)
        return ("image", picture[1]) if picture else ("file", name)
    match = _page_at(path)
    if match is None:
        return "", None
    if match.view_name in GUIDE_ROUTES:
        return "guide", match.kwargs["pk"]
    if match.view_name in BY_SLUG:
        return f"slug of {BY_SLUG[match.view_name].__name__}", match.kwargs["slug"]
    return (match.view_name, match.kwargs["pk"]) if match.view_name in by_number else ("", match.view_name)


def _page_at(path: str) -> ResolverMatch | None:
    """Return the route of a page for readers, if there can be one at this address."""
    try:
        match = resolve(path if path.endswith("/") or "." in path.rpartition("/")[2] else f"{path}/")
    except Resolver404:
        return None
    if path.startswith(NOT_FOR_READERS) or match.kwargs.get("pk", 0) > LARGEST_NUMBER:
        return None
    return match


def _there(kind: str, keys: set[Any]) -> Mapping[Any, Verdict]:
    """Return what there is of these keys. One query, but for files."""
    if kind == "guide":
        # Scheduled ones can be linked to: nothing happens at their time.
        known = Article.objects.filter(pk__in=keys).order_by().values_list("pk", "status")
        return {pk: Verdict(pk, is_broken=status != Article.Status.PUBLISHED) for pk, status in known}
    if kind == "image":
        rows = Image.objects.filter(key__in=keys).order_by().values_list("key", "pk")
        return {key: Verdict(image_id=pk) for key, pk in rows}
    if kind == "file":
        return {name: FINE for name in keys if _has_file(name)}
    if kind in by_number:
        return dict.fromkeys(by_number[kind](keys), FINE)
    model = next(model for model in BY_SLUG.values() if kind == f"slug of {model.__name__}")
    return dict.fromkeys(model._default_manager.filter(slug__in=keys).values_list("slug", flat=True), FINE)


def _has_file(name: str) -> bool:
    try:
        return default_storage.exists(name)
    except (OSError, ValueError, SuspiciousFileOperation):  # no name that a file can have
        return False


# --- Keeping them --------------------------------------------------------------------------------------------------


def refresh(articles: Iterable[Article]) -> int:
    """Write the links of these guides anew where they differ; return how many rows changed."""
    wanted = {article.pk: paths_in(article.body_html, article.get_absolute_url()) for article in articles}
    verdicts = judge({path for paths in wanted.values() for path in paths})
    known = {(link.article_id, link.path): link for link in Link.objects.filter(article__in=wanted)}
    new, changed = [], []
    for pk, paths in wanted.items():
        for path in paths:
            link = known.pop((pk, path), None)
            if link is None:
                new.append(Link(article_id=pk, path=path, **vars(verdicts[path])))
            elif _take(link, verdicts[path]):
                changed.append(link)
    Link.objects.filter(pk__in=[link.pk for link in known.values()]).delete()
    Link.objects.bulk_create(new, ignore_conflicts=True)
    Link.objects.bulk_update(changed, ["target", "image", "is_broken"])
    return len(known) + len(new) + len(changed)


def refresh_all() -> Iterator[tuple[int, int]]:
    """Write the links of every guide anew. Yield, after each batch, how many guides are done and rows changed."""
    done = changed = 0
    for batch in in_batches(Article.objects.only("title", "slug", "body_html")):
        with transaction.atomic():
            changed += refresh(batch)
        done += len(batch)
        yield done, changed


def judge_again(links: Any) -> None:
    """Look once more at what is at the addresses of some links."""
    rows = list(links.order_by("pk")[:MOST_JUDGED])
    if rows:
        verdicts = judge({link.path for link in rows})
        changed = [link for link in rows if _take(link, verdicts[link.path])]
        Link.objects.bulk_update(changed, ["target", "image", "is_broken"], batch_size=500)


def _take(link: Link, verdict: Verdict) -> bool:
    """Give a link what is at its address; return whether that is something else than before."""
    if (link.target_id, link.image_id, link.is_broken) == tuple(vars(verdict).values()):
        return False
    link.target_id, link.image_id, link.is_broken = vars(verdict).values()
    return True


_waiting: ContextVar[list[Article] | None] = ContextVar("_waiting", default=None)


@contextmanager
def together() -> Iterator[None]:
    """Look at the links of all guides that are saved within the block at once, at its end."""
    waiting: list[Article] = []
    token = _waiting.set(waiting)
    try:
        yield
        refresh(waiting)
    finally:
        _waiting.reset(token)


@receiver(post_save, sender=Article)
def follow_guide(instance: Article, created: bool, update_fields: frozenset[str] | None = None, **kwargs: Any) -> None:
    if update_fields is None or {"body_html", "body"} & set(update_fields):
        waiting = _waiting.get()
        if waiting is None:
            refresh([instance])
        else:
            waiting.append(instance)
    if not created and (update_fields is None or {"status", "trashed_at", "published_at"} & set(update_fields)):
        # One statement, whatever the number of links.
        is_broken = not (instance.is_public or instance.is_scheduled)
        Link.objects.filter(target=instance, is_broken=not is_broken).update(is_broken=is_broken)


@receiver(pre_delete, sender=Article)
def follow_end_of_guide(instance: Article, **kwargs: Any) -> None:
    Link.objects.filter(target=instance).update(is_broken=True)


@receiver(pre_delete, sender=Image)
def follow_end_of_picture(instance: Image, **kwargs: Any) -> None:
    Link.objects.filter(image=instance).update(is_broken=True)


@receiver(post_save, sender=Image)
def follow_picture(instance: Image, created: bool, **kwargs: Any) -> None:
    if created:
        judge_again(Link.objects.filter(path__begins=f"{settings.MEDIA_URL}images/{instance.key}-"))


@receiver([post_save, post_delete], sender=Category)
@receiver([post_save, post_delete], sender=Tag)
def follow_place(instance: Category | Tag, **kwargs: Any) -> None:
    judge_again(Link.objects.filter(path__in=instance.addresses()))


@receiver([post_save, post_delete], sender=Page)
def follow_page(instance: Page, **kwargs: Any) -> None:
    judge_again(Link.objects.filter(path=instance.get_absolute_url()))


@receiver([post_save, post_delete], sender=Redirect)
def follow_redirect(instance: Redirect, **kwargs: Any) -> None:
    judge_again(Link.objects.filter(path=instance.path))


# --- Addresses that were given up ----------------------------------------------------------------------------------


def redirect_for(path: str) -> str | None:
    """Return where what was at this (decoded) path of the site is now, if that is recorded. One query."""
    return Redirect.objects.filter(path=path).values_list("to", flat=True).first()


def redirected(request: HttpRequest) -> HttpResponsePermanentRedirect | None:
    """Lead on from an address that was given up, with what was asked for after the ?."""
    if request.method not in {"GET", "HEAD"} or (to := redirect_for(request.path)) is None:
        return None
    before_hash, _, anchor = to.partition("#")
    if asked := request.META.get("QUERY_STRING"):
        before_hash += ("&" if "?" in before_hash else "?") + asked
    return HttpResponsePermanentRedirect(f"{before_hash}#{anchor}" if anchor else before_hash)

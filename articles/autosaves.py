"""What is typed and not saved, kept while typing, and who has the form of a guide open.

A page of the form goes by a key of its own. What one page has kept, no other page writes over: it is taken up or
given up first.
"""

import datetime as dt
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from articles.models import Article, Autosave

OPEN = dt.timedelta(seconds=60)  # after the last sign of life of a form
MOST = 1_000_000  # characters of what is kept for one form
KEPT = dt.timedelta(days=90)
SHOWN = 10  # new guides that somebody has not saved


class Typed(NamedTuple):
    """What a page sends: its key, what was typed by the names of inputs, and the revision on which it was based."""

    key: str
    data: dict[str, Any]
    base: int | None


def opened(pk: int, user: User) -> list[Any]:
    """Return the guide once for each user who has its form open, or once if nobody has, without its long texts.

    Each knows whose the form is (`form_…`), the newest revision (`newest…`), and whether the user ever had the form
    open (`is_known`). All in one query, as it is asked often.
    """
    revisions = Article.history.model.objects.filter(id=OuterRef("pk")).order_by("-history_date", "-history_id")
    names = {"first": "first_name", "last": "last_name", "name": "username"}
    newest = {short: Subquery(revisions.values(f"history_user__{name}")[:1]) for short, name in names.items()}
    return list(
        Article.objects.filter(pk=pk)
        .defer("body", "body_html", "toc", "source")
        .annotate(
            form=FilteredRelation("autosaves", condition=Q(autosaves__seen_at__gte=timezone.now() - OPEN)),
            form_user=F("form__user_id"),
            form_saved_at=F("form__saved_at"),
            newest=Subquery(revisions.values("history_id")[:1]),
            newest_at=Subquery(revisions.values("history_date")[:1]),
            is_known=Exists(Autosave.objects.filter(article=OuterRef("pk"), user=user)),
            **{f"form_{short}": F(f"form__user__{name}") for short, name in names.items()},
            **{f"newest_{short}": name for short, name in newest.items()},
        )
        .order_by("form__user__username")
    )


def see(user: User, article: Article, *, first: bool) -> None:
    """Note that the user has the form of the guide open, for the first time or still."""
    now = timezone.now()
    if first:
        Autosave.objects.bulk_create([Autosave(user=user, article=article, seen_at=now)], ignore_conflicts=True)
    else:
        Autosave.objects.filter(user=user, article=article).update(seen_at=now)


def keep(user: User, article: Article | None, typed: Typed, *, over: bool = False) -> bool:
    """Keep what was typed. Return whether it was kept.

    It is not if another page has kept something of this guide, unless the user wants that written `over`.
    """
    now = timezone.now()
    values = {**typed._asdict(), "saved_at": now if typed.data else None, "seen_at": now}
    rows = Autosave.objects.filter(user=user, article=article)
    if article is None:
        rows = rows.filter(key=typed.key)
    if (rows if over else rows.filter(Q(key=typed.key) | Q(saved_at=None))).update(**values):
        return True
    try:
        with transaction.atomic():
            Autosave.objects.create(user=user, article=article, **values)
    except IntegrityError:  # another page has kept something
        return False
    return True


def forget(user: User, key: str) -> None:
    """Give up what the page that goes by `key` has kept."""
    Autosave.objects.filter(user=user, key=key).delete()


def unsaved(user: User, article: Article) -> Autosave | None:
    """Return what the user has typed into the guide and not saved."""
    return Autosave.objects.filter(user=user, article=article, saved_at__isnull=False).first()


def unsaved_new(user: User) -> QuerySet[Autosave]:
    """Return the new guides that the user has begun and not saved, the newest first."""
    return Autosave.objects.filter(user=user, article=None, saved_at__isnull=False).order_by("-saved_at")


def purge() -> int:
    """Forget what nobody has come back to. Return how many rows went."""
    now = timezone.now()
    old = Q(seen_at__lt=now - KEPT) | Q(saved_at=None, seen_at__lt=now - dt.timedelta(days=1))
    return Autosave.objects.filter(old).delete()[0]

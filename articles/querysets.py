"""Which guides are visible, and in what order and shape they are read."""

import datetime as dt
import sys
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Count, Exists, Func, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import StartsWith
from django.utils import timezone

from articles.prepared import Given

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from articles.models import Article, Category, Image  # noqa: F401  (named in strings below)

Moment = dt.datetime | Given
Number = int | Given

MOST_WORDS = 8  # of what is searched for in the library
LONG = ("body", "body_html", "toc", "source", "correction_note")  # of a guide; lists leave it in the database


def long_of(*relations: str) -> tuple[str, ...]:
    """Return what is long of the guides that these relations lead to."""
    return tuple(f"{relation}__{field}" for relation in relations for field in LONG)


def is_public(of: str = "", now: Moment | None = None) -> Q:
    """What holds of guides that readers may see now: of rows themselves, or of the guide that a relation leads to.

    Said of a relation, it lets a database look at that one guide; asked for a guide among all that are public, SQLite
    would first gather those.
    """
    return Q(**{f"{of}status": "published", f"{of}published_at__lte": now or timezone.now()})


class NotSearched(Func):
    """A column as it is, by which SQLite is not to search: https://www.sqlite.org/optoverview.html, section 2."""

    arity = 1
    template = "%(expressions)s"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, template="+%(expressions)s", **context)


@models.CharField.register_lookup
class Begins(StartsWith):
    """`startswith`, found by an index in SQLite, too: LIKE, which overlooks case there, would be asked of each row."""

    lookup_name = "begins"

    def get_rhs_op(self, connection: Any, rhs: str) -> str:
        operator: str = connection.operators[StartsWith.lookup_name]
        return operator % rhs

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, list[Any]]:
        column, parameters = self.process_lhs(compiler, connection)
        after = self.rhs + chr(sys.maxunicode)
        return f"({column} >= %s AND {column} < %s)", [*parameters, self.rhs, *parameters, after]


class ArticleQuerySet(models.QuerySet["Article"]):
    def published(self, now: Moment | None = None, *, few: bool = False) -> Self:
        """Guides that readers may see now: everything that leaves the building starts here.

        `few` says that what else is asked for, such as their numbers, leaves few of them: SQLite, which does not know,
        would rather go through all that are public.
        """
        if few:
            return self._plain("status", "published_at").filter(is_public("plain_", now))
        return self.filter(is_public(now=now))

    def _plain(self, *columns: str) -> Self:
        return self.alias(**{f"plain_{column}": NotSearched(column) for column in columns})

    def scheduled(self) -> Self:
        """Guides that will appear by themselves at their time."""
        return self.filter(status=self.model.Status.PUBLISHED, published_at__gt=timezone.now())

    def announced(self) -> Self:
        """Guides that readers see or will see by themselves; what is made of them is ready when their time comes.

        Asked for one by one or by their numbers, as with `few`.
        """
        return self._plain("status").filter(plain_status=self.model.Status.PUBLISHED)

    def review_overdue(self) -> Self:
        """Guides that readers see and that should have been checked again."""
        return self.published(few=True).filter(review_by__lt=timezone.localdate())

    def drafts_of(self, user: "User") -> Self:
        """Guides of this author that are still to be handed in."""
        return self.filter(created_by=user.pk, status__in=[self.model.Status.DRAFT, self.model.Status.RETURNED])

    def in_review(self) -> Self:
        """Guides that wait for an editor."""
        return self.filter(status=self.model.Status.IN_REVIEW)

    def approved(self) -> Self:
        """Guides that only wait to be published."""
        return self.filter(status=self.model.Status.APPROVED)

    def not_for_readers(self) -> Self:
        """Guides that are not on the website and will not be by themselves."""
        return self.exclude(status=self.model.Status.PUBLISHED)

    def with_broken_links(self) -> Self:
        links = self.model._meta.get_field("links").related_model
        return self.filter(pk__in=links._base_manager.filter(is_broken=True).values("article"))

    def in_trash(self) -> Self:
        return self.filter(trashed_at__isnull=False)

    def not_in_trash(self) -> Self:
        """Guides that editors work with; those that readers see are never in the trash."""
        return self.filter(trashed_at__isnull=True)

    def newest_first(self) -> Self:
        return self.order_by("-published_at", "-pk")

    def in_bulk(self, *args: Any, **kwargs: Any) -> "dict[Any, Article]":
        """Return the guides of some numbers, by number; the order does not matter then.

        Asked for one, SQLite would rather go through all guides in that order than look at those.
        """
        return super(ArticleQuerySet, self.order_by()).in_bulk(*args, **kwargs)

    def for_lists(self) -> Self:
        """Only what a list shows: bodies are long and stay in the database."""
        return self.select_related("category", "views").only(
            *("title", "slug", "summary", "status", "published_at", "corrected_at"),
            *("category__name", "category__slug", "views__total"),
        )

    def for_titles(self) -> Self:
        """Only what a link to a guide shows."""
        return self.only("title", "slug", "published_at", "category_id")

    def appeared(self, since: Moment, before: Moment) -> Self:
        return self.filter(published_at__gte=since, published_at__lt=before)

    def older_than(self, pk: Number, when: Moment) -> Self:
        """Guides that come after the one of number `pk`, which appeared `when`, in `newest_first` order."""
        # The first condition is implied by the second; it lets the index on published_at do the work.
        return self.filter(published_at__lte=when).filter(Q(published_at__lt=when) | Q(pk__lt=pk))

    def newer_than(self, pk: Number, when: Moment) -> Self:
        """Guides that come before the one of number `pk`, which appeared `when`, in `newest_first` order."""
        return self.filter(published_at__gte=when).filter(Q(published_at__gt=when) | Q(pk__gt=pk))


class CategoryQuerySet(models.QuerySet["Category"]):
    def in_order(self) -> Self:
        return self.order_by("position", "pk")


class ImageQuerySet(models.QuerySet["Image"]):
    def newest_first(self) -> Self:
        return self.order_by("-pk")

    def matching(self, words: str) -> Self:
        """Pictures whose alternative text or name has each of the words."""
        found = self
        for word in words.split()[:MOST_WORDS]:
            found = found.filter(Q(alt__icontains=word) | Q(name__icontains=word))
        return found

    def unused(self) -> Self:
        """Pictures that no guide shows."""
        return self.exclude(Exists(self._shown_of_each()))

    def used(self) -> Self:
        return self.filter(Exists(self._shown_of_each()))

    def with_uses(self) -> Self:
        """Each with in how many guides it stands, as `uses`."""
        count = self._shown_of_each().values("pk").annotate(count=Count("used_in")).values("count")
        return self.annotate(uses=Coalesce(Subquery(count), 0))

    def _shown_of_each(self) -> models.QuerySet["Image"]:
        return self.model._base_manager.filter(pk=OuterRef("pk"), used_in__isnull=False).order_by()

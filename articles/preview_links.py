"""Signed links by which somebody without an account reads a draft for some days.

The token says which guide, until when, and the key that the guide had: another key takes back every link at once.
"""

import datetime as dt
from dataclasses import dataclass

from django.core import signing
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string

from articles.models import Article

DAYS, DEFAULT_DAYS = (1, 7, 30), 7
KEY_LENGTH = 16
SEPARATOR = "~"  # needs no escaping in an address, and stands in no signature

_signer = signing.Signer(salt="articles.preview_links", sep=SEPARATOR)


@dataclass(frozen=True)
class Link:
    """A link to a draft, and how long it holds."""

    article: Article
    until: dt.datetime
    path: str = ""

    @property
    def is_over(self) -> bool:
        return self.until <= timezone.now()


def make(article: Article, *, days: int = DEFAULT_DAYS) -> Link:
    """Return a new link to the guide as it is saved, at any time until then."""
    if not article.preview_key:
        # Another link may be made at the same moment: the first to write gives the key.
        Article.objects.filter(pk=article.pk, preview_key="").update(preview_key=get_random_string(KEY_LENGTH))
        article.refresh_from_db(fields=["preview_key"])
    until = timezone.now().replace(microsecond=0) + dt.timedelta(days=days)
    token = _signer.sign(f"{article.pk}-{article.preview_key}-{int(until.timestamp())}")
    return Link(article, until, reverse("articles:preview", args=[token]))


def read(token: str) -> tuple[Link, bool] | None:
    """Return what a token was made for and whether it still holds; None if we did not make it or the guide is gone."""
    try:
        pk, key, moment = _signer.unsign(token).split("-")
    except signing.BadSignature:
        return None
    article = Article.objects.not_in_trash().select_related("category", "views").filter(pk=pk).first()
    if article is None:
        return None
    link = Link(article, dt.datetime.fromtimestamp(int(moment), tz=dt.UTC))
    return link, article.preview_key == key and not link.is_over


def revoke(article: Article) -> None:
    """Take back every link to the guide that was ever made."""
    article.preview_key = get_random_string(KEY_LENGTH)
    Article.objects.filter(pk=article.pk).update(preview_key=article.preview_key)

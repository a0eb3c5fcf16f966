"""Keeping the pictures of shared links as the titles of the guides are."""

import hashlib
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db.models.fields.files import ImageFieldFile
from django.dispatch import receiver

from articles import share_images
from articles.after_commit import after_commit
from articles.models import Article
from articles.signals import guide_changed

DRAWN_AT_ONCE = 1000  # about two minutes of work


@receiver(guide_changed)
def draw_after_commit(article: Article, **kwargs: Any) -> None:
    after_commit(draw_these, article.pk, is_slow=True)


def draw_these(article_ids: list[int]) -> None:
    for article in Article.objects.filter(pk__in=article_ids):
        draw_share_images(article)


def draw_missing() -> int:
    """Draw the pictures of the newest guides that have none. Return how many; 0 where there is no Chinese font."""
    drawn = 0
    for article in Article.objects.published(few=True).filter(share_image="").order_by("-pk")[:DRAWN_AT_ONCE]:
        if not draw_share_images(article):
            break
        drawn += 1
    return drawn


def draw_share_images(article: Article) -> bool:
    """Draw the pictures of a guide anew if its title or the site's name changed. Return whether they were drawn.

    Without a Chinese font on this machine the guide has none, and the picture of the site takes their place.
    """
    words = f"{article.title}\n{settings.SITE_NAME}"
    version = hashlib.sha256(words.encode()).hexdigest()[:10]
    if version in (article.share_image.name or ""):
        return False
    wide = share_images.draw(article.title, settings.SITE_NAME, share_images.WIDE)
    square = share_images.draw(article.title, settings.SITE_NAME, share_images.SQUARE)
    if wide is None or square is None:
        return False
    _replace(article.share_image, f"{article.pk}-{version}.png", wide)
    _replace(article.share_square, f"{article.pk}-{version}-square.png", square)
    # Not `save`: the words are the same, and nobody has edited anything.
    Article.objects.filter(pk=article.pk).update(
        share_image=article.share_image.name, share_square=article.share_square.name
    )
    return True


def _replace(picture: ImageFieldFile, name: str, content: bytes) -> None:
    if picture:
        picture.delete(save=False)
    picture.save(name, ContentFile(content), save=False)

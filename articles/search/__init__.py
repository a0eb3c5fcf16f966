"""Finding guides by words."""

from functools import reduce

from django.db.models import Q

from articles.models import Article
from articles.querysets import ArticleQuerySet

LONGEST_QUERY = 100  # characters
MOST_RESULTS = 50


def search(text: str) -> ArticleQuerySet:
    """Return public guides that hold every word of `text`, those with all of them in the title first, then newest.

    Words are separated by white space. What is beyond LONGEST_QUERY characters is left out, as are results beyond
    MOST_RESULTS. A text without a word finds nothing.
    """
    words = text.replace("\0", "")[:LONGEST_QUERY].split()
    if not words:
        return Article.objects.none()
    guides = Article.objects.published().for_lists()
    for word in words:
        guides = guides.filter(Q(title__icontains=word) | Q(summary__icontains=word) | Q(body__icontains=word))
    in_title = reduce(Q.__and__, (Q(title__icontains=word) for word in words))
    return guides.alias(in_title=in_title).order_by("-in_title", "-published_at", "-pk")[:MOST_RESULTS]

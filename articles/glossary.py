"""Keeping the links of the glossary in stored guides as the glossary is."""

import operator
from functools import reduce
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from articles.models import Article, Term


@receiver([post_save, post_delete], sender=Term)
def rerender_guides_of_term(instance: Term, **kwargs: Any) -> None:
    """Make anew, after commit, every guide in which a term occurs or was linked."""
    url = instance.get_absolute_url()
    occurs = [Q(body__contains=word) for word in instance.words]
    affected = reduce(operator.or_, occurs, Q(body_html__contains=f'"{url}"'))
    transaction.on_commit(lambda: rerender(affected))


def rerender(which: Q) -> int:
    """Make the HTML of the guides that fit `which` anew, without calling that a correction; return how many changed."""
    terms = Term.objects.links()
    changed = 0
    for article in Article.objects.filter(which).only("body", "body_html", "toc").iterator():
        before = article.body_html
        article.render(terms)
        if article.body_html != before:
            Article.objects.filter(pk=article.pk).update(body_html=article.body_html, toc=article.toc)
            changed += 1
    return changed

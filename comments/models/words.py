"""The words by which comments are screened, as moderators keep them."""

from functools import lru_cache

from django.db import models
from django.db.models import Count, Max

from comments.screening import DEFAULT, WordLists
from comments.word_lists import KINDS


def kinds() -> dict[str, str]:
    """Kinds of words and their names. A function, so that a new kind needs no migration."""
    return KINDS


class ScreeningWord(models.Model):
    """A word or phrase of one kind; `*` in it stands for up to six characters. Takes effect at once."""

    kind = models.CharField("种类", max_length=30, choices=kinds)
    word = models.CharField(
        "词",
        max_length=60,
        help_text="简体、小写；* 代表同一句里的最多六个字。全角、谐音、拆字等变体不用另写，会自动认出。",
    )
    changed_at = models.DateTimeField("修改时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "筛查词"
        ordering = ["kind", "word"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "word"], name="screening_word_once", violation_error_message="这个词已经在这一类里了。"
            ),
        ]

    def __str__(self) -> str:
        return self.word


def current_words() -> WordLists:
    """Return the words as they are now, or those that a site begins with where there are none.

    One small query; the patterns are made anew only when a word has changed.
    """
    revision = ScreeningWord.objects.aggregate(count=Count("pk"), last=Max("changed_at"), newest=Max("pk"))
    return _word_lists(tuple(revision.values()))


@lru_cache(maxsize=1)
def _word_lists(revision: tuple[object, ...]) -> WordLists:
    words: dict[str, list[str]] = {}
    for kind, word in ScreeningWord.objects.values_list("kind", "word"):
        words.setdefault(kind, []).append(word)
    return WordLists(words) if words else DEFAULT

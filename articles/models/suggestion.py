"""What readers may be searching for, and what they searched for."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from articles.models.article import Article
from articles.models.classification import Tag
from articles.models.glossary import Term

LONGEST_KEY = 72  # bytes, 24 Chinese characters


class Tier(models.IntegerChoices):
    """What is looked at first. Titles are many; the few that are read most shall not be lost among them."""

    WORDS = 0
    MOST_READ = 1
    OTHERS = 2


class Suggestion(models.Model):
    """What is offered while a reader types. `articles.suggestions` writes them and looks them up."""

    class Kind(models.TextChoices):
        TITLE = "title", "指南"
        TERM = "term", "术语"
        TAG = "tag", "标签"
        QUERY = "query", "常搜"

    kind = models.CharField("种类", max_length=5, choices=Kind)
    text = models.CharField("文字", max_length=100)
    weight = models.IntegerField("分量", default=0)
    tier = models.PositiveSmallIntegerField("层", default=Tier.WORDS)
    article = models.ForeignKey(Article, models.CASCADE, null=True, related_name="suggestions")
    term = models.ForeignKey(Term, models.CASCADE, null=True, related_name="suggestions")
    tag = models.ForeignKey(Tag, models.CASCADE, null=True, related_name="suggestions")

    class Meta:
        verbose_name = verbose_name_plural = "搜索建议"
        constraints = [
            models.CheckConstraint(
                name="suggestion_of_its_kind",
                condition=Q(kind="title", article__isnull=False, term__isnull=True, tag__isnull=True)
                | Q(kind="term", article__isnull=True, term__isnull=False, tag__isnull=True)
                | Q(kind="tag", article__isnull=True, term__isnull=True, tag__isnull=False)
                | Q(kind="query", article__isnull=True, term__isnull=True, tag__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return self.text


class SuggestionKey(models.Model):
    """One way to begin to type a suggestion: in characters, in pinyin, by initials.

    As bytes, because both databases compare those alike: what begins with `key` lies between it and `key` + 0xFF.
    """

    suggestion = models.ForeignKey(Suggestion, models.CASCADE, related_name="keys", db_index=True)
    key = models.BinaryField(max_length=LONGEST_KEY)
    is_whole = models.BooleanField()  # whether it is of the whole text, not of a later part
    tier = models.PositiveSmallIntegerField()  # of its suggestion

    class Meta:
        verbose_name = verbose_name_plural = "搜索建议的键"
        indexes = [models.Index(fields=["tier", "key", "suggestion"], name="suggestion_by_key")]

    def __str__(self) -> str:
        return bytes(self.key).decode(errors="replace")


class KnownWord(models.Model):
    """A word that stands in a title, a tag or the glossary, or that readers found something by."""

    word = models.CharField("词", max_length=12, unique=True)
    weight = models.PositiveIntegerField("分量", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "本站的词"

    def __str__(self) -> str:
        return self.word


class KnownWordKey(models.Model):
    """Something that a known word and its misspellings have in common."""

    known_word = models.ForeignKey(KnownWord, models.CASCADE, related_name="keys")
    key = models.CharField(max_length=80)

    class Meta:
        verbose_name = verbose_name_plural = "本站的词的键"
        indexes = [models.Index(fields=["key", "known_word"], name="known_word_by_key")]

    def __str__(self) -> str:
        return self.key


class SearchCount(models.Model):
    """How often something was searched for on one day of the site's time zone. Nothing of who did is kept."""

    day = models.DateField("日期", default=timezone.localdate)
    text = models.CharField("搜索的话", max_length=30)
    count = models.PositiveIntegerField("次数", default=0)
    found = models.PositiveSmallIntegerField("找到", default=0, help_text="最近一次找到多少篇，最多记到 1000。")

    class Meta:
        verbose_name = verbose_name_plural = "读者搜索"
        constraints = [models.UniqueConstraint(fields=["day", "text"], name="search_count_once_a_day")]

    def __str__(self) -> str:
        return f"{self.day}: {self.text}"

    @classmethod
    def add(cls, text: str, *, found: int) -> None:
        """Count one search of today, whoever else is counting at the same time."""
        row, is_new = cls.objects.get_or_create(
            day=timezone.localdate(), text=text, defaults={"count": 1, "found": found}
        )
        if not is_new:
            cls.objects.filter(pk=row.pk).update(count=F("count") + 1, found=found)

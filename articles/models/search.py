"""What the search knows besides the guides themselves: words that mean the same, and the state of its index."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from articles.models.article import Article
from articles.models.glossary import Term
from articles.tagging import split_tags


class SynonymGroup(models.Model):
    """Words that mean the same to readers: who searches for one finds guides with any of them."""

    words = models.CharField(
        "同义词",
        max_length=200,
        unique=True,
        help_text="用逗号分隔，例如：网贷，网络贷款。搜其中一个，就等于也搜了其余的。",
    )

    class Meta:
        verbose_name = verbose_name_plural = "同义词"
        ordering = ["words"]

    def __str__(self) -> str:
        return self.words

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.words = "，".join(split_tags(self.words))
        super().save(*args, **kwargs)

    def clean(self) -> None:
        if len(split_tags(self.words)) < 2:
            raise ValidationError({"words": "请至少写两个词，用逗号分隔。"})


class SearchWord(models.Model):
    """A word that is searched for as a whole, how it sounds, and where it is said that others mean the same.

    `articles.search.words` writes these from synonyms, the glossary, tags and titles.
    """

    word = models.CharField("词", max_length=20)  # folded
    pinyin = models.CharField("拼音", max_length=120, db_index=True)
    initials = models.CharField("拼音首字母", max_length=20, db_index=True)
    group = models.ForeignKey(SynonymGroup, models.CASCADE, null=True, related_name="search_words")
    term = models.ForeignKey(Term, models.CASCADE, null=True, related_name="search_words")

    class Meta:
        verbose_name = verbose_name_plural = "搜索词"
        constraints = [
            models.UniqueConstraint(fields=["word", "group"], name="search_word_once_in_group"),
            models.UniqueConstraint(fields=["word", "term"], name="search_word_once_in_term"),
            models.UniqueConstraint(
                fields=["word"],
                condition=models.Q(group__isnull=True, term__isnull=True),
                name="search_word_once_by_itself",
            ),
        ]

    def __str__(self) -> str:
        return self.word


class IndexEntry(models.Model):
    """What the search shows and judges of a guide; its tokens are in tables that only `articles.search` knows.

    `slot` is the number by which these tables know the guide: the day of publication, then the number of the guide.
    In their order the newest come last, so the newest of many are found without reading all.
    """

    GUIDE_BITS = 27

    article = models.OneToOneField(Article, models.CASCADE, primary_key=True, related_name="index_entry")
    slot = models.BigIntegerField(unique=True)
    published_at = models.DateTimeField()
    title = models.TextField()  # folded, as are summary and keywords
    summary = models.TextField()
    keywords = models.TextField()
    text = models.TextField()  # of the body and what else is searched with it, without markup, as it was written

    class Meta:
        verbose_name = verbose_name_plural = "搜索索引"
        indexes = [
            # For those that readers do not see yet.
            models.Index(fields=["published_at", "slot"], name="index_entry_by_time"),
        ]

    def __str__(self) -> str:
        return self.title


class IndexState(models.Model):
    """The one row that says how far the index is."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    version = models.PositiveIntegerField(default=0)  # of the tokens in the index; 0 if guides are missing from it
    # Of a `manage.py reindex` that has begun: the version that it makes, and the last guide that it has done.
    next_version = models.PositiveIntegerField(default=0)
    done_to = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "搜索索引的状态"
        constraints = [models.CheckConstraint(name="index_state_is_one_row", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return f"{self.version}"

    @classmethod
    def current(cls) -> "IndexState":
        state, _ = cls.objects.get_or_create(pk=1)
        return state

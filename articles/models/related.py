"""Which guides belong together: what their words say, what editors say, and which are nearly the same text.

But for the pins, all of this can be made anew from the guides (manage.py refresh_related).
"""

from django.db import models
from django.db.models import F, Q

from articles.models.article import Article

MOST_PINNED = 3


class Word(models.Model):
    """A word that says what guides are about, and in how many it does.

    The row of the empty word, which is in every guide, says how many guides there are.
    """

    LONGEST = 30

    text = models.CharField("词", max_length=LONGEST, unique=True)
    guides = models.PositiveIntegerField("篇数", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "词"

    def __str__(self) -> str:
        return self.text


class Keyword(models.Model):
    """One of the words that tell a guide from others. The squares of the weights of a guide add up to one."""

    article = models.ForeignKey(
        Article, models.CASCADE, verbose_name="指南", related_name="keywords", db_index=False
    )  # the constraint's index begins with it
    word = models.ForeignKey(Word, models.CASCADE, verbose_name="词", related_name="+", db_index=False)  # as below
    weight = models.FloatField("权重")

    class Meta:
        verbose_name = verbose_name_plural = "关键词"
        constraints = [models.UniqueConstraint(fields=["article", "word"], name="keyword_once")]
        # For the guides of which a word says the most.
        indexes = [models.Index(fields=["word", "-weight", "article"], name="keyword_heaviest")]

    def __str__(self) -> str:
        return f"{self.word}: {self.weight:.2f}"


class RelatedGuide(models.Model):
    """A guide that is like `article` in its words, category and tags, and how much."""

    article = models.ForeignKey(
        Article, models.CASCADE, verbose_name="指南", related_name="related_guides", db_index=False
    )  # the constraint's index begins with it
    other = models.ForeignKey(Article, models.CASCADE, verbose_name="相关指南", related_name="related_to_guides")
    score = models.FloatField("分数")

    class Meta:
        verbose_name = verbose_name_plural = "相关指南"
        constraints = [
            models.UniqueConstraint(fields=["article", "other"], name="related_guide_once"),
            models.CheckConstraint(condition=~Q(article=F("other")), name="related_guide_is_another"),
        ]

    def __str__(self) -> str:
        return f"{self.other_id}: {self.score:.2f}"


class PinnedGuide(models.Model):
    """A guide that editors have put before the other related ones."""

    article = models.ForeignKey(
        Article, models.CASCADE, verbose_name="指南", related_name="pinned_guides", db_index=False
    )  # the constraint's index begins with it
    other = models.ForeignKey(Article, models.CASCADE, verbose_name="指南", related_name="pinned_to_guides")
    position = models.PositiveSmallIntegerField("次序", choices=[(n, f"第 {n} 篇") for n in range(1, MOST_PINNED + 1)])

    class Meta:
        verbose_name = verbose_name_plural = "置顶的相关指南"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "other"],
                name="pinned_guide_once",
                violation_error_message="同一篇指南只能置顶一次。",
            ),
            models.UniqueConstraint(
                fields=["article", "position"],
                name="pinned_guide_one_at_a_position",
                violation_error_message="每个次序只能放一篇指南。",
            ),
            models.CheckConstraint(
                condition=Q(position__gte=1, position__lte=MOST_PINNED),
                name="pinned_guide_position",
                violation_error_message=f"最多置顶 {MOST_PINNED} 篇。",
            ),
            models.CheckConstraint(
                condition=~Q(article=F("other")),
                name="pinned_guide_is_another",
                violation_error_message="不能置顶这篇指南自己。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_position_display()}：{self.other}"


class TextBand(models.Model):
    """A band of a guide's text (see `articles.similarity`): guides with nearly the same text share some."""

    article = models.ForeignKey(
        Article, models.CASCADE, verbose_name="指南", related_name="text_bands", db_index=False
    )  # the constraint's index begins with it
    band = models.BigIntegerField("特征")

    class Meta:
        verbose_name = verbose_name_plural = "文字特征"
        constraints = [models.UniqueConstraint(fields=["article", "band"], name="text_band_once")]
        indexes = [models.Index(fields=["band", "article"], name="text_band_of_guides")]

    def __str__(self) -> str:
        return str(self.band)

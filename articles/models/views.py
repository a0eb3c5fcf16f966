"""How often guides are read."""

from django.db import models

from articles.models.article import Article


class ArticleViews(models.Model):
    """How often a guide was read and found helpful, ever. Kept beside the guide: counting never touches its row."""

    article = models.OneToOneField(Article, models.CASCADE, primary_key=True, verbose_name="指南", related_name="views")
    total = models.PositiveBigIntegerField("人气", default=0)
    helpful = models.PositiveIntegerField("有用", default=0)
    unhelpful = models.PositiveIntegerField("没用", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "人气"

    def __str__(self) -> str:
        return str(self.total)


class DailyViews(models.Model):
    """How often a guide was read on one day of the site's time zone."""

    article = models.ForeignKey(Article, models.CASCADE, verbose_name="指南", related_name="daily_views")
    day = models.DateField("日期")
    count = models.PositiveIntegerField("阅读", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "每日阅读"
        constraints = [models.UniqueConstraint(fields=["article", "day"], name="daily_views_once_a_day")]
        # For the most read guides of each day.
        indexes = [models.Index(fields=["day", "-count", "article"], name="daily_views_by_day")]

    def __str__(self) -> str:
        return f"{self.day}: {self.count}"


class WrittenBatch(models.Model):
    """The name of a batch of readings that came by Redis and is in the database, so that it is never written again."""

    name = models.CharField(max_length=32, primary_key=True)
    written_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "已写入的阅读"

    def __str__(self) -> str:
        return self.name

"""Pages about the site itself."""

from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from articles import rendering
from articles.slugs import MAX_LENGTH as SLUG_LENGTH


class Page(models.Model):
    """A page about the site itself, such as the privacy page. Its address stays when its title changes."""

    title = models.CharField("标题", max_length=60)
    slug = models.SlugField("网址名", max_length=SLUG_LENGTH, unique=True)
    description = models.CharField("摘要", max_length=160, blank=True, help_text="显示在搜索结果里。")
    body = models.TextField("正文", help_text="用 Markdown 书写，小标题从 ## 开始。")
    body_html = models.TextField("正文 HTML", editable=False, blank=True)
    position = models.PositiveSmallIntegerField("排序", default=0, help_text="页脚里的先后，数字小的在前。")
    edited_at = models.DateTimeField("修改时间", editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "页面"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        before = self.body_html
        self.body_html = rendering.render(self.body).html
        if before != self.body_html:
            self.edited_at = timezone.now()
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("articles:page", args=[self.slug])

    @property
    def body_as_html(self) -> SafeString:
        return rendering.trusted(self.body_html)

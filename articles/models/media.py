"""Pictures in guides."""

from django.conf import settings
from django.db import models


class Image(models.Model):
    """A picture of the media library, re-encoded when it came in, in several widths and formats beside `file`.

    Its address says all that a page must know of it: `images/<key>-<width>x<height>.jpg` (or .png).
    """

    key = models.CharField("标识", max_length=16, unique=True, editable=False)  # of its content
    file = models.FileField("文件", upload_to="images/", editable=False)
    width = models.PositiveIntegerField("宽", editable=False)
    height = models.PositiveIntegerField("高", editable=False)
    size = models.PositiveIntegerField("字节", editable=False)
    name = models.CharField("文件名", max_length=120, blank=True, help_text="上传时的名字，方便查找。")
    alt = models.CharField("替代文字", max_length=200, blank=True, help_text="给看不见图片的读者：图里有什么。")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name="上传人", null=True, editable=False, related_name="+"
    )
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "图片"
        ordering = ["-uploaded_at", "-pk"]

    def __str__(self) -> str:
        return self.alt or self.name or self.key

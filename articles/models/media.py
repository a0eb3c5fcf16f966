"""Pictures in guides."""

import re
from contextlib import suppress
from typing import IO, Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models, transaction

from articles.image_gate import Picture, let_in
from articles.picture_address import PictureAddress
from articles.querysets import ImageQuerySet


class ImageManager(models.Manager.from_queryset(ImageQuerySet)):  # type: ignore[misc]  # a class made at run time
    def add(self, upload: IO[bytes], *, by: User | None = None, alt: str = "", key: str = "") -> "Image":
        """Put a picture into the library and return it; one that is there already is returned as it is.

        `key` is for imports: the picture is known by it, so that guides written elsewhere find it. Raises ImageProblem
        for what is no picture, and leaves neither a row nor a file when anything fails.
        """
        picture = let_in(upload)
        if key:
            picture = picture.known_as(key)
        address = picture.address
        name = re.sub(r"[\x00-\x1f\x7f]", "", getattr(upload, "name", None) or "").rpartition("/")[2][-120:]
        with transaction.atomic():
            image, is_new = self.get_or_create(
                key=address.key,
                defaults={
                    "file": address.name,
                    "width": address.width,
                    "height": address.height,
                    "size": len(picture.files[address.name]),
                    "name": name,
                    "alt": alt[:200],
                    "uploaded_by_id": by and by.pk,
                },
            )
            if is_new:
                _write(picture)
            elif alt and not image.alt:
                image.alt = alt[:200]
                image.save(update_fields=["alt"])
        return image  # type: ignore[no-any-return]


class ImageInUse(Exception):
    """A picture that guides show cannot be deleted."""


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

    objects = ImageManager()

    class Meta:
        verbose_name = verbose_name_plural = "图片"
        ordering = ["-uploaded_at", "-pk"]

    def __str__(self) -> str:
        return self.alt or self.name or self.key

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the picture with its files. Raises ImageInUse where a guide shows it."""
        with transaction.atomic():
            if self.used_in.exists():
                raise ImageInUse(f"“{self}”还用在指南里，不能删除。")
            names = self.address.names
            done = super().delete(*args, **kwargs)
            transaction.on_commit(lambda: _remove(names))
        return done

    @property
    def address(self) -> PictureAddress:
        return PictureAddress(self.key, self.width, self.height, str(self.file).rpartition(".")[2])

    @property
    def markdown(self) -> str:
        """How a guide shows it."""
        alt = re.sub(r"([\\`*\[\]])", r"\\\1", " ".join(self.alt.split()))
        return f"![{alt}]({self.address.url})"


def _write(picture: Picture) -> None:
    """Write all files of a picture, or none."""
    try:
        for name, content in picture.files.items():
            default_storage.delete(name)  # what a crash left; a storage would give the new file another name
            default_storage.save(name, ContentFile(content))
    except BaseException:
        _remove(list(picture.files))
        raise


def _remove(names: list[str]) -> None:
    for name in names:
        with suppress(OSError):  # the row is gone; a file that stays harms nobody
            default_storage.delete(name)

"""Where addresses that were given up lead."""

from collections.abc import Mapping
from typing import Any, Self
from urllib.parse import unquote

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q

LONGEST_CHAIN = 10


class RedirectQuerySet(models.QuerySet["Redirect"]):
    def end_of(self, path: str) -> str:
        """Return where somebody who asks for `path` ends. Chains are never kept; this follows one all the same."""
        for _ in range(LONGEST_CHAIN):
            to = self.filter(path=path).values_list("to", flat=True).first()
            if to is None:
                break
            path = to
        return path

    @transaction.atomic
    def record(self: Self, moved: Mapping[str, str]) -> None:
        """Have addresses that were given up lead to others, where something is now."""
        moved = {path: to for path, to in moved.items() if path != to}
        self.filter(path__in=moved.values()).delete()
        for path, to in moved.items():
            row, is_new = self.get_or_create(path=path, defaults={"to": to})
            if not is_new and row.to != to:
                row.to = to
                row.save()


class Redirect(models.Model):
    """That what was at one address of this site is at another now, for good."""

    path = models.CharField("原地址", max_length=255, unique=True, help_text="以 / 开头，例如：/tags/xin-yong/")
    to = models.CharField("新地址", max_length=255, db_index=True)
    created_at = models.DateTimeField("创建时间", auto_now_add=True)

    objects = RedirectQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "地址跳转"
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(
                name="redirect_leads_elsewhere",
                condition=~Q(path=F("to")),
                violation_error_message="不能跳转到自己。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.path} → {self.to}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and have those that lead to what is given up now lead to the same end at once."""
        with transaction.atomic():
            super().save(*args, **kwargs)
            Redirect.objects.filter(to=self.path).update(to=self.to)

    def clean(self) -> None:
        self.path, self.to = (_own_path(address, name) for name, address in (("path", self.path), ("to", self.to)))
        self.to = Redirect.objects.end_of(self.to)
        if self.path == self.to:
            raise ValidationError({"to": "这样会绕回原地址。"})


def _own_path(address: str, name: str) -> str:
    """Return an address of this site as it is stored: decoded, without the name of the site.

    Raises ValidationError for the field `name` if it is not one.
    """
    path = unquote(address.strip().removeprefix(settings.SITE_URL))
    if not path.startswith("/") or path.startswith("//") or "\\" in path or not path.isprintable():
        raise ValidationError({name: "请填本站的地址，以 / 开头。"})
    if name == "path" and ("?" in path or "#" in path):
        raise ValidationError({name: "原地址里不能有 ? 或 #。"})
    if name == "path" and path.startswith("/admin/"):
        raise ValidationError({name: "后台的地址不能跳转。"})
    return path

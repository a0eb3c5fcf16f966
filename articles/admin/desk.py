"""What the desks of all apps share."""

import datetime as dt
from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.widgets import AdminSplitDateTime
from django.contrib.auth.models import User
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format

EXPLAINED = 10  # rows of which a message says one by one why they stayed as they were


def logged_in(request: HttpRequest) -> User:
    """Return who is at the desk; the admin lets nobody else in."""
    return cast(User, request.user)


def short_time(moment: dt.datetime | None) -> str:
    """Return a moment as a narrow column of a list shows it: the date, and the time below."""
    return date_format(timezone.localtime(moment), "Y-m-d\nH:i") if moment else "-"


def explain(refused: list[str], unit: str) -> str:
    """Say why some of many rows stayed as they were, of the first EXPLAINED one by one."""
    more = f"；还有 {len(refused) - EXPLAINED} {unit}" if len(refused) > EXPLAINED else ""
    return f"{len(refused)} {unit}没有改动：{'；'.join(refused[:EXPLAINED])}{more}。"


class LabelledDateTime(AdminSplitDateTime):
    """A date and a time, each with a name that a screen reader can say."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        for widget, name in zip(self.widgets, ("日期", "时间"), strict=True):
            widget.attrs["aria-label"] = name


LABELLED_TIMES: Any = {models.DateTimeField: {"widget": LabelledDateTime}}


class ReadOnlyInline(admin.TabularInline[Any, Any]):
    """A record that nobody writes by hand."""

    template = "admin/includes/records.html"
    extra = 0
    can_delete = False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

"""What was done at the desk, by whom and when. Importing this module registers it."""

import json
from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from articles.admin.desk import short_time
from articles.people import name_of

# There is no end to the entries, and no index on when they were made and what they are about.
MOST_SEARCHED = 20_000  # the newest
MOST_COUNTED = 2_000  # that can be paged through; days, people and words lead further back
MOST_PEOPLE = 100
DEEDS = {ADDITION: "添加", CHANGE: "修改", DELETION: "删除"}
# As its readers call it. Migrations do not see this: they read what the class was made with.
LogEntry._meta.verbose_name = LogEntry._meta.verbose_name_plural = "操作记录"


class FirstPages(Paginator):  # type: ignore[type-arg]
    """Pages of the first entries: to count all of them would take longer than to show some."""

    @cached_property
    def count(self) -> int:
        return cast(QuerySet[LogEntry], self.object_list)[:MOST_COUNTED].count()


class PersonFilter(admin.SimpleListFilter):
    title = "操作人"
    parameter_name = "user"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        people = User.objects.filter(is_staff=True).order_by("username")[:MOST_PEOPLE]
        return [(str(each.pk), name_of(each)) for each in people]

    def queryset(self, request: HttpRequest, queryset: QuerySet[LogEntry]) -> QuerySet[LogEntry]:
        value = self.value() or ""
        return queryset.filter(user=int(value)) if value.isdecimal() else queryset


class DeedFilter(admin.SimpleListFilter):
    title = "操作"
    parameter_name = "deed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(flag), deed) for flag, deed in DEEDS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[LogEntry]) -> QuerySet[LogEntry]:
        value = self.value() or ""
        return queryset.filter(action_flag=int(value)) if value.isdecimal() and int(value) in DEEDS else queryset


@admin.register(LogEntry)
class ActivityAdmin(admin.ModelAdmin[LogEntry]):
    """A record that nobody writes by hand."""

    list_display = ("done_at", "person", "deed", "thing", "words")
    list_display_links = None
    list_filter = (PersonFilter, DeedFilter)
    list_per_page = 50
    list_select_related = ("user", "content_type")
    paginator = FirstPages
    show_full_result_count = False
    date_hierarchy = "action_time"
    search_fields = ("object_repr",)
    ordering = ("-pk",)
    fields = ("done_at", "person", "deed", "thing", "words")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        about = {"title": self.opts.verbose_name, "subtitle": f"只看最近的 {MOST_SEARCHED:,} 条"}
        return super().changelist_view(request, {**about, **(extra_context or {})})

    def get_queryset(self, request: HttpRequest) -> QuerySet[LogEntry]:
        entries = super().get_queryset(request)
        newest = LogEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        return entries.filter(pk__gt=newest - MOST_SEARCHED)

    @admin.display(description="时间")
    def done_at(self, entry: LogEntry) -> str:
        return short_time(entry.action_time)

    @admin.display(description="操作人")
    def person(self, entry: LogEntry) -> str:
        return name_of(entry.user)

    @admin.display(description="操作")
    def deed(self, entry: LogEntry) -> str:
        return DEEDS.get(entry.action_flag, "")

    @admin.display(description="对象")
    def thing(self, entry: LogEntry) -> SafeString:
        kind = entry.content_type.name if entry.content_type else "其他"
        address = None if entry.is_deletion() else entry.get_admin_url()
        if address is None:
            return format_html("{}：{}", kind, entry.object_repr)
        return format_html('{}：<a href="{}">{}</a>', kind, address, entry.object_repr)

    @admin.display(description="说明")
    def words(self, entry: LogEntry) -> str:
        return _words(entry.change_message) or "-"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _words(message: str) -> str:
    """Return what Django says of a change, in sentences as Chinese people write them."""
    try:
        parts = json.loads(message) if message.startswith("[") else None
    except json.JSONDecodeError:
        parts = None
    if parts is None:
        return message
    said = []
    for part in parts:
        for done, about in part.items():
            what = f"{gettext(about['name'])}“{about['object']}”" if "name" in about else ""
            fields = "、".join(map(gettext, about.get("fields", ())))
            match done:
                case "changed":
                    said.append(f"改了{what}{'的' if what else ''}{fields}")
                case "added" if what:
                    said.append(f"添加了{what}")
                case "deleted":
                    said.append(f"删除了{what}")
    return "；".join(said)

"""What search engines were told of, for the desk to look at. Importing this module registers it."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from articles.models import PushTask
from articles.models.push import PushTaskQuerySet


class StateFilter(admin.SimpleListFilter):
    title = "状态"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("waiting", "待推送"), ("sent", "已推送"), ("refused", "被拒绝")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[PushTask]) -> QuerySet[PushTask]:
        tasks = PushTaskQuerySet(PushTask, query=queryset.query, using=queryset.db)
        match self.value():
            case "waiting":
                return tasks.waiting()
            case "refused":
                return tasks.refused()
            case "sent":
                return tasks.sent()
        return queryset


@admin.register(PushTask)
class PushTaskAdmin(admin.ModelAdmin[PushTask]):
    """A record that nobody writes by hand."""

    list_display = ("path", "engine", "created_at", "sent_at", "next_attempt_at", "attempts", "last_error")
    list_filter = ("engine", StateFilter)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("path",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Tasks go with their guide: who may not delete them may not delete a guide that was ever sent.
        return request.user.has_perm("articles.delete_article")

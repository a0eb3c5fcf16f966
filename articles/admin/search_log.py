"""What readers search for, for the desk to look at. Importing this module registers it."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from articles import search_log
from articles.models import SearchCount

PERIODS = (7, 30, 90)  # days
MOST_SHOWN = 200


@admin.register(SearchCount)
class SearchCountAdmin(admin.ModelAdmin[SearchCount]):
    """A record that nobody writes by hand: the searches of some days, the most frequent first."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        asked = request.GET.get("days", "")
        days = int(asked) if asked in map(str, PERIODS) else PERIODS[1]
        fruitless = request.GET.get("fruitless") == "1"
        context = {
            **self.admin_site.each_context(request),
            "title": "读者搜索",
            "opts": self.opts,
            "searches": search_log.frequent(days=days, fruitless=fruitless)[:MOST_SHOWN],
            "most_shown": MOST_SHOWN,
            "days": days,
            "periods": PERIODS,
            "fruitless": fruitless,
        }
        return TemplateResponse(request, "admin/articles/searchcount/frequent.html", context)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

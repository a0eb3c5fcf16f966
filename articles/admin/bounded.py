"""Lists whose cost does not grow with their tables, for the desks of all apps."""

import datetime as dt
import math
from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR, TO_FIELD_VAR
from django.contrib.admin.views.main import ERROR_FLAG, ORDER_VAR, PAGE_VAR, ChangeList
from django.core.paginator import Page, Paginator
from django.db.models import Max, Min, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property

COUNTED = 10_000  # rows; how many there are beyond is estimated, and only filters lead there
MOST_AT_ONCE = 200  # rows that one action changes while somebody waits
NARROWS_NOTHING = {PAGE_VAR, ORDER_VAR, ERROR_FLAG, IS_POPUP_VAR, TO_FIELD_VAR}


class BoundedPaginator(Paginator[Any]):
    """Counts exactly to COUNTED, where its pages end. Of a whole table it says about how many rows there are."""

    object_list: Any
    is_whole_table = False

    @cached_property
    def counted(self) -> int:
        counted: int = self.object_list.order_by().values("pk")[: COUNTED + 1].count()
        return counted

    @cached_property
    def count(self) -> int:
        if self.counted <= COUNTED or not self.is_whole_table:
            return self.counted
        # Numbers are never given twice, so the last one is the most that there can be; it costs one look.
        last: int = self.object_list.model._base_manager.aggregate(last=Max("pk"))["last"]
        return max(self.counted, last)

    @cached_property
    def num_pages(self) -> int:
        return min(super().num_pages, math.ceil(COUNTED / self.per_page))

    def page(self, number: int | str) -> Page[Any]:
        """Return a page; of later ones only the numbers of their rows are looked for by going through those before."""
        page = super().page(number)
        if page.number > 1:
            numbers = list(page.object_list.values_list("pk", flat=True))  # type: ignore[attr-defined]
            page.object_list = self.object_list.filter(pk__in=numbers)
        return page

    @property
    def count_in_words(self) -> str:
        if self.counted <= COUNTED:
            return str(self.counted)
        if not self.is_whole_table:
            return f"超过 {COUNTED:,}"
        return f"约 {round(self.count, 2 - len(str(self.count))):,}"

    @property
    def is_cut(self) -> bool:
        return self.counted > COUNTED


class BoundedChangeList(ChangeList):
    """Leaves long fields in the database, and offers years, months and days without looking for what is in them."""

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        """Return the order that was asked for, or else that of the list, by itself: no index knows both, so that of
        very many rows which are alike in the first each would be looked at."""
        self._order = self.model_admin.get_ordering(request)
        return super().get_ordering(request, queryset.order_by())

    def _get_default_ordering(self) -> Any:
        """Return by what the heads of the columns say that the list is ordered, if nobody asked for an order."""
        return self._order or super()._get_default_ordering()  # type: ignore[misc]

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = self.result_list.defer(*self.model_admin.not_listed)  # type: ignore[attr-defined]

    @cached_property
    def periods(self) -> dict[str, Any] | None:
        """What `admin/date_hierarchy.html` shows: the periods within those that there are, and the way back."""
        name = self.date_hierarchy
        if not isinstance(name, str):
            return None
        # Asked for both at once, SQLite would go through all there are.
        rows = self.model._default_manager.order_by()
        ends = [rows.aggregate(end=end(name))["end"] for end in (Min, Max)]
        if ends[0] is None:
            return None
        first, last = map(_day, ends)
        chosen = [int(self.params[key]) for key in self._keys(name) if str(self.params.get(key, "")).isdecimal()]
        if not chosen and first.year == last.year:
            chosen = [first.year]
        parents = [{"link": self._link(name, chosen[:-1]), "title": _label(chosen[:-1])}] if chosen else []
        choices = [
            {"link": self._link(name, [*chosen, number]), "title": _label([*chosen, number])}
            for number in _within(chosen, first, last)
        ]
        choices = choices or [{"title": _label(chosen)}]
        return {"show": True, "back": parents[0] if parents else None, "choices": choices}

    def _keys(self, name: str) -> list[str]:
        return [f"{name}__{unit}" for unit in ("year", "month", "day")]

    def _link(self, name: str, chosen: list[int]) -> str:
        return self.get_query_string(dict(zip(self._keys(name), chosen, strict=False)), [f"{name}__", PAGE_VAR])


def _day(moment: dt.datetime | dt.date) -> dt.date:
    return timezone.localtime(moment).date() if isinstance(moment, dt.datetime) else moment


def _within(chosen: list[int], first: dt.date, last: dt.date) -> Iterator[int]:
    """Yield the years, the months of a year or the days of a month that lie between two days."""
    match chosen:
        case []:
            yield from range(first.year, last.year + 1)
        case [year]:
            yield from (m for m in range(1, 13) if (first.year, first.month) <= (year, m) <= (last.year, last.month))
        case [year, month] if 1 <= month <= 12 and 1 <= year < 9999:
            after = dt.date(year + month // 12, month % 12 + 1, 1)
            yield from range(1, (after - dt.timedelta(days=1)).day + 1)


def _label(chosen: list[int]) -> str:
    if not chosen:
        return "全部日期"
    return f"{chosen[-1]} {'年月日'[len(chosen) - 1]}"


class BoundedAdmin(admin.ModelAdmin[Any]):
    """A desk for a table of any size."""

    not_listed: tuple[str, ...] = ()  # fields that the list does not show and that are long
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # they count every row once for each choice of a filter
    paginator = BoundedPaginator

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return BoundedChangeList

    def get_paginator(self, request: HttpRequest, queryset: QuerySet[Any], *args: Any, **kwargs: Any) -> Any:
        paginator = super().get_paginator(request, queryset, *args, **kwargs)
        if isinstance(paginator, BoundedPaginator):
            paginator.is_whole_table = not any(
                value for name, value in request.GET.items() if name not in NARROWS_NOTHING
            )
        return paginator

    def response_action(  # type: ignore[override]  # the stubs are of another Django
        self, request: HttpRequest, queryset: QuerySet[Any]
    ) -> HttpResponse | None:
        """Run an action, unless on more rows than somebody can wait for."""
        if request.POST.get("select_across", "0") != "0" and queryset.order_by()[: MOST_AT_ONCE + 1].count() > (
            MOST_AT_ONCE
        ):
            told = f"一次最多处理 {MOST_AT_ONCE} 条，请先用筛选或搜索缩小范围，或逐页选择。什么也没有改动。"
            self.message_user(request, told, messages.WARNING)
            return None
        return super().response_action(request, queryset)

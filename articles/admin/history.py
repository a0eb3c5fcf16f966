"""The revisions of a guide: listed, compared, restored."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from articles import revisions
from articles.admin.desk import logged_in
from articles.models import Article


class HistoryMixin(admin.ModelAdmin[Article]):
    """The revisions of a guide: listed, compared, restored."""

    def save_model(self, request: HttpRequest, obj: Article, form: Any, change: bool) -> None:
        if change:
            revisions.keep_first(obj)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        revisions.record(form.instance, by=logged_in(request))

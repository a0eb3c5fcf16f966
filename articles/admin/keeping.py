"""Keeping what is typed: saved while typing, found again after a crash, never over somebody else's words."""

import datetime as dt
import json
import uuid
from typing import Any, NamedTuple

from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timesince import timesince
from django.views.decorators.http import require_http_methods

from articles import autosaves, form_values, revisions
from articles.admin.collisions import (
    BASE_DIGESTS,
    BASE_REVISION,
    CollisionMixin,
    digests_of,
    key_of,
    number,
)
from articles.admin.desk import logged_in
from articles.models import Article, Autosave

SAVED_COOKIE = "saved_form"  # tells the script which copies on this device are needed no more


class Offer(NamedTuple):
    """What was typed on another page and not saved."""

    key: str
    title: str
    at: str
    address: str
    is_outdated: bool = False  # the guide was saved since


class Page(NamedTuple):
    """What the form carries besides its fields."""

    key: str
    base_revision: str
    base_digests: str
    typed: list[str]  # the inputs that say something else than what is saved
    restored_at: str = ""
    offers: list[Offer] = []


class KeepingMixin(CollisionMixin):
    """Keeping what is typed: saved while typing, found again after a crash, never over somebody else's words."""

    def get_urls(self) -> list[URLPattern]:
        view = require_http_methods(["GET", "HEAD", "POST"])(self.autosave_view)
        return [
            path("autosave/", self.admin_site.admin_view(view), name="articles_article_autosave"),
            *super().get_urls(),
        ]

    # --- the form

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        article = kwargs.get("obj")
        if self.has_change_permission(request, article) if article else self.has_add_permission(request):
            context["keeping"] = self._page(request, context["adminform"].form, article)
        return super().render_change_form(request, context, *args, **kwargs)

    def _page(self, request: HttpRequest, form: forms.BaseForm, article: Article | None) -> Page:
        newest = revisions.newest_id(article) if article else None
        page = Page(str(uuid.uuid4()), str(newest or ""), digests_of(form_values.before(form)), [])
        if form.is_bound:
            return Page(
                key=key_of(request.POST) or page.key,
                base_revision=request.POST.get(BASE_REVISION, page.base_revision),
                base_digests=request.POST.get(BASE_DIGESTS, page.base_digests),
                typed=form_values.differing(form, request.POST),
            )
        user, wanted = logged_in(request), request.GET.get("restore")
        if article:
            row = autosaves.unsaved(user, article)
            rows = [row] if row and form_values.differing(form, form_values.kept(row.data)) else []
        else:
            rows = list(autosaves.unsaved_new(user)[: autosaves.SHOWN])
        for row in rows:
            if row.key == wanted:
                return _restored(form, row, page)
        return page._replace(offers=[_offer(request, row, newest) for row in rows])

    # --- saving it

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if key := key_of(request.POST):
            autosaves.forget(logged_in(request), key)

    def response_add(self, request: HttpRequest, obj: Article, post_url_continue: str | None = None) -> HttpResponse:
        return _say_saved(request, super().response_add(request, obj, post_url_continue))

    def response_change(self, request: HttpRequest, obj: Article) -> HttpResponse:
        return _say_saved(request, super().response_change(request, obj))

    # --- while it is open

    def autosave_view(self, request: HttpRequest) -> HttpResponse:
        """Keep what is typed, and tell who else has the guide open. GET tells who is logged in, with a fresh token."""
        if not self.has_change_permission(request) and not self.has_add_permission(request):
            raise PermissionDenied
        user = logged_in(request)
        if request.method != "POST":
            return JsonResponse({"user": user.pk, "token": get_token(request)})
        key, pk = key_of(request.POST), number(request.POST.get("article"))
        if not key:
            return _refusal("这个窗口太旧了，请重新打开。", 400)
        if "discard" in request.POST:
            autosaves.forget(user, key)
            return JsonResponse({})
        rows = autosaves.opened(pk, user) if pk else []
        article: Any = rows[0] if rows else None
        if pk and not article:
            return _refusal("这篇指南已经不在了。", 404)
        if not (self.has_change_permission(request, article) if article else self.has_add_permission(request)):
            raise PermissionDenied
        answer = _told(user, rows, number(request.POST.get(BASE_REVISION)))
        if "data" in request.POST:
            return self._keep(request, article, key, answer)
        if article:
            autosaves.see(user, article, first=not article.is_known)
        return JsonResponse(answer)

    def _keep(self, request: HttpRequest, article: Article | None, key: str, answer: dict[str, Any]) -> HttpResponse:
        digests = request.POST.get(BASE_DIGESTS, "")
        if len(request.POST["data"]) + len(digests) > autosaves.MOST:
            return _refusal("内容太长，没有自动保存，请尽快点“保存”。", 413)
        fields = self.get_form(request, article, change=bool(article)).base_fields
        data = _data_in(request.POST["data"], form_values.all_names(fields))
        if data is None:
            return _refusal("没有看懂要保存什么。", 400)
        typed = autosaves.Typed(key, data and data | {BASE_DIGESTS: digests}, number(request.POST.get(BASE_REVISION)))
        if not autosaves.keep(logged_in(request), article, typed, over="over" in request.POST):
            return JsonResponse(answer | {"elsewhere": True})
        return JsonResponse(answer | {"at": date_format(timezone.localtime(), "H:i")})


def _restored(form: forms.BaseForm, row: Autosave, page: Page) -> Page:
    """Go on with the page on which it was typed, as that was based on."""
    typed = form_values.take_over(form, row.data)
    return page._replace(
        key=row.key,
        base_revision=str(row.base or ""),
        base_digests=row.data.get(BASE_DIGESTS) or page.base_digests,
        typed=typed,
        restored_at=_at(row),
    )


def _offer(request: HttpRequest, row: Autosave, newest: int | None) -> Offer:
    query = request.GET.copy()
    query["restore"] = row.key
    is_outdated = row.article_id is not None and row.base != newest
    return Offer(row.key, str(row), _at(row), f"?{query.urlencode()}", is_outdated)


def _at(row: Autosave) -> str:
    return date_format(timezone.localtime(row.saved_at), "n月j日 H:i")


def _data_in(text: str, names: set[str]) -> dict[str, Any] | None:
    """Return what was typed, of the inputs that the form has; nothing if that is not what a form sends."""
    try:
        data = json.loads(text)
    except ValueError:
        return None
    if not isinstance(data, dict):
        return None
    return {name: value for name, value in data.items() if name in names and _is_value(value)}


def _is_value(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(each, str) for each in value))


def _told(user: User, rows: list[Any], base: int | None) -> dict[str, Any]:
    """Return who else has the guide open, and who has saved it since our form was opened."""
    others = [_other(row) for row in rows if row.form_user not in {None, user.pk}]
    return {"others": others, "since": _since(user, rows[0]) if rows and rows[0].newest != base else ""}


def _other(row: Any) -> str:
    name = _name(row.form_first, row.form_last, row.form_name)
    if not row.form_saved_at:
        return f"{name} 也打开了这篇"
    is_now = timezone.now() - row.form_saved_at < dt.timedelta(minutes=1)
    written = "正在写" if is_now else f"{timesince(row.form_saved_at, depth=1)}前写过"
    return f"{name} 也打开了这篇（{written}）"


def _since(user: User, row: Any) -> str:
    name = _name(row.newest_first, row.newest_last, row.newest_name)
    who = "你在另一个窗口" if row.newest_name == user.username else f"{name} "
    at = date_format(timezone.localtime(row.newest_at), "H:i")
    return f"{who}{at} 保存过这篇。你照常写：保存时，改在不同地方的会合在一起，改到同一处的由你来选。"


def _name(first: str | None, last: str | None, username: str | None) -> str:
    return f"{first or ''} {last or ''}".strip() or username or "有人"


def _say_saved(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if key := key_of(request.POST):
        response.set_cookie(
            *(SAVED_COOKIE, key),
            max_age=300,
            path=reverse("admin:index"),
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )
    return response


def _refusal(why: str, status: int) -> JsonResponse:
    return JsonResponse({"error": why}, status=status)

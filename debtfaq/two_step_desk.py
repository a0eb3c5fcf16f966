"""The page of the desk where everybody turns logging in in two steps on or off for their own account."""

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from articles.admin.desk import logged_in
from debtfaq import two_step


def urls() -> list[URLPattern]:
    guarded = admin.site.admin_view
    return [
        path("two_step/", guarded(show), name="two_step"),
        path("two_step/code.svg", guarded(picture), name="two_step_picture"),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def show(request: HttpRequest) -> HttpResponse:
    user, codes = logged_in(request), list[str]()
    if request.method == "POST":
        codes = _carry_out(request, user)
        if not codes:
            return HttpResponseRedirect(reverse("admin:two_step"))
    device = two_step.waiting(user)
    context = {
        **admin.site.each_context(request),
        "title": "两步验证",
        "is_on": two_step.is_on(user),
        "secret": device and two_step.secret(device),
        "codes": codes,
        "codes_left": two_step.spare_codes_left(user),
    }
    return TemplateResponse(request, "admin/two_step.html", context)


def _carry_out(request: HttpRequest, user: User) -> list[str]:
    """Do what a button asks for. Return spare codes to show, if it gave any."""
    wish, token, is_on = request.POST.get("do"), request.POST.get("token", ""), two_step.is_on(user)
    if wish == "begin" and not is_on:
        two_step.begin(user)
        return []
    if wish == "confirm" and (codes := two_step.confirm(user, token)):
        return codes
    if wish in {"renew", "off"} and is_on and two_step.is_right(user, token):
        if wish == "renew":
            return two_step.renew_spare_codes(user)
        two_step.turn_off(user)
        messages.success(request, "两步验证已经关闭。")
        return []
    messages.error(request, two_step.WRONG_CODE)
    return []


@require_safe
def picture(request: HttpRequest) -> HttpResponse:
    """Show the secret to a phone's camera, until it is confirmed."""
    device = two_step.waiting(logged_in(request))
    if device is None:
        raise Http404("没有等待确认的密钥")
    response = HttpResponse(two_step.picture(device), content_type="image/svg+xml")
    response["Cache-Control"] = "no-store"
    return response

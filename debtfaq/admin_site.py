from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

if TYPE_CHECKING:
    from django.contrib.auth.models import User

RENEWED_SECONDS = 10 * 60  # a session is not written more often than this


def _now() -> int:
    return int(timezone.now().timestamp())


@receiver(user_logged_in)
def note_presence(request: HttpRequest, **kwargs: Any) -> None:
    """Begin the time that a session lasts anew."""
    request.session["seen_at"] = _now()


class DebtfaqAdminSite(AdminSite):
    """The desk of editors, moderators and experts."""

    site_title = f"{settings.SITE_NAME}编辑部"
    site_header = f"{settings.SITE_NAME}编辑部"
    index_title = "工作台"

    # What is imported within: models are not there yet when the site is made.

    def get_urls(self) -> list[URLResolver | URLPattern]:
        return [
            path("two_step/", self.admin_view(self.two_step), name="two_step"),
            path("two_step/code.svg", self.admin_view(require_safe(self.two_step_picture)), name="two_step_picture"),
            *super().get_urls(),
        ]

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        from debtfaq.two_step import LogInForm  # noqa: PLC0415

        self.login_form = LogInForm
        return super().login(request, extra_context)

    def has_permission(self, request: HttpRequest) -> bool:
        """Let the staff in, and their sessions last while they are here."""
        if not super().has_permission(request):
            return False
        if _now() - request.session.get("seen_at", 0) > RENEWED_SECONDS:
            note_presence(request)
        return True

    def index(  # type: ignore[override]  # a redirect is an answer too
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show what there is to do; an expert has questions to answer and nothing else."""
        from debtfaq import dashboard  # noqa: PLC0415

        if request.user.has_perm("comments.answer_question") and not self.get_app_list(request):
            return HttpResponseRedirect(reverse("admin:comments_comment_questions"))
        return super().index(request, {**dashboard.context(cast("User", request.user)), **(extra_context or {})})

    def two_step(self, request: HttpRequest) -> HttpResponse:
        """Let somebody turn logging in in two steps on or off for their own account."""
        return require_http_methods(["GET", "HEAD", "POST"])(never_cache(self._two_step))(request)

    def _two_step(self, request: HttpRequest) -> HttpResponse:
        from debtfaq import two_step  # noqa: PLC0415

        user, codes = cast("User", request.user), []
        if request.method == "POST":
            token = request.POST.get("token", "")
            match request.POST.get("do"):
                case "begin" if not two_step.is_on(user):
                    two_step.begin(user)
                case "confirm":
                    codes = two_step.confirm(user, token)
                case "renew" if two_step.is_on(user) and two_step.is_right(user, token):
                    codes = two_step.renew_spare_codes(user)
                case "off" if two_step.is_on(user) and two_step.is_right(user, token):
                    two_step.turn_off(user)
                    messages.success(request, "两步验证已经关闭。")
                case _:
                    messages.error(request, two_step.WRONG_CODE)
            if request.POST.get("do") == "confirm" and not codes:
                messages.error(request, two_step.WRONG_CODE)
            if not codes:
                return HttpResponseRedirect(reverse("admin:two_step"))
        context = {
            **self.each_context(request),
            "title": "两步验证",
            "is_on": two_step.is_on(user),
            "secret": (device := two_step.waiting(user)) and two_step.secret(device),
            "codes": codes,
            "codes_left": two_step.spare_codes_left(user),
        }
        return TemplateResponse(request, "admin/two_step.html", context)

    def two_step_picture(self, request: HttpRequest) -> HttpResponse:
        from debtfaq import two_step  # noqa: PLC0415

        device = two_step.waiting(cast("User", request.user))
        if device is None:
            raise Http404("没有等待确认的密钥")
        response = HttpResponse(two_step.picture(device), content_type="image/svg+xml")
        response["Cache-Control"] = "no-store"
        return response

from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, URLResolver, reverse
from django.utils import timezone

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# What the desk is for comes first: apps in this order, these models before the others of their app.
APPS = ("articles", "comments", "auth", "admin")
MODELS = ("Article", "Comment", "User")

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

    # What is imported within needs the models, which are not loaded yet when the site is made.

    def get_urls(self) -> list[URLPattern | URLResolver]:
        from debtfaq import transfer_desk, two_step_desk  # noqa: PLC0415

        return [*transfer_desk.urls(), *two_step_desk.urls(), *super().get_urls()]

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

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        apps = super().get_app_list(request, app_label)
        for app in apps:
            app["models"].sort(key=lambda model: model["object_name"] not in MODELS)
        return sorted(apps, key=lambda app: APPS.index(app["app_label"]) if app["app_label"] in APPS else len(APPS))

    def index(  # type: ignore[override]  # a redirect is an answer too
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show what there is to do; an expert has questions to answer and nothing else."""
        from debtfaq import dashboard  # noqa: PLC0415

        if request.user.has_perm("comments.answer_question") and not self.get_app_list(request):
            return HttpResponseRedirect(reverse("admin:comments_comment_questions"))
        return super().index(request, {**dashboard.context(cast("User", request.user)), **(extra_context or {})})

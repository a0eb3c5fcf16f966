from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, URLResolver, reverse


class DebtfaqAdminSite(AdminSite):
    """The desk of editors, moderators and experts."""

    site_title = f"{settings.SITE_NAME}编辑部"
    site_header = f"{settings.SITE_NAME}编辑部"
    index_title = "工作台"

    def get_urls(self) -> list[URLPattern | URLResolver]:
        from debtfaq import transfer_desk  # noqa: PLC0415  (it needs the models, which are not loaded yet above)

        return [*transfer_desk.urls(), *super().get_urls()]

    def index(  # type: ignore[override]  # a redirect is an answer too
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show what there is to do; an expert has questions to answer and nothing else."""
        if request.user.has_perm("comments.answer_question") and not self.get_app_list(request):
            return HttpResponseRedirect(reverse("admin:comments_comment_questions"))
        return super().index(request, extra_context)

from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse


class DebtfaqAdminSite(AdminSite):
    """The desk of editors, moderators and experts."""

    site_title = f"{settings.SITE_NAME}编辑部"
    site_header = f"{settings.SITE_NAME}编辑部"
    index_title = "工作台"

    def index(  # type: ignore[override]  # a redirect is an answer too
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show what there is to do; an expert has questions to answer and nothing else."""
        if request.user.has_perm("comments.answer_question") and not self.get_app_list(request):
            return HttpResponseRedirect(reverse("admin:comments_comment_questions"))
        return super().index(request, extra_context)

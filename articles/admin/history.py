"""The revisions of a guide: listed, compared, restored."""

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_safe

from articles import revisions
from articles.admin.desk import logged_in
from articles.admin.timeline import timeline
from articles.corrections import save_with_note
from articles.models import Article

NOTE = Article._meta.get_field("correction_note")


class HistoryMixin(admin.ModelAdmin[Article]):
    """The revisions of a guide: listed, compared, restored."""

    def get_urls(self) -> list[URLPattern]:
        compare, show = require_safe(self.difference_view), require_safe(self.revision_view)
        restore = require_http_methods(["GET", "HEAD", "POST"])(self.restore_view)
        inside = self.admin_site.admin_view
        return [
            path("<int:pk>/history/compare/", inside(compare), name="articles_article_difference"),
            path("<int:pk>/history/<int:revision>/", inside(show), name="articles_article_revision"),
            path("<int:pk>/history/<int:revision>/restore/", inside(restore), name="articles_article_restore"),
            *super().get_urls(),
        ]

    # Saving

    def save_model(self, request: HttpRequest, obj: Article, form: Any, change: bool) -> None:
        if not change:
            super().save_model(request, obj, form, change)
            return
        if not _is_changed(request, form):
            obj.correction_note = form.shown_note  # the form leaves it out
            return
        revisions.keep_first(obj)
        save = partial(super().save_model, request, obj, form, change)
        if save_with_note(obj, save, note=obj.correction_note, shown=form.shown_note) and not obj.correction_note:
            told = "读者看到的内容变了，但没有写更正说明。请在“更正说明”里补一句：改了什么、为什么改。"
            self.message_user(request, told, messages.WARNING)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if change and not _is_changed(request, form):
            return
        note = form.cleaned_data.get("revision_note", "")
        revisions.record(form.instance, by=logged_in(request), note=note)

    # Looking back

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show what happened to a guide: its revisions, any two of which can be compared, and its moves."""
        article = self._article(request, unquote(object_id))
        events, page = timeline(article, request.GET.get("p"))
        shown = [event.revision for event in events if event.revision]
        context = {
            "title": f"修订记录：{article.title}",
            "events": events,
            "page": page,
            "page_range": page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1),
            "chosen_after": shown[0].pk if shown else None,
            "chosen_before": shown[1].pk if len(shown) > 1 else None,
            **(extra_context or {}),
        }
        return self._answer(request, "revisions", article, context)

    def difference_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what changed between two revisions: those asked for, else the newest and the one before."""
        article = self._article(request, pk)
        if not article.history.exists():
            return HttpResponseRedirect(reverse("admin:articles_article_history", args=[pk]))
        after = self._revision(article, request.GET.get("after") or revisions.newest_id(article))
        before = request.GET.get("before") or self._beside(article, after, older=True)
        before = self._revision(article, before) if before else after
        before, after = sorted((before, after), key=lambda revision: revision.pk)
        context = {
            "title": f"比较：{article.title}",
            "before": before,
            "after": after,
            "before_title": f"旧：{revisions.moment(before.history_date)} 的版本",
            "after_title": f"新：{revisions.moment(after.history_date)} 的版本",
            "differences": revisions.differences(before, after),
            "older": self._beside(article, before, older=True) and before.pk,
            "newer": self._beside(article, after, older=False),
            "is_newest": after.pk == revisions.newest_id(article),
        }
        return self._answer(request, "compare", article, context)

    def revision_view(self, request: HttpRequest, pk: int, revision: int) -> HttpResponse:
        """Show what a guide said in one revision."""
        article = self._article(request, pk)
        found = self._revision(article, revision)
        context = {
            "title": f"{revisions.moment(found.history_date)} 的版本：{found.title}",
            "revision": found,
            "contents": revisions.contents(found),
            "has_older": self._beside(article, found, older=True) is not None,
            "newest": revisions.newest_id(article),
        }
        return self._answer(request, "revision", article, context)

    # Restoring

    def restore_view(self, request: HttpRequest, pk: int, revision: int) -> HttpResponse:
        """Show what would change if a revision were restored; when that is confirmed, restore it."""
        article = self._article(request, pk)
        if not self.has_change_permission(request, article):
            raise PermissionDenied
        found, newest = self._revision(article, revision), str(revisions.newest_id(article) or "")
        if request.method == "POST":
            if request.POST.get("newest", newest) != newest:
                told = "在您查看的时候，这篇指南又有了新的改动。请再看一遍下面的比较，然后恢复。"
                self.message_user(request, told, messages.WARNING)
            elif self._restored(request, article, found):
                return HttpResponseRedirect(reverse("admin:articles_article_change", args=[pk]))
        before = revisions.present(article)
        context = {
            "title": f"恢复到 {revisions.moment(found.history_date)} 的版本：{article.title}",
            "revision": found,
            "newest": newest,
            "note": request.POST.get("correction_note", ""),
            "longest_note": NOTE.max_length,
            "before_title": "现在的内容",
            "after_title": "恢复以后",
            "differences": revisions.differences(before, revisions.restored(article, found)),
        }
        return self._answer(request, "restore", article, context)

    def _restored(self, request: HttpRequest, article: Article, revision: Any) -> bool:
        """Restore a revision, and tell what came of it; return whether there is nothing more to do."""
        note = request.POST.get("correction_note", "").strip()
        try:
            NOTE.clean(note, article)
            made = revisions.restore(article, revision, by=logged_in(request), note=note)
        except ValidationError as problem:
            self.message_user(request, problem.messages[0], messages.ERROR)
            return False
        if made is None:
            self.message_user(request, "这一版和现在的内容相同，不用恢复。", messages.INFO)
            return True
        self.log_change(request, article, made.history_change_reason)
        told = f"《{made.title}》已恢复到 {revisions.moment(revision.history_date)} 的版本。原来的内容也在修订记录里。"
        self.message_user(request, told, messages.SUCCESS)
        return True

    # What they need

    def _article(self, request: HttpRequest, pk: object) -> Article:
        article = self.get_object(request, str(pk))
        if not self.has_view_or_change_permission(request, article):
            raise PermissionDenied
        if article is None:
            raise Http404("没有这篇指南")
        return article

    def _revision(self, article: Article, pk: object) -> Any:
        found = article.history.filter(pk=pk).select_related("history_user").first() if str(pk).isdecimal() else None
        if found is None:
            raise Http404("没有这个修订")
        return found

    def _beside(self, article: Article, revision: Any, *, older: bool) -> int | None:
        """Return the number of the revision before or after one."""
        ids = article.history.values_list("pk", flat=True)
        found: int | None
        if older:
            found = ids.filter(pk__lt=revision.pk).order_by("-pk").first()
        else:
            found = ids.filter(pk__gt=revision.pk).order_by("pk").first()
        return found

    def _answer(self, request: HttpRequest, name: str, article: Article, context: dict[str, Any]) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "article": article,
            "may_restore": self.has_change_permission(request, article),
            **context,
        }
        return TemplateResponse(request, f"admin/articles/article/{name}.html", context)


def _is_changed(request: HttpRequest, form: Any) -> bool:
    """Whether there is anything to save; a button, such as that for publishing, saves what it changes by itself."""
    return form.has_changed() or "_reviewed" in request.POST  # which sets a date that the form had not

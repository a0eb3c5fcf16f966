"""The moderators' queue: one page of the desk, with keys of its own, that works without script too."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import Truncator
from django.views.decorators.http import require_POST, require_safe

from articles.admin.desk import logged_in
from comments import moderation
from comments.models import Comment, ModerationEvent
from comments.moderation import Decision

APPROVE = "approve"
MARKS = (ModerationEvent.Mark.FEATURED, ModerationEvent.Mark.CLOSED)
EXPLAINED = 5  # refused decisions of which a message speaks one by one


class DecisionForm(forms.Form):
    """What a button sends besides the comments: to approve them, to approve them with a mark, or why to reject them."""

    decision = forms.ChoiceField(
        choices=[
            (APPROVE, "通过"),
            *((mark.value, f"通过，{mark.label}") for mark in MARKS),
            *ModerationEvent.Reason.choices,
        ]
    )
    note = forms.CharField(required=False, max_length=200)

    @property
    def decided(self) -> dict[str, str]:
        """What `moderation.decide` has to be told."""
        decision = self.cleaned_data["decision"]
        if decision == APPROVE:
            return {}
        if decision in {mark.value for mark in MARKS}:
            return {"mark": decision}
        return {"reason": decision, "note": " ".join(self.cleaned_data["note"].split())}

    @property
    def in_words(self) -> str:
        label = dict(self.fields["decision"].choices)[self.cleaned_data["decision"]]  # type: ignore[attr-defined]
        return f"按“{label}”拒绝" if "reason" in self.decided else str(label)


class QueueMixin(admin.ModelAdmin[Comment]):
    """Gives the desk of comments its queue, for those who may moderate."""

    def get_urls(self) -> list[URLPattern]:
        views = {
            "queue": require_safe(self.queue_view),
            "queue/decide": require_POST(self.decide_view),
            "queue/undo": require_POST(self.undo_view),
        }
        return [
            *(
                path(
                    f"{address}/",
                    self.admin_site.admin_view(view),
                    name=f"comments_comment_{address.replace('/', '_')}",
                )
                for address, view in views.items()
            ),
            *super().get_urls(),
        ]

    def queue_view(self, request: HttpRequest) -> HttpResponse:
        """Show what waits, what cannot wait first."""
        _check(request)
        figures = moderation.figures(logged_in(request))
        context = {
            **self.admin_site.each_context(request),
            "title": "审核队列",
            "opts": self.opts,
            "cards": moderation.queue(),
            "figures": figures.in_words(),
            "undoable": figures.undoable,
            "moderators": moderation.by_moderator(),
            "reasons": ModerationEvent.Reason.choices,
        }
        return TemplateResponse(request, "admin/comments/comment/queue.html", context)

    def decide_view(self, request: HttpRequest) -> HttpResponse:
        """Decide on one comment or on several, each only if it still waits."""
        _check(request)
        form = DecisionForm(request.POST)
        chosen = [int(pk) for pk in request.POST.getlist("comment") if pk.isdecimal()][: moderation.SHOWN]
        if not chosen or not form.is_valid():
            return _answer(request, "请先勾选评论。" if not chosen else _problem(form), {}, status=400)
        by = logged_in(request)
        made = {pk: moderation.decide(pk, by, **form.decided) for pk in chosen}
        done = sum(decision.was_made for decision in made.values())
        return _answer(request, f"{done} 条已{form.in_words}。", made)

    def undo_view(self, request: HttpRequest) -> HttpResponse:
        """Put the comment of a moderator's decision back into the queue."""
        _check(request)
        event = request.POST.get("event", "")
        if not event.isdecimal():
            return _answer(request, "没有可以撤销的决定。", {}, status=400)
        decision = moderation.undo(int(event), logged_in(request))
        pk = decision.event.comment_id if decision.event else 0
        return _answer(request, "已撤销，评论回到了队列里。" if decision.was_made else "没有撤销。", {pk: decision})


def _check(request: HttpRequest) -> None:
    if not request.user.has_perm("comments.moderate_comment"):
        raise PermissionDenied


def _problem(form: forms.Form) -> str:
    return next(str(error) for errors in form.errors.values() for error in errors)


def _answer(request: HttpRequest, message: str, made: dict[int, Decision], status: int = 200) -> HttpResponse:
    """Tell the script what came of it; without script, tell it on the queue's page."""
    refused = {pk: decision.explanation for pk, decision in made.items() if not decision.was_made}
    if request.accepts("text/html"):
        if made and len(refused) == len(made):
            message = ""
        _tell(request, message, list(refused.values()), is_problem=status != 200)
        return HttpResponseRedirect(reverse("admin:comments_comment_queue"))
    figures = moderation.figures(logged_in(request))
    answer: dict[str, Any] = {
        "message": message,
        "done": [pk for pk in made if pk not in refused],
        "refused": refused,
        "figures": figures.in_words(),
        "undoable": figures.undoable,
    }
    return JsonResponse(answer, status=status)


def _tell(request: HttpRequest, message: str, refused: list[str], *, is_problem: bool) -> None:
    if message:
        messages.add_message(request, messages.ERROR if is_problem else messages.SUCCESS, message)
    if refused:
        more = f"；还有 {len(refused) - EXPLAINED} 条" if len(refused) > EXPLAINED else ""
        explained = Truncator("；".join(refused[:EXPLAINED])).chars(500)
        messages.warning(request, f"{len(refused)} 条没有改动：{explained}{more}。")

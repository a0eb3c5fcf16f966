"""The experts' desk: questions to answer, their own replies, their own biography, and nothing else."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_safe

from articles.admin.desk import logged_in
from articles.models import Category
from comments.answering import answer, edit, has_contact
from comments.models import Comment, Expert
from comments.posting import judge

SHOWN = 30  # questions, or replies, on a page
SHORTEST, LONGEST = 5, 2000  # characters
TITLES = {
    "questions": "待回答的问题",
    "answer": "回答问题",
    "replies": "我的回复",
    "reply": "修改回复",
    "biography": "我的简介",
}
HELD = "里面像是有联系方式，要等审核员看过才会公开。"

ExpertView = Callable[..., HttpResponse]


class ReplyForm(forms.Form):
    body = forms.CharField(
        label="回复",
        min_length=SHORTEST,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": "请写下回复。",
            "min_length": f"太短了，至少写 {SHORTEST} 个字。",
            "max_length": f"太长了，请控制在 {LONGEST} 个字以内。",
        },
    )

    def clean_body(self) -> str:
        return "\n".join(line.strip() for line in str(self.cleaned_data["body"]).splitlines()).strip()


class BiographyForm(forms.ModelForm[Expert]):
    class Meta:
        model = Expert
        fields = ("biography",)

    def clean_biography(self) -> str:
        biography = str(self.cleaned_data["biography"])
        if has_contact(judge(biography)):
            raise ValidationError("简介里不要放联系方式。")
        return biography


class ExpertDeskMixin(admin.ModelAdmin[Comment]):
    """Gives the desk of comments the pages of experts, for those who have an account as one."""

    def get_urls(self) -> list[URLPattern]:
        pages: dict[str, tuple[str, ExpertView]] = {
            "questions": ("questions/", require_safe(self.questions_view)),
            "answer": ("questions/<int:pk>/", require_http_methods(["GET", "HEAD", "POST"])(self.answer_view)),
            "replies": ("replies/", require_safe(self.replies_view)),
            "reply": ("replies/<int:pk>/", require_http_methods(["GET", "HEAD", "POST"])(self.reply_view)),
            "biography": ("biography/", require_http_methods(["GET", "HEAD", "POST"])(self.biography_view)),
        }
        return [
            *(
                path(address, self.admin_site.admin_view(view), name=f"comments_comment_{name}")
                for name, (address, view) in pages.items()
            ),
            *super().get_urls(),
        ]

    def questions_view(self, request: HttpRequest) -> HttpResponse:
        """Show readers' questions that no expert has answered, those that wait longest first."""
        expert = _expert(request)
        questions = Comment.objects.unanswered().with_guides().select_related("article__category")
        chosen = request.GET.get("category", "")
        if chosen.isdecimal():
            questions = questions.filter(article__category=int(chosen))
        context = {
            "questions": questions[:SHOWN],
            "categories": Category.objects.in_order(),
            "chosen": chosen,
            "own": set(expert.categories.values_list("pk", flat=True)),
            "form": ReplyForm(),
        }
        return self._show(request, expert, "questions", context)

    def answer_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take in an answer; a question by itself is shown where that did not work."""
        expert = _expert(request)
        question = get_object_or_404(Comment.objects.visible().filter(parent=None, expert=None), pk=pk)
        form = ReplyForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                reply = answer(question, expert, form.cleaned_data["body"], by=logged_in(request))
            except ValidationError as problem:
                form.add_error(None, problem)
            else:
                _tell(request, reply, "回答已经公开")
                return HttpResponseRedirect(reverse("admin:comments_comment_questions"))
        context = {"question": question, "form": form, "replies": question.replies.visible().in_order()}
        return self._show(request, expert, "answer", context)

    def replies_view(self, request: HttpRequest) -> HttpResponse:
        """Show the expert's own replies, the newest first."""
        expert = _expert(request)
        replies = expert.comments.with_guides().order_by("-posted_at", "-pk")
        return self._show(request, expert, "replies", {"replies": replies[:SHOWN]})

    def reply_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let an expert change a reply of their own, and show what it said before."""
        expert = _expert(request)
        reply = get_object_or_404(expert.comments.can_be_edited().select_related("article", "parent"), pk=pk)
        form = ReplyForm(request.POST or None, initial={"body": reply.body})
        if request.method == "POST" and form.is_valid():
            if edit(reply, form.cleaned_data["body"], by=logged_in(request)):
                _tell(request, reply, "修改已经保存")
            return HttpResponseRedirect(reverse("admin:comments_comment_reply", args=[pk]))
        context = {"reply": reply, "form": form, "earlier": reply.earlier_wordings.all()}
        return self._show(request, expert, "reply", context)

    def biography_view(self, request: HttpRequest) -> HttpResponse:
        """Let an expert change the own biography; everything else about them editors have checked."""
        expert = _expert(request)
        form = BiographyForm(request.POST or None, instance=expert)
        if request.method == "POST" and form.is_valid():
            form.save()
            messages.success(request, "简介已经保存。")
            return HttpResponseRedirect(reverse("admin:comments_comment_biography"))
        context = {"form": form}
        return self._show(request, expert, "biography", context)

    def _show(self, request: HttpRequest, expert: Expert, name: str, context: dict[str, Any]) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "title": TITLES[name], "expert": expert, "here": name}
        status = 422 if "form" in context and context["form"].errors else 200
        template = f"admin/comments/expert_desk/{name}.html"
        return TemplateResponse(request, template, {**shared, **context}, status=status)


def _expert(request: HttpRequest) -> Expert:
    """Return the expert who is logged in. Raises PermissionDenied for everybody else, superusers included."""
    expert = Expert.objects.filter(user=logged_in(request)).first()
    if expert is None or not request.user.has_perm("comments.answer_question"):
        raise PermissionDenied("这里只给专家用，你的账号没有对应的专家资料。")
    return expert


def _tell(request: HttpRequest, reply: Comment, done: str) -> None:
    if reply.status == Comment.Status.PENDING:
        messages.warning(request, HELD)
    else:
        messages.success(request, f"{done}。")

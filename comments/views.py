"""What readers ask for of experts and comments."""

from django.conf import settings
from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from articles.models import Article
from articles.prepared import NOW, Given, Prepared
from articles.querysets import is_public
from articles.visitors import DAY_SECONDS, is_first_time
from comments.bursts import is_burst
from comments.forms import CommentForm
from comments.models import Comment, Expert, ModerationEvent, Review
from comments.models.openness import is_open
from comments.posting import Draft, keep
from comments.writers import address_hash, is_flooding, is_reporting_too_much, is_voting_too_much

NEWEST = 30
_replies = Prepared(
    Comment.objects.visible(NOW)
    .filter(expert=Given("expert"))
    .select_related("article")
    .only("posted_at", "body", "article__title", "article__slug")
    .order_by("-posted_at", "-pk")[:NEWEST],
    plans_differ=True,
)
_reviews = Prepared(
    Review.objects.filter(is_public("article__", NOW), expert=Given("expert"))
    .select_related("article")
    .only("article__title", "article__slug")
    .newest_first()[:NEWEST],
    plans_differ=True,
)
COOKIE, COOKIE_SECONDS, COOKIE_CODES = "my-comments", 90 * 24 * 60 * 60, 30


@require_safe
def expert(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who an expert is, what is known of that, and what they said and reviewed last."""
    expert = get_object_or_404(Expert, pk=pk)
    context = {"expert": expert, "replies": _replies(expert=pk), "reviews": _reviews(expert=pk)}
    return render(request, "comments/expert.html", context)


@csrf_exempt  # readers have no session; a forged request could only write what waits for a moderator anyway
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form under a guide with what this reader has sent there, and take in what is written."""
    article = get_object_or_404(Article.objects.published(), pk=pk)
    if not is_open(article):
        is_asking_in_vain = request.method == "POST" or "fragment" in request.GET
        return render(request, "comments/closed.html", {"article": article}, status=403 if is_asking_in_vain else 200)
    form = CommentForm(request.POST or None, article=article, initial={"parent": request.GET.get("parent")})
    status = 200
    if request.method == "POST" and form.is_valid():
        problem = _too_much(request, form)
        if not problem:
            return _send(request, form)
        form.add_error(None, problem)
        status = 429
    context = {
        "article": article,
        "form": form,
        "mine": Comment.objects.sent_with(_my_codes(request)).filter(article=article),
        "was_sent": "sent" in request.GET,
    }
    template = "comments/form.html" if "fragment" in request.GET else "comments/write.html"
    return render(request, template, context, status=status)


def _too_much(request: HttpRequest, form: CommentForm) -> str:
    """Count what is about to be sent, and say why it is too much; empty where it is not."""
    if is_flooding(request, form.article.pk):
        return "这里发得有点多了，请过十分钟再点“发送”。已经写的都还在。"
    if is_burst(form.cleaned_data["body"]):
        return "差不多的话刚才已经发过很多次了。请用自己的话写，或者过十分钟再点“发送”。已经写的都还在。"
    return ""


def _send(request: HttpRequest, form: CommentForm) -> HttpResponse:
    url = reverse("comments:write", args=[form.article.pk])
    if form.is_by_program or form.verdict is None:
        return HttpResponseRedirect(f"{url}?sent")
    data = form.cleaned_data
    draft = Draft(form.article, data["parent"], data["nickname"], data["body"], address_hash(request))
    comment = keep(draft, form.verdict)
    response = HttpResponseRedirect(f"{url}?sent#mine")
    codes = [*_my_codes(request), comment.code or ""][-COOKIE_CODES:]
    response.set_signed_cookie(
        COOKIE,
        ".".join(dict.fromkeys(codes)),
        salt=COOKIE,
        max_age=COOKIE_SECONDS,
        path=reverse("comments:write_root"),
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return response


@csrf_exempt  # the code is the permission
@never_cache
@require_POST
def withdraw(request: HttpRequest) -> HttpResponse:
    """Take back the comment whose code is given: only its writer knows it."""
    comment = get_object_or_404(Comment.objects.exclude(code=None), code=request.POST.get("code", ""))
    comment.withdraw()
    return HttpResponseRedirect(reverse("comments:write", args=[comment.article_id]))


@csrf_exempt  # no cookie is involved, so there is no session that a forged request could ride on
@never_cache
@require_POST
def useful(request: HttpRequest, pk: int) -> HttpResponse:
    """Count that a comment helped, once for a visitor and day, then lead back to it; the script stays on the page."""
    comment = _visible(pk)
    counted = not is_voting_too_much(request) and is_first_time(request, f"useful:{pk}", seconds=DAY_SECONDS)
    if counted:
        Comment.objects.filter(pk=pk).update(useful=F("useful") + 1)
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"counted": counted}, status=201 if counted else 200)
    return render(request, "comments/thanks.html", {"comment": comment, "counted": counted})


@csrf_exempt  # as above
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a reader say why moderators should look at a comment again."""
    comment = _visible(pk)
    reason, problem, status = request.POST.get("reason", ""), "", 200
    if request.method == "POST":
        if reason not in ModerationEvent.Reason.values:
            problem, status = "请选一个理由。", 400
        elif is_reporting_too_much(request):
            problem, status = "举报得有点多了，请过一小时再来。", 429
        else:
            comment.report(reason=reason, address_hash=address_hash(request))
            return render(request, "comments/reported.html", {"comment": comment})
    context = {"comment": comment, "reasons": ModerationEvent.Reason.choices, "chosen": reason, "problem": problem}
    return render(request, "comments/report.html", context, status=status)


def _visible(pk: int) -> Comment:
    return get_object_or_404(Comment.objects.visible().select_related("article__category", "expert"), pk=pk)


def _my_codes(request: HttpRequest) -> list[str]:
    value = request.get_signed_cookie(COOKIE, default="", salt=COOKIE, max_age=COOKIE_SECONDS)
    return [code for code in (value or "").split(".") if code]

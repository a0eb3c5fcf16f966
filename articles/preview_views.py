"""A draft, read by somebody without an account who was sent a signed link."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from articles import preview_links
from articles.onward import onward


@never_cache
@require_safe
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """Show a guide as its readers will see it, but kept from caches, search engines and other sites' logs."""
    response = _answer(request, token)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _answer(request: HttpRequest, token: str) -> HttpResponse:
    found = preview_links.read(token)
    if found is None:
        return render(request, "articles/preview_over.html", {"is_wrong": True}, status=404)
    link, holds = found
    article = link.article
    if article.is_public:
        return HttpResponseRedirect(article.get_absolute_url())
    if not holds:
        return render(request, "articles/preview_over.html", {"is_wrong": False}, status=410)
    is_scheduled, appears_at = article.is_scheduled, article.published_at
    article.published_at = article.published_at or timezone.now()  # the page says when, and what came before it
    tags = list(article.tags.all())
    context = {
        "article": article,
        "tags": tags,
        "onward": onward(article, tags),
        "corrections": [],
        "is_preview": True,
        "until": link.until,
        "appears_at": appears_at if is_scheduled else None,
    }
    return render(request, "articles/preview.html", context)

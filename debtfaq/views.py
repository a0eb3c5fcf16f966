from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from articles.linking import redirected
from articles.models import Article

MOST_READ = 5
DAYS = 7


def indexnow_key(request: HttpRequest, key: str) -> HttpResponse:
    """Prove to the engines of IndexNow that the key we send is ours."""
    if not settings.INDEXNOW_KEY or key != settings.INDEXNOW_KEY:
        raise Http404("没有这个文件")
    return HttpResponse(key, content_type="text/plain; charset=utf-8")


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Lead on from an address that was given up; else help somebody who came to where nothing is."""
    if response := redirected(request):
        return response
    most_read = Article.objects.published().for_titles().most_read(days=DAYS)[:MOST_READ]
    return render(request, "404.html", {"most_read": most_read}, status=404)

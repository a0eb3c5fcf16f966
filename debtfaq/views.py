from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from articles.models import Article

MOST_READ = 5
DAYS = 7


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Help somebody who came to an address where nothing is."""
    most_read = Article.objects.published().for_titles().most_read(days=DAYS)[:MOST_READ]
    return render(request, "404.html", {"most_read": most_read}, status=404)

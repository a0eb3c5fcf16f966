"""What readers ask for. Every page is a pure function of its address and of what is published."""

import base64

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from articles.models import Article, Category, Tag
from articles.paging import get_page
from articles.view_counts import count_view

NEWEST_ON_HOME = 12
MOST_READ_ON_HOME = 10
MOST_READ_DAYS = 7
RELATED = 5
OTHER_TITLES = 10

TRANSPARENT_GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    guides = Article.objects.published().for_lists()
    context = {
        "categories": Category.objects.in_order(),
        "newest": guides.newest_first()[:NEWEST_ON_HOME],
        "most_read": guides.most_read(days=MOST_READ_DAYS)[:MOST_READ_ON_HOME],
    }
    return render(request, "articles/home.html", context)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "articles/index.html", {"page": get_page(Article.objects.published(), request)})


@require_safe
def category(request: HttpRequest, slug: str) -> HttpResponse:
    category = get_object_or_404(Category, slug=slug)
    page = get_page(Article.objects.published().filter(category=category), request)
    return render(request, "articles/category.html", {"category": category, "page": page})


@require_safe
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    tag = get_object_or_404(Tag, slug=slug)
    page = get_page(Article.objects.published().filter(tagged_items__tag=tag), request)
    return render(request, "articles/tag.html", {"tag": tag, "page": page})


@require_safe
def article(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    """Show a guide. The number decides; an address with an old title leads to the one with the present title."""
    guides = Article.objects.published()
    article = get_object_or_404(guides.select_related("category", "views"), pk=pk)
    if slug != article.slug:
        return HttpResponsePermanentRedirect(article.get_absolute_url())
    tags = list(article.tags.all())
    related = list(guides.for_lists().related_to(article, [tag.pk for tag in tags])[:RELATED])
    context = {
        "article": article,
        "tags": tags,
        "related": related,
        "others": _other_titles(article, related),
    }
    return render(request, "articles/article.html", context)


def _other_titles(article: Article, related: list[Article]) -> list[Article]:
    """The newest guides that the page does not name elsewhere."""
    named = {article.pk, *(other.pk for other in related)}
    newest = Article.objects.published().for_lists().newest_first()[: OTHER_TITLES + len(named)]
    return [other for other in newest if other.pk not in named][:OTHER_TITLES]


@csrf_exempt  # no cookie is involved, so there is no session that a forged request could ride on
@never_cache
@require_POST
def record_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Count a reading; the page's script asks for it once the guide has been read for a while."""
    counted = _count(request, pk)
    return JsonResponse({"counted": counted}, status=201 if counted else 200)


@never_cache
@require_safe
def record_view_pixel(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for readers without script, as a picture of one pixel."""
    if request.method == "GET":
        _count(request, pk)
    return HttpResponse(TRANSPARENT_GIF, content_type="image/gif")


def _count(request: HttpRequest, pk: int) -> bool:
    article = get_object_or_404(Article.objects.published().only("pk"), pk=pk)
    return count_view(
        article.pk, address=request.META.get("REMOTE_ADDR", ""), user_agent=request.headers.get("User-Agent", "")
    )

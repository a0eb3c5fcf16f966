"""What readers ask for. Every page is a pure function of its address and of what is published."""

import base64
import datetime as dt

from django.db.models import CharField, DateTimeField
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from articles.corrections import corrections
from articles.linking import redirected
from articles.models import Article, Category, Page, Tag, Term
from articles.onward import onward
from articles.paging import Pages
from articles.prepared import NOW, Given, Prepared
from articles.querysets import long_of
from articles.reader_counts import count_view, count_vote
from articles.readership import most_read

NEWEST_ON_HOME = 10
MOST_READ_ON_HOME = 10
MOST_READ_IN_CATEGORY = 5
MANY_OF_TAG = 500  # guides; of more, a page is found sooner among the newest of all guides than by gathering them
DAYS_OF_WEEK, DAYS_OF_MONTH = 7, 30

categories_in_order = Prepared(Category.objects.in_order())
_guide = Prepared(Article.objects.published(NOW).select_related("category", "views").filter(pk=Given("pk")))
_tags = Prepared(Tag.objects.filter(tagged_items__content_object=Given("guide")).order_by("tagged_items__pk"))
_newest = Prepared(Article.objects.published(NOW).for_lists().newest_first()[:NEWEST_ON_HOME])
_all_guides = Pages(Article.objects.published(NOW))
_category = Prepared(Category.objects.filter(slug=Given("slug", CharField())))
_tag = Prepared(Tag.objects.filter(slug=Given("slug", CharField())))
_guides_of_category = Pages(Article.objects.published(NOW).filter(category=Given("category")))
_guides_with_tag = Pages(
    Article.objects.published(NOW, few=True).filter(tagged_items__tag=Given("tag")), is_gathered=True
)
_guides_with_common_tag = Pages(
    Article.objects.published(NOW).filter(tagged_items__tag=Given("tag")), is_gathered=True, plans_differ=True
)
_guides_of_month = Pages(
    Article.objects.published(NOW).appeared(
        since=Given("first", DateTimeField()), before=Given("after", DateTimeField())
    )
)

TRANSPARENT_GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    context = {
        "categories": categories_in_order(),
        "newest": _newest(),
        "most_read": most_read(MOST_READ_ON_HOME, days=DAYS_OF_WEEK),
    }
    return render(request, "articles/home.html", context)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "articles/index.html", {"page": _all_guides.get(request)})


@require_safe
def category(request: HttpRequest, slug: str) -> HttpResponse:
    category = _category.first(slug=slug)
    if category is None:
        raise Http404("没有这个分类")
    page = _guides_of_category.get(request, category=category.pk)
    asked = most_read(MOST_READ_IN_CATEGORY, days=DAYS_OF_MONTH, category=category) if page.is_first else []
    return render(request, "articles/category.html", {"category": category, "page": page, "most_asked": asked})


@require_safe
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    tag = _tag.first(slug=slug)
    if tag is None:
        raise Http404("没有这个标签")
    is_common = tag.tagged_items.all()[:MANY_OF_TAG].count() == MANY_OF_TAG
    page = (_guides_with_common_tag if is_common else _guides_with_tag).get(request, tag=tag.pk)
    return render(request, "articles/tag.html", {"tag": tag, "page": page})


@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    """Show the months from the first guide to the last, newest first, by year."""
    times = Article.objects.published().newest_first().values_list("published_at", flat=True)
    years: dict[int, list[int]] = {}
    if newest := times.first():
        first, last = timezone.localtime(times.last()), timezone.localtime(newest)
        for month in range(last.year * 12 + last.month - 1, first.year * 12 + first.month - 2, -1):
            years.setdefault(month // 12, []).append(month % 12 + 1)
    return render(request, "articles/archive.html", {"years": years})


@require_safe
def archive_month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    if not (1970 <= year <= 9998 and 1 <= month <= 12):
        raise Http404("没有这个月份")
    page = _guides_of_month.get(
        request, first=_midnight(year, month), after=_midnight(year + month // 12, month % 12 + 1)
    )
    return render(request, "articles/archive_month.html", {"year": year, "month": month, "page": page})


def _midnight(year: int, month: int) -> dt.datetime:
    """Return the beginning of a month in the site's time zone."""
    return dt.datetime(year, month, 1, tzinfo=timezone.get_default_timezone())


@require_safe
def article(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    """Show a guide. The number decides; an address with an old title leads to the one with the present title."""
    article = _guide.first(pk=pk)
    if article is None:
        raise Http404("没有这篇指南")
    if slug != article.slug:
        # The number may once have been that of another guide, which was given this address elsewhere since.
        return redirected(request) or HttpResponsePermanentRedirect(article.get_absolute_url())
    tags = _tags(guide=article.pk)
    context = {
        "article": article,
        "tags": tags,
        "onward": onward(article, tags),
        "corrections": corrections(article),
        "is_preview": False,
    }
    return render(request, "articles/article.html", context)


@require_safe
def shared(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead on to a guide from an address that tells nobody what it is about."""
    article = get_object_or_404(Article.objects.published().for_titles(), pk=pk)
    return render(request, "articles/shared.html", {"article": article})


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    terms = Term.objects.select_related("article").defer(*long_of("article"))
    return render(request, "articles/glossary.html", {"terms": terms})


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, "articles/page.html", {"page": get_object_or_404(Page, slug=slug)})


@csrf_exempt  # no cookie is involved, so there is no session that a forged request could ride on
@never_cache
@require_POST
def record_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Count a reading; the page's script asks for it once the guide has been read for a while."""
    counted = count_view(request, _public_guide(pk).pk)
    return JsonResponse({"counted": counted}, status=201 if counted else 200)


@never_cache
@require_safe
def record_view_pixel(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for readers without script, as a picture of one pixel."""
    if request.method == "GET":
        count_view(request, _public_guide(pk).pk)
    return HttpResponse(TRANSPARENT_GIF, content_type="image/gif")


@csrf_exempt  # as above
@never_cache
@require_POST
def record_vote(request: HttpRequest, pk: int) -> HttpResponse:
    """Count whether a guide helped, then lead back to it; the page's script sends the same form without leaving."""
    article = _public_guide(pk)
    answer = request.POST.get("answer")
    if answer not in {"yes", "no"}:
        return HttpResponse("请选“有用”或“没用”。", status=400, content_type="text/plain; charset=utf-8")
    counted = count_vote(request, article.pk, helpful=answer == "yes")
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"counted": counted}, status=201 if counted else 200)
    return render(request, "articles/thanks.html", {"article": article, "counted": counted})


def _public_guide(pk: int) -> Article:
    return get_object_or_404(Article.objects.published().for_titles(), pk=pk)

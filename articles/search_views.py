"""The search: its page, what is offered while a reader types, and counting what is searched for."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import CharField, Count
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers, patch_cache_control
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from articles import search as guide_search
from articles import search_log
from articles.addresses import path_to
from articles.limits import is_over_limit
from articles.models import Article, Category, Tag
from articles.prepared import Given, Prepared
from articles.readership import most_read
from articles.suggestions import suggest as find_suggestions
from articles.suggestions.corrections import did_you_mean
from articles.views import TRANSPARENT_GIF, categories_in_order

PAGE_SIZE = 20
MOST_PAGES = guide_search.MOST_FOUND // PAGE_SIZE
FEW_RESULTS = 3  # fewer, and other words are offered
MOST_TAGS = 8
MOST_READ, DAYS_OF_MOST_READ = 5, 30
SUGGESTIONS_FRESH = 10 * 60  # seconds
SUGGESTION_LIMIT, SUGGESTION_SECONDS = 300, 60  # of one network, behind which there may be a whole office


_common_tags = Prepared(
    Tag.objects.exclude(name=Given("besides", CharField()))
    .filter(tagged_items__content_object__pk__in=Given.several("guides", PAGE_SIZE))
    .annotate(guides=Count("pk"))
    .order_by("-guides", "pk")[:MOST_TAGS]
)


@dataclass(frozen=True)
class Question:
    """What the address of a search page asks for."""

    text: str
    category: Category | None = None
    tag: Tag | None = None
    newest_first: bool = False
    number: int = 1

    @classmethod
    def of(cls, query: QueryDict, categories: list[Category]) -> "Question":
        """Read an address. A category or a tag that is not there narrows nothing; raises Http404 for no page."""
        slug, number = query.get("tag", ""), query.get("page", "1")
        if not (number.isascii() and number.isdecimal() and len(number) < 4 and 1 <= int(number) <= MOST_PAGES):
            raise Http404("没有这一页")
        return cls(
            text=query.get("q", "").replace("\0", "").strip(),
            category=next((category for category in categories if category.slug == query.get("category")), None),
            tag=Tag.objects.filter(slug=slug).first() if slug and "\0" not in slug else None,
            newest_first=query.get("sort") == "date",
            number=int(number),
        )

    @property
    def address(self) -> str:
        query = {
            "q": self.text,
            "category": self.category.slug if self.category else "",
            "tag": self.tag.slug if self.tag else "",
            "sort": "date" if self.newest_first else "",
            "page": str(self.number) if self.number > 1 else "",
        }
        return f"{path_to('articles:search')}?{urlencode({name: value for name, value in query.items() if value})}"

    @property
    def is_narrowed(self) -> bool:
        return bool(self.category or self.tag)

    def instead(self, **changes: Any) -> str:
        """Return the address of the first page of a search that differs in `changes`."""
        return replace(self, **{"number": 1, **changes}).address


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    categories = categories_in_order()
    question = Question.of(request.GET, categories)
    context: dict[str, Any] = {"text": question.text, "question": question}
    if question.text:
        results = guide_search.find(
            question.text,
            category=question.category,
            tag=question.tag,
            newest_first=question.newest_first,
            offset=(question.number - 1) * PAGE_SIZE,
            limit=PAGE_SIZE,
        )
        if question.number > 1 and not results.hits:
            raise Http404("没有这一页")
        context |= {"results": results, "categories": categories, **_around(question, results)}
    return render(request, "articles/search.html", context)


def _around(question: Question, results: guide_search.Results) -> dict[str, Any]:
    """Return what a page shows besides the guides it found."""
    is_whole = question.number == 1 and not question.is_narrowed
    pages = min(-(-results.total // PAGE_SIZE), MOST_PAGES)
    return {
        "pages": pages,
        "newer": question.instead(number=question.number - 1) if question.number > 1 else None,
        "older": question.instead(number=question.number + 1) if question.number < pages else None,
        "by_relevance": question.instead(newest_first=False),
        "by_date": question.instead(newest_first=True),
        "not_narrowed": question.instead(category=None, tag=None),
        "any_tag": question.instead(tag=None),
        "tags": [(tag, question.instead(tag=tag)) for tag in _tags(question, results)],
        "meant": [
            (text, question.instead(text=text, category=None, tag=None))
            for text in (did_you_mean(question.text) if results.total < FEW_RESULTS and question.number == 1 else [])
        ],
        "most_read": [] if results.total else _most_read(question.category),
        "ticket": search_log.ticket(question.text, results.total) if is_whole and not question.newest_first else "",
    }


def _tags(question: Question, results: guide_search.Results) -> list[Tag]:
    """Return the tags of the guides on the page by which a search can be narrowed, the commonest first."""
    if question.tag or results.total < FEW_RESULTS:
        return []
    guides = [hit.article.pk for hit in results.hits]
    if not guides:
        return []
    return _common_tags(guides=guides, besides=question.text)


def _most_read(category: Category | None) -> list[Article]:
    if guides := most_read(MOST_READ, days=DAYS_OF_MOST_READ, category=category):
        return guides
    newest = Article.objects.published().for_titles().newest_first()
    return list((newest.filter(category=category) if category else newest)[:MOST_READ])


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Offer what a reader may be about to type; the same for everybody, so that any cache may keep it."""
    if is_over_limit(request, "suggest", limit=SUGGESTION_LIMIT, seconds=SUGGESTION_SECONDS):
        response = JsonResponse({"suggestions": []}, status=429)
        add_never_cache_headers(response)
        return response
    offers = find_suggestions(request.GET.get("q", ""))
    response = JsonResponse(
        {"suggestions": [{"text": offer.text, "kind": offer.kind.label, "url": offer.url} for offer in offers]},
        json_dumps_params={"ensure_ascii": False},
    )
    patch_cache_control(response, public=True, max_age=SUGGESTIONS_FRESH)
    return response


@csrf_exempt  # no cookie is involved, so there is no session that a forged request could ride on
@never_cache
@require_POST
def record_search(request: HttpRequest) -> HttpResponse:
    """Count a search; the script of its page of results asks for it."""
    counted = search_log.count_search(request, request.POST.get("ticket", ""))
    return JsonResponse({"counted": counted}, status=201 if counted else 200)


@never_cache
@require_safe
def record_search_pixel(request: HttpRequest) -> HttpResponse:
    """The same for readers without script, as a picture of one pixel."""
    if request.method == "GET":
        search_log.count_search(request, request.GET.get("ticket", ""))
    return HttpResponse(TRANSPARENT_GIF, content_type="image/gif")

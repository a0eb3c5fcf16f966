"""What readers ask for of experts and comments."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from articles.models import Article
from comments.models import Comment, Expert, Review

NEWEST = 30


@require_safe
def expert(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who an expert is, what is known of that, and what they said and reviewed last."""
    expert = get_object_or_404(Expert, pk=pk)
    replies = Comment.objects.visible().filter(expert=expert).select_related("article").order_by("-posted_at", "-pk")
    reviews = Review.objects.filter(expert=expert, article__in=Article.objects.published()).select_related("article")
    context = {"expert": expert, "replies": replies[:NEWEST], "reviews": reviews.newest_first()[:NEWEST]}
    return render(request, "comments/expert.html", context)

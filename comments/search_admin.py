"""Searching the moderators' list, at any number of comments: by indexes, and in the words of the newest."""

from itertools import islice
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from articles import search
from articles.admin.bounded import BoundedAdmin
from comments.models import Comment, Expert

SCANNED = 5_000  # comments whose words are looked at
MOST_FOUND = 1_000  # of them
MOST_EXPERTS, MOST_GUIDES = 50, 200


class CommentSearchMixin(BoundedAdmin):
    """Finds comments by code, by how the nickname begins, by expert, by guide, and by the words of the newest."""

    search_fields = ("body", "nickname", "expert__name", "article__title", "=code")
    search_help_text = (
        "查评论码、昵称的开头、专家的名字、指南的题目；内容只在筛选范围内最新的 "
        f"{SCANNED:,} 条里查，要查更早的，请先选年月或别的筛选。"
    )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = search_term.strip()
        if not term:
            return queryset, False
        if by_code := list(Comment.objects.filter(code=term.upper()).values_list("pk", flat=True)):
            return queryset.filter(pk__in=by_code), False
        # Compared here: where the database is asked for both, it may choose to compare every comment there is.
        newest = queryset.order_by("-posted_at", "-pk").values_list("pk", "body")[:SCANNED]
        with_words = (pk for pk, body in newest if term.casefold() in body.casefold())
        found = Q(pk__in=list(islice(with_words, MOST_FOUND))) | Q(nickname__begins=term)
        experts = Expert.objects.filter(name__icontains=term).order_by().values_list("pk", flat=True)
        if of_experts := list(experts[:MOST_EXPERTS]):
            found |= Q(expert__in=of_experts)
        if of_guides := search.article_ids(term)[:MOST_GUIDES]:
            found |= Q(article__in=of_guides)
        return queryset.filter(found), False

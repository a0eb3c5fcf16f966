"""The first page of the desk: what there is to do, and how the site is read. Every figure leads to its list."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from articles import search_log
from articles.models import Article, Link
from articles.readership import most_read, views_by_day
from comments.models import Comment
from debtfaq.charts import ColumnChart, column_chart

COUNTED = 1000  # what there is more of is not counted further
DAYS = 30
MOST_READ, LISTED, SEARCHES = 10, 6, 8

GUIDES = "admin:articles_article_changelist"


@dataclass(frozen=True)
class Figure:
    """How many of something there are, and where they are listed; `presses` where somebody is waiting for it."""

    name: str
    count: int
    url: str
    presses: bool = False

    @property
    def shown(self) -> str:
        return f"{COUNTED}+" if self.count >= COUNTED else str(self.count)


@dataclass(frozen=True)
class Bar:
    guide: Article
    percent: int


def figures(user: User) -> list[Figure]:
    """Return what there is to do for somebody with the rights of `user`."""
    return [
        Figure(name, count, url, presses=bool(presses and count))
        for name, rows, url, presses in _piles(user)
        for count in [rows.order_by()[:COUNTED].count()]
    ]


def _piles(user: User) -> Iterator[tuple[str, QuerySet[Any, Any], str, bool]]:
    guides = Article.objects.not_in_trash()
    if user.has_perm("articles.change_article"):
        yield "我的草稿", guides.drafts_of(user), _list(GUIDES, author="me", status__in="draft,returned"), False
    if user.has_perm("articles.review_article"):
        yield "等待审核", guides.in_review(), _list(GUIDES, status__exact="in_review"), True
    if user.has_perm("articles.publish_article"):
        yield "等待发布", guides.approved(), _list(GUIDES, status__exact="approved"), True
    if user.has_perm("articles.view_article"):
        yield "已排期", guides.scheduled(), _list(GUIDES, attention="scheduled"), False
    if user.has_perm("articles.review_article"):
        yield "复核过期", guides.review_overdue(), _list(GUIDES, attention="overdue"), True
    if user.has_perm("comments.moderate_comment"):
        yield "待审评论", Comment.objects.waiting(), reverse("admin:comments_comment_queue"), True
    if user.has_perm("comments.view_comment"):
        unanswered = _list("admin:comments_comment_changelist", question="unanswered")
        yield "未答问题", Comment.objects.unanswered(), unanswered, False
    if user.has_perm("articles.view_link"):
        yield (
            "失效链接",
            Link.objects.broken(),
            _list("admin:articles_link_changelist", is_broken__exact=1),
            True,
        )


def _list(name: str, **query: str | int) -> str:
    return f"{reverse(name)}?{urlencode(query)}"


def context(user: User) -> dict[str, Any]:
    """Return what the page shows to `user`."""
    found: dict[str, Any] = {"figures": figures(user), "days": DAYS}
    if user.has_perm("articles.change_article"):
        mine = Article.objects.not_in_trash().drafts_of(user)
        found["my_drafts"] = mine.only("title", "status", "updated_at").order_by("-updated_at")[:LISTED]
    if user.has_perm("articles.review_article"):
        waiting = Article.objects.not_in_trash().in_review().select_related("created_by")
        found["in_review"] = waiting.only(
            "title", "updated_at", "created_by__username", "created_by__first_name", "created_by__last_name"
        ).order_by("updated_at")[:LISTED]
    if user.has_perm("articles.view_article"):
        found |= {"views": views_chart(), "most_read": most_read_bars()}
    if user.has_perm("articles.view_searchcount"):
        found["searches"] = search_log.frequent(days=DAYS, fruitless=True)[:SEARCHES]
    return found


def views_chart() -> ColumnChart:
    return column_chart([(f"{day.month}月{day.day}日", count) for day, count in views_by_day(DAYS)])


def most_read_bars() -> list[Bar]:
    guides = most_read(MOST_READ, days=DAYS)
    most = max((guide.recent_views for guide in guides), default=0)
    return [Bar(guide, round(100 * guide.recent_views / most) if most else 0) for guide in guides]

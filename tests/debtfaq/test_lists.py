"""The desk's lists: bounded whatever the size of the tables, and what is done to many at once."""

import datetime as dt
import re

import pytest
from django.contrib import admin
from django.core.management import call_command
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles import rendering
from articles.admin import bounded
from articles.models import Article, Category, Link, Tag
from comments.models import Comment
from tests.articles.test_pages import text_of
from tests.debtfaq.test_admin import messages_of
from tests.factories import ArticleFactory, CategoryFactory, CommentFactory

pytestmark = pytest.mark.django_db

GUIDES, COMMENTS = "/admin/articles/article/", "/admin/comments/comment/"


@pytest.fixture
def desk(chief_editor) -> Client:
    client = Client()
    client.force_login(chief_editor)
    return client


def listed(desk: Client, address: str) -> set[str]:
    return {str(row) for row in desk.get(address).context["cl"].result_list}


def test_many_rows_are_counted_to_a_limit_and_estimated_beyond(desk, monkeypatch):
    monkeypatch.setattr(bounded, "COUNTED", 4)
    monkeypatch.setattr(bounded.BoundedAdmin, "list_per_page", 2)
    guides = [ArticleFactory() for _ in range(6)]
    page = text_of(desk.get(GUIDES))
    estimate = round(guides[-1].pk, 2 - len(str(guides[-1].pk)))
    assert f"约 {estimate:,} 条" in " ".join(page.split())
    assert "列到第 2 页" in page
    assert "超过 4 条" in " ".join(text_of(desk.get(f"{GUIDES}?status__exact=draft")).split())
    assert desk.get(f"{GUIDES}?p=3").status_code == 302
    guides[0].delete()
    guides[1].delete()
    assert "4 条" in " ".join(text_of(desk.get(GUIDES)).split())


def test_an_action_on_all_is_refused_beyond_what_somebody_can_wait_for(desk, monkeypatch):
    monkeypatch.setattr(bounded, "MOST_AT_ONCE", 2)
    guides = [ArticleFactory() for _ in range(3)]
    data = {"action": "submit_selected", "select_across": "1", "index": "0", "_selected_action": guides[0].pk}
    assert "一次最多处理 2 条" in messages_of(desk.post(GUIDES, data, follow=True))
    assert not Article.objects.exclude(status="draft").exists()


def test_filters_of_guides(desk, chief_editor):
    today = timezone.localdate()
    ArticleFactory(title="我写的指南", created_by=chief_editor)
    ArticleFactory(title="复核过期的指南", published=True, review_by=today - dt.timedelta(days=1))
    ArticleFactory(title="明天的指南", status="published", published_at=timezone.now() + dt.timedelta(days=1))
    ArticleFactory(title="没有摘要的指南", summary="", tags=["征信"])
    broken = ArticleFactory(title="链接失效的指南", body="[x](/nothing/)", tags=["征信报告"])
    assert Link.objects.get().is_broken
    for query, titles in {
        "author=me": {"我写的指南"},
        "attention=overdue": {"复核过期的指南"},
        "attention=scheduled": {"明天的指南"},
        "attention=no_summary": {"没有摘要的指南"},
        "attention=broken_links": {broken.title},
        "tag=征信": {"没有摘要的指南"},
        "tag=征": set(),
        f"category__id__exact={broken.category_id}": {broken.title},
    }.items():
        assert listed(desk, f"{GUIDES}?{query}") == titles, query
    assert "征信报告" in text_of(desk.get(f"{GUIDES}?tag=征"))


def test_the_search_finds_public_guides_drafts_numbers_and_addresses(desk, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        public = ArticleFactory(published=True, title="花呗逾期以后第一步做什么")
        draft = ArticleFactory(title="花呗逾期会不会上征信报告")
        ArticleFactory(published=True, title="房贷断供以后房子怎么办")
    for term, found in {
        "花呗 逾期": {public, draft},
        "征信报告": {draft},
        str(draft.pk): {draft},
        f"http://127.0.0.1:8000{public.get_absolute_url()}": {public},
        "没有的词语": set(),
    }.items():
        assert listed(desk, f"{GUIDES}?q={term}") == {str(guide) for guide in found}, term


def test_the_search_of_comments_by_code_nickname_expert_and_newest_words(desk):
    coded = CommentFactory(code="ABCDEFGHJK", body="甲")
    named = CommentFactory(nickname="夜里睡不着", body="乙")
    replied = CommentFactory(by_expert=True, body="丙")
    said = CommentFactory(body="最低还款算逾期吗")
    for term, found in {
        "abcdefghjk": coded,
        "夜里": named,
        replied.expert.name: replied,
        "最低还款算": said,
    }.items():
        assert listed(desk, f"{COMMENTS}?q={term}") == {str(found)}, term


def test_periods_are_offered_without_reading_the_table(desk, django_assert_max_num_queries):
    for year, month in [(2023, 5), (2026, 2)]:
        ArticleFactory(published=True, published_at=dt.datetime(year, month, 28, 17, tzinfo=dt.UTC))
    with django_assert_max_num_queries(12):
        page = text_of(desk.get(GUIDES))
    assert all(f"{year} 年" in page for year in range(2023, 2027))
    months = desk.get(f"{GUIDES}?published_at__year=2026").context["cl"].periods
    assert [choice["title"] for choice in months["choices"]] == ["1 月", "2 月", "3 月"]  # 1 March in Shanghai
    days = desk.get(f"{GUIDES}?published_at__year=2026&published_at__month=3")
    assert (len(days.context["cl"].periods["choices"]), days.context["cl"].result_count) == (31, 1)


def test_guides_narrowed_by_a_time_are_in_its_order(desk):
    """Which has an index, and shows what is most urgent first."""
    now, today = timezone.now(), timezone.localdate()
    guides = [
        ArticleFactory(
            title=f"第 {number} 篇", status="published", published_at=now + dt.timedelta(days=days), review_by=by
        )
        for number, (days, by) in enumerate(
            [(-3, today - dt.timedelta(days=1)), (-2, today - dt.timedelta(days=9)), (2, None), (1, None)]
        )
    ]

    def order(query: str) -> list[int]:
        changelist = desk.get(f"{GUIDES}?{query}").context["cl"]
        return [guides.index(row) for row in changelist.result_list]

    year = timezone.localtime(now).year
    of_year = [number for number in [2, 3, 1, 0] if timezone.localtime(guides[number].published_at).year == year]
    assert order("") == [3, 2, 1, 0]
    assert order("attention=overdue") == [1, 0]
    assert order("attention=scheduled") == [3, 2]
    assert order(f"published_at__year={year}") == of_year
    assert order("attention=scheduled&o=-8") == [3, 2]  # as they were saved
    head = desk.get(f"{GUIDES}?attention=scheduled").content.decode()
    assert re.search(r'class="sortable column-published_on sorted ascending', head)


def test_an_order_that_was_asked_for_is_the_only_one(desk):
    """With the list's own behind it, no index gives it."""
    ArticleFactory()
    with CaptureQueriesContext(connection) as queries:
        desk.get(f"{GUIDES}?o=-5")
    orders = [query["sql"].partition(" ORDER BY ")[2].partition(" LIMIT ")[0] for query in queries]
    assert '"articles_article"."published_at" DESC, "articles_article"."id" DESC' in orders


def test_a_list_without_an_order_of_its_own_has_that_of_its_rows(chief):
    request = RequestFactory().get("/")
    request.user = chief
    lists = [one for one in admin.site._registry.values() if isinstance(one, bounded.BoundedAdmin)]
    for desk in lists:
        changelist = desk.get_changelist_instance(request)
        expected = desk.ordering or desk.opts.ordering
        assert list(changelist.queryset.query.order_by[: len(expected)]) == list(expected), desk
    assert any(not desk.ordering and desk.opts.ordering for desk in lists)


def test_changing_many_guides_is_a_revision_of_each_and_says_what_failed(desk, chief_editor):
    category = CategoryFactory()
    changed = ArticleFactory(tags=["信用卡", "旧标签"])
    same = ArticleFactory(category=category, tags=["新标签", "征信"], review_by=dt.date(2027, 1, 1))
    trashed = ArticleFactory()
    chosen = {"action": "change_selected", "_selected_action": [changed.pk, same.pk, trashed.pk]}
    assert "批量修改指南" in text_of(desk.post(GUIDES, chosen | {"index": "0"}))
    assert "还没有填要改什么" in text_of(desk.post(GUIDES, chosen | {"apply": "1"}))
    trashed.trash(by=chief_editor)
    typed = {"category": category.pk, "add_tags": "新标签，征信", "remove_tags": "旧标签", "review_by": "2027-01-01"}
    told = messages_of(desk.post(GUIDES, chosen | typed | {"apply": "1"}, follow=True))
    changed.refresh_from_db()
    assert (changed.category, changed.review_by) == (category, dt.date(2027, 1, 1))
    assert set(changed.tags.names()) == {"信用卡", "新标签", "征信"}
    assert [(row.history_user, row.tag_names) for row in changed.history.all()] == [
        (chief_editor, "信用卡，征信，新标签"),
        (None, "信用卡，旧标签"),
    ]
    assert not same.history.exists()
    assert "改了 1 篇指南，1 篇本来就是这样" in told


def test_a_seeded_site_is_as_if_it_had_been_written(capsys, django_assert_max_num_queries, desk):
    call_command("seed_scale", guides=60, comments=40, no_index=True)
    guide = Article.objects.published().order_by("-pk").first()
    rendered = rendering.render(guide.body)
    assert (guide.body_html, guide.toc) == (rendered.html, list(rendered.toc))
    assert 1400 < len(guide.body) < 4000
    before = set(Link.objects.values_list("article", "path", "target", "is_broken"))
    call_command("refresh_links")
    assert set(Link.objects.values_list("article", "path", "target", "is_broken")) == before
    for row in [*Article.objects.all()[:20], *Comment.objects.all()[:20]]:
        row.full_clean(exclude=["slug", "code"])
    assert (Article.objects.count(), Comment.objects.count()) == (60, 40)
    assert Category.objects.exists()
    assert Tag.objects.exists()
    for address in (GUIDES, COMMENTS, "/admin/articles/tag/", "/admin/articles/category/", "/admin/articles/link/"):
        with django_assert_max_num_queries(15):
            assert desk.get(address).status_code == 200
    assert desk.get(reverse("admin:articles_article_change", args=[guide.pk])).status_code == 200

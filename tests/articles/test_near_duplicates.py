"""Editors are told when a guide is nearly the same text as another."""

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from articles.models import Article, TextBand
from articles.near_duplicates import near_duplicates
from tests.articles.test_captured_page import PAGE
from tests.articles.test_similarity import GUIDES, SENTENCES
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db

FIRST = SENTENCES[:60]
TEXT = "".join(FIRST)
COPY = "".join([*FIRST[:54], *SENTENCES[300:306]])  # nine tenths of it
COUSIN = "".join([*FIRST[:36], *SENTENCES[300:324]])


@pytest.fixture
def stored(django_capture_on_commit_callbacks):
    """Make a guide with a text, and do what is done after commit."""

    def make(body: str, **values) -> Article:
        with django_capture_on_commit_callbacks(execute=True):
            return ArticleFactory(body=body, **values)

    return make


@pytest.fixture
def desk(editor) -> Client:
    client = Client()
    client.force_login(editor)
    return client


def form(article: Article, **values) -> dict[str, object]:
    return {
        "title": article.title,
        "summary": "",
        "body": article.body,
        "category": article.category_id or "",
        "tags": "",
        "byline": "",
        "source": "",
        "correction_note": "",
        "cover_alt": "",
        "published_at_0": "",
        "published_at_1": "",
        "status_changes-TOTAL_FORMS": 0,
        "status_changes-INITIAL_FORMS": 0,
        **values,
    }


def warnings_of(response) -> list[str]:
    return [str(message) for message in response.context["messages"] if message.level_tag == "warning"]


@pytest.mark.parametrize("status", Article.Status)
def test_a_copy_is_found_whatever_its_status(stored, status):
    values = {"published": True} if status == Article.Status.PUBLISHED else {"status": status}
    known = stored(TEXT, **values)
    found = near_duplicates(Article(title="抄来的一篇", body=COPY))
    assert [one.article for one in found] == [known]
    assert 80 <= found[0].percent < 100


def test_what_shares_less_than_four_fifths_is_not(stored):
    stored(TEXT)
    stored(GUIDES[-1])
    assert near_duplicates(Article(body=COUSIN)) == []
    assert near_duplicates(Article(body="")) == []


def test_the_most_alike_comes_first_and_a_guide_is_no_copy_of_itself(stored):
    copy, same = stored(COPY), stored(TEXT)
    assert [one.article for one in near_duplicates(same)] == [copy]
    assert [one.article for one in near_duplicates(Article(body=TEXT))] == [same, copy]


def test_a_changed_text_is_found_by_its_new_words_only(stored, django_capture_on_commit_callbacks):
    article = stored(TEXT)
    article.body = GUIDES[-1]
    with django_capture_on_commit_callbacks(execute=True):
        article.save()
    assert near_duplicates(Article(body=TEXT)) == []
    assert [one.percent for one in near_duplicates(Article(body=GUIDES[-1]))] == [100]


def test_looking_costs_two_queries(stored, django_assert_num_queries):
    for _ in range(3):
        stored(TEXT)
    with django_assert_num_queries(2):
        assert len(near_duplicates(Article(body=COPY))) == 3


def test_the_desk_warns_with_a_link_and_saves(stored, desk):
    known = stored(TEXT, title="已有的一篇<指南>", published=True)
    draft = ArticleFactory()
    address = reverse("admin:articles_article_change", args=[draft.pk])
    response = desk.post(address, form(draft, body=COPY), follow=True)
    [warning] = warnings_of(response)
    link = reverse("admin:articles_article_change", args=[known.pk])
    assert f'<a href="{link}">《已有的一篇&lt;指南&gt;》</a>（已发布）约 ' in warning
    draft.refresh_from_db()
    assert draft.body == COPY.strip() or draft.body.strip() == COPY.strip()

    response = desk.post(address, form(draft, title="换一个标题而已"), follow=True)
    assert warnings_of(response) == []  # it was said when the text was saved


def test_the_desk_warns_of_a_new_guide_and_not_of_others(stored, desk):
    stored(TEXT)
    address = reverse("admin:articles_article_add")
    response = desk.post(address, form(Article(title="抄来的一篇指南", body=COPY)), follow=True)
    assert len(warnings_of(response)) == 1
    response = desk.post(address, form(Article(title="自己写的一篇指南", body=COUSIN)), follow=True)
    assert warnings_of(response) == []


def test_an_import_tells_of_copies(tmp_path, capsys, stored):
    marker = PAGE.index("文章正文")
    page = tmp_path / "page.txt"
    page.write_text(f"{PAGE[:marker]}文章正文\n{COPY}\n", encoding="utf-8")
    known = stored(TEXT, title="已有的一篇指南")
    call_command("import_page", str(page))
    said = capsys.readouterr().out
    assert f"正文与《已有的一篇指南》（编号 {known.pk}，草稿）约 " in said
    assert Article.objects.count() == 2


def test_everything_can_be_made_anew(stored):
    known = stored(TEXT)
    before = set(TextBand.objects.values_list("article", "band"))
    TextBand.objects.all().delete()
    TextBand.objects.create(article=known, band=1)
    call_command("refresh_related")
    assert set(TextBand.objects.values_list("article", "band")) == before

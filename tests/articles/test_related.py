"""Related guides: computed when a guide changes, pinned by editors, shown on the guide's page."""

import datetime as dt
import random
from collections import Counter

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles import related
from articles.models import Article, Keyword, PinnedGuide, RelatedGuide, Word
from tests.articles.test_near_duplicates import form
from tests.factories import ArticleFactory, CategoryFactory

pytestmark = pytest.mark.django_db

VISIT = "催收上门以后，先看证件，再请物业作证。催收上门要有两个人，证件和物业都要记下来。"
SUED = "收到传票就要答辩，答辩状写清本金。传票和答辩状都留好复印件，开庭那天带上传票。"
REPORT = "信用报告每年免费查两次，报告有错就提异议。异议要附凭据，报告和异议书都留底。"


@pytest.fixture
def after_commit(django_capture_on_commit_callbacks):
    """Do within the block what is done after commit."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def guide(after_commit):
    """Make a public guide about something, as a publish does."""

    def make(body: str, **values) -> Article:
        with after_commit():
            return ArticleFactory(published=True, title=f"{body[:4]}以后", summary="", body=body, **values)

    return make


def shown(article: Article) -> list[Article]:
    named = Client().get(article.get_absolute_url()).context["onward"].related
    return [Article.objects.get(pk=guide.pk) for guide in named]


def words_of(article: Article) -> set[str]:
    return set(Keyword.objects.filter(article=article).values_list("word__text", flat=True))


# --- Keywords ------------------------------------------------------------------------------------------------------


def test_words_are_of_title_or_summary_or_said_twice():
    article = Article(title="支付令", summary="app 里看 24%", body="仲裁。仲裁。诉讼一次。第一条，第一条。")
    assert set(related.words_of(article)) >= {"支付", "app", "仲裁"}
    assert not {"诉讼", "第一条", "24%", "里"} & set(related.words_of(article))


def test_addresses_are_no_words():
    article = Article(title="标题", body="[看这里](https://example.com/visit) https://example.com/visit 看 https visit")
    assert not {"https", "example", "visit", "com"} & set(related.words_of(article))


def test_keywords_are_the_rarer_ones_and_weigh_one_together():
    counts = Counter({"逾期": 5, "时效": 5, "支付令": 5})
    weights = related.keywords(counts, {"": 5000, "逾期": 4200, "时效": 40, "支付令": 4})
    assert weights["时效"] > weights["逾期"]
    assert sum(weight**2 for weight in weights.values()) == pytest.approx(1)
    many = Counter({f"词{n}": 2 for n in range(30)})
    guides = {"": 5000} | {f"词{n}": n for n in range(30)}
    assert set(related.keywords(many, guides)) == {f"词{n}" for n in range(5, 25)}  # not the rarest: nobody shares them


# --- Lists ---------------------------------------------------------------------------------------------------------


def test_guides_about_the_same_are_related_both_ways(guide):
    visits = [guide(VISIT) for _ in range(3)]
    sued = [guide(SUED) for _ in range(2)]
    assert set(shown(visits[0])) == set(visits[1:])
    assert shown(sued[0])[0] == sued[1]
    assert shown(sued[1])[0] == sued[0]


def test_category_and_tags_decide_among_equals(guide):
    category = CategoryFactory()
    guide(VISIT)
    tagged = guide(VISIT)
    same_category = guide(VISIT, category=category)
    tagged.tags.set(["上门", "证件", "物业"])
    last = guide(VISIT, category=category, tags=["上门", "证件", "物业"])
    assert shown(last)[:2] == [tagged, same_category]


def test_new_tags_of_a_public_guide_count_at_once(guide, after_commit):
    article, *_ = [guide(VISIT) for _ in range(3)]
    last = shown(article)[-1]
    with after_commit():
        for tagged in (last, article):
            tagged.tags.set(["上门", "证件", "物业"])
    assert shown(article)[0] == last
    assert shown(last)[0] == article


def test_a_withdrawn_guide_leaves_and_comes_back(guide, after_commit, editor):
    first, second = guide(VISIT), guide(VISIT)
    with after_commit():
        second.withdraw(by=editor)
    assert shown(first) == []
    assert not words_of(second)
    assert not RelatedGuide.objects.exists()
    with after_commit():
        second.publish(by=editor)
    assert shown(first) == [second]


def test_a_short_list_is_filled_up_when_one_leaves(guide, after_commit, monkeypatch):
    monkeypatch.setattr(related, "KEPT", 5)
    category = CategoryFactory()
    near = [guide(VISIT, category=category) for _ in range(6)]
    far = guide(VISIT)
    assert far not in shown(near[0])
    with after_commit():
        near[5].withdraw(by=None)
    assert set(shown(near[0])) == {*near[1:5], far}


def test_a_correction_moves_a_guide(guide, after_commit):
    visit, sued, article = guide(VISIT), guide(SUED), guide(VISIT)
    article.title, article.body = sued.title, SUED
    with after_commit():
        article.save()
    assert shown(article)[0] == sued
    assert article not in shown(visit)
    assert article in shown(sued)


def test_a_new_guide_pushes_the_least_alike_off_a_full_list(guide, monkeypatch):
    monkeypatch.setattr(related, "KEPT", 2)
    category = CategoryFactory()
    article = guide(VISIT, category=category)
    strangers = [guide(VISIT) for _ in range(2)]
    assert set(shown(article)) == set(strangers)
    friends = [guide(VISIT, category=category) for _ in range(2)]
    assert set(shown(article)) == set(friends)
    assert RelatedGuide.objects.filter(article=article).count() == 2


def test_drafts_are_in_no_list(guide, after_commit):
    public = guide(VISIT)
    with after_commit():
        ArticleFactory(body=VISIT, tags=["催收"]).submit(by=None)
    assert shown(public) == []
    assert Keyword.objects.values("article").distinct().count() == 1


def test_a_scheduled_guide_appears_by_itself_at_its_time(guide, after_commit, time_machine):
    public = guide(VISIT)
    with after_commit():
        scheduled = ArticleFactory(
            body=VISIT, status="published", published_at=timezone.now() + dt.timedelta(hours=1), summary=""
        )
    assert shown(public) == []
    time_machine.move_to(timezone.now() + dt.timedelta(hours=2))
    assert shown(public) == [scheduled]


def test_nothing_is_computed_for_a_transaction_that_fails(after_commit, guide):
    guide(VISIT)
    with after_commit(), transaction.atomic():
        ArticleFactory(published=True, body=VISIT)
        transaction.set_rollback(True)
    assert Keyword.objects.values("article").distinct().count() == 1


def test_words_are_counted_once_a_guide(guide, after_commit):
    article = guide(VISIT)
    article.body = f"{VISIT}物业还要盖章。"
    with after_commit():
        article.save()
    guide(SUED)
    counts = dict(Word.objects.values_list("text", "guides"))
    assert (counts[""], counts["物业"], counts["传票"]) == (2, 1, 1)


@pytest.mark.parametrize(
    "body", ["", "？！", "word " * 50_000, "a" * 5000, "逾期" * 5000, "\0", "'; DROP TABLE x; --%s %%"]
)
def test_strange_texts_do_no_harm(body, guide):
    first, second = guide(body.replace("\0", "")), guide(VISIT)
    assert second in [*shown(first), second]


# --- The page ------------------------------------------------------------------------------------------------------


def test_pinned_guides_come_first_in_their_order(guide):
    article, computed = guide(VISIT), guide(VISIT)
    pinned = [guide(SUED), guide(REPORT), computed]
    hidden = ArticleFactory(body=VISIT)
    for position, other in ((2, pinned[0]), (1, pinned[1]), (3, hidden)):
        PinnedGuide.objects.create(article=article, other=other, position=position)
    assert shown(article) == [pinned[1], pinned[0], computed]


def test_a_pinned_guide_is_named_once(guide):
    article, first, second = guide(VISIT), guide(VISIT), guide(VISIT)
    PinnedGuide.objects.create(article=article, other=first, position=1)
    assert shown(article) == [first, second]


def test_tags_stand_in_where_nothing_was_computed(after_commit):
    article, by_tag = ArticleFactory.create_batch(2, published=True, tags=["征信"])
    pinned = ArticleFactory(published=True)
    PinnedGuide.objects.create(article=article, other=pinned, position=1)
    assert shown(article) == [pinned, by_tag]


def test_a_page_costs_one_query_less_than_by_tags(guide, client, django_assert_num_queries):
    article, *_ = [guide(VISIT, tags=["催收"]) for _ in range(8)]
    with django_assert_num_queries(5):  # guide, tags, onward, latest review, comments
        assert len(client.get(article.get_absolute_url()).context["onward"].related) == 5


# --- The desk ------------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(editor) -> Client:
    client = Client()
    client.force_login(editor)
    return client


def pins(article: Article) -> list[int]:
    return list(article.pinned_guides.values_list("other", flat=True))


def test_an_editor_pins_reorders_and_unpins(desk):
    article, *others = ArticleFactory.create_batch(4)
    address = reverse("admin:articles_article_change", args=[article.pk])
    first, second, third = (other.pk for other in others)
    desk.post(address, form(article, pinned_1=first, pinned_3=second))
    assert pins(article) == [first, second]
    assert list(article.pinned_guides.values_list("position", flat=True)) == [1, 2]
    assert "置顶第 1 篇" in LogEntry.objects.latest("pk").get_change_message()
    html = desk.get(address).content.decode()
    assert html.count(f'<option value="{first}" selected>{others[0].title}</option>') == 1
    desk.post(address, form(article, pinned_1=third, pinned_2=second, pinned_3=first))
    assert pins(article) == [third, second, first]
    desk.post(address, form(article))
    assert pins(article) == []


def test_a_pin_is_another_guide_and_named_once(desk):
    article, other = ArticleFactory.create_batch(2)
    address = reverse("admin:articles_article_change", args=[article.pk])
    assert "不能置顶这篇指南自己" in desk.post(address, form(article, pinned_1=article.pk)).content.decode()
    twice = desk.post(address, form(article, pinned_1=other.pk, pinned_2=other.pk))
    assert "这篇已经置顶了" in twice.content.decode()
    assert pins(article) == []


@pytest.mark.parametrize(
    "values",
    [
        lambda article, other: {"other": article, "position": 1},
        lambda article, other: {"other": other, "position": 4},
        lambda article, other: {"other": other, "position": 0},
    ],
)
def test_the_database_refuses_what_cannot_be(values):
    article, other = ArticleFactory.create_batch(2)
    with pytest.raises(IntegrityError), transaction.atomic():
        PinnedGuide.objects.create(article=article, **values(article, other))


def test_an_editor_finds_guides_to_pin(desk):
    ArticleFactory(title="收到支付令怎么办")
    query = {"app_label": "articles", "model_name": "pinnedguide", "field_name": "other", "term": "支付令"}
    results = desk.get(reverse("admin:autocomplete"), query).json()["results"]
    assert [result["text"] for result in results] == ["收到支付令怎么办"]


# --- All of them ---------------------------------------------------------------------------------------------------


def test_everything_is_made_anew_in_small_parts(guide, capsys, monkeypatch):
    monkeypatch.setattr(related, "BATCH", 3)
    monkeypatch.setattr("articles.management.commands.refresh_related.EVERY", 3)
    chance = random.Random(3)
    for _ in range(8):
        guide(chance.choice([VISIT, SUED, REPORT]))
    withdrawn = guide(VISIT)
    for number in range(5):
        Word.objects.create(text=f"旧词{number}", guides=7)
    Article.objects.filter(pk=withdrawn.pk).update(status="withdrawn")
    Keyword.objects.filter(article=Article.objects.last()).delete()
    RelatedGuide.objects.filter(article=Article.objects.first()).delete()
    call_command("refresh_related")
    said = capsys.readouterr().out
    assert "数词：3 篇" in said
    assert "8 篇指南的相关指南、9 篇的雷同检查已重新计算" in said
    assert not words_of(withdrawn)
    assert not RelatedGuide.objects.filter(other=withdrawn).exists()
    assert not RelatedGuide.objects.filter(article=withdrawn).exists()
    counts = dict(Word.objects.values_list("text", "guides"))
    assert counts[""] == 8
    assert counts["旧词0"] == 0
    before = set(RelatedGuide.objects.values_list("article", "other"))
    assert len({article for article, _ in before}) == 8
    call_command("refresh_related")
    assert set(RelatedGuide.objects.values_list("article", "other")) == before
    assert dict(Word.objects.values_list("text", "guides")) == counts

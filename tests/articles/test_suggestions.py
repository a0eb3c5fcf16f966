"""What is offered while a reader types, and “did you mean”: through the public face, as the site changes."""

import datetime as dt
import json

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles.models import KnownWord, SearchCount, Suggestion, SuggestionKey, Tag, Term
from articles.search_views import SUGGESTION_LIMIT
from articles.suggestions import suggest
from articles.suggestions.corrections import did_you_mean
from tests.factories import ArticleFactory
from tests.statements import in_words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def commit(django_capture_on_commit_callbacks):
    """Do what waits for a commit, in the test's own transaction."""

    def run(act):
        with django_capture_on_commit_callbacks(execute=True):
            return act()

    return run


def texts(typed):
    return [offer.text for offer in suggest(typed)]


def publish(commit, title, editor=None, **kwargs):
    guide = ArticleFactory(title=title, **kwargs)
    commit(lambda: guide.publish(by=editor))
    return guide


def test_a_title_is_offered_by_how_it_and_its_words_begin(commit):
    guide = publish(commit, "收到催收短信，要不要还款")
    for typed in [
        "收到",
        "催收",
        "催收短",
        "短信",
        "还款",
        "shoudaocuis",
        "sdcs",
        "SDCS",
        "shou dao",
        "收到催收短信要不要",
    ]:
        assert texts(typed) == [guide.title], typed
    for typed in ["收短", "信要", "cuiduan", "", "  ", "%", "_", "\0", "\ud800", "短" * 40, "'; DROP", "催收x"]:
        assert texts(typed) == [], typed
    offer = suggest("催收")[0]
    assert (offer.kind, offer.url) == (Suggestion.Kind.TITLE, guide.get_absolute_url())


@pytest.mark.parametrize(
    ("term", "typed"),
    [("还款", "huankuan"), ("重组", "chongzu"), ("停息挂账", "tingxi"), ("停息挂账", "txgz"), ("停息挂账", "guazh")],
)
def test_words_are_offered_as_they_are_read(term, typed, commit):
    commit(lambda: Term.objects.create(term=term, meaning="解释"))
    assert texts(typed) == [term]


def test_terms_by_each_of_their_names_and_before_titles(commit):
    publish(commit, "老赖名单上的人还能不能坐高铁")
    term = commit(lambda: Term.objects.create(term="失信被执行人", aliases="老赖，失信名单", meaning="解释"))
    assert texts("老赖") == ["老赖", "老赖名单上的人还能不能坐高铁"]
    assert texts("shixin") == ["失信名单"]  # once, by the shorter of its names
    term.aliases = ""
    commit(term.save)
    assert "老赖" not in texts("老赖")
    commit(term.delete)
    assert texts("失信") == []


def test_tags_only_while_they_stand_on_a_public_guide(commit, editor):
    guide = commit(lambda: ArticleFactory(tags=["征信修复"]))
    assert texts("征信") == []
    commit(lambda: guide.publish(by=editor))
    assert texts("征信") == texts("zhengx") == ["征信修复"]
    tag = Tag.objects.get()
    tag.name = "征信异议"
    commit(tag.save)
    assert texts("征信") == ["征信异议"]
    commit(guide.tags.clear)
    assert texts("征信") == []
    commit(lambda: guide.tags.add("征信异议"))
    assert texts("征信") == ["征信异议"]
    commit(lambda: guide.withdraw(by=editor))
    assert texts("征信") == []
    commit(lambda: Tag.objects.create(name="征信没人用"))
    assert texts("征信") == []


def test_only_public_guides_are_offered(commit, editor):
    ArticleFactory(title="拒绝还款会怎么样草稿")
    guide = publish(commit, "协商还款的第一步", editor)
    assert texts("协商") == ["协商还款的第一步"]
    assert texts("拒绝") == []
    guide.title = "谈判还款的第一步"
    commit(guide.save)
    assert (texts("协商"), texts("谈判")) == ([], ["谈判还款的第一步"])
    commit(lambda: guide.withdraw(by=editor))
    assert texts("谈判") == []
    again = publish(commit, "起诉以后还能调解吗", editor)
    commit(again.delete)
    assert texts("起诉") == []
    assert not SuggestionKey.objects.exists()


def test_a_scheduled_guide_is_offered_from_its_time_on(commit, editor):
    publish(commit, "新年之后的还款安排", editor, published_at=timezone.now() + dt.timedelta(hours=1))
    assert texts("新年") == []
    with time_machine.travel(timezone.now() + dt.timedelta(hours=2)):
        assert texts("新年") == ["新年之后的还款安排"]


def test_the_same_words_are_offered_once_and_at_most_eight(commit):
    commit(lambda: Term.objects.create(term="催收", meaning="解释"))
    for number in range(12):
        publish(commit, f"催收的第{number}个问题", tags=["催收"])
    offered = texts("催收")
    assert offered[0] == "催收"
    assert len(offered) == len(set(offered)) == 8


def test_the_most_read_come_first_after_a_refresh(commit):
    guides = [publish(commit, f"催收电话的第{number}种应对") for number in range(12)]
    guides[7].daily_views.create(day=timezone.localdate(), count=50)
    guides[9].daily_views.create(day=timezone.localdate(), count=90)
    call_command("refresh_suggestions", verbosity=0)
    assert texts("催收")[:2] == [guides[9].title, guides[7].title]
    commit(guides[9].save)
    assert texts("催收")[0] == guides[9].title


def test_a_refresh_makes_all_anew_and_twice_the_same(capsys):
    ArticleFactory(published=True, title="停息挂账怎么谈", tags=["协商"])
    gone = ArticleFactory(published=True, title="后来撤下的指南")
    Term.objects.create(term="呆账", meaning="解释")
    call_command("refresh_suggestions", verbosity=0)
    assert "搜索建议 4 条" in capsys.readouterr().out
    assert texts("tingxi") == ["停息挂账怎么谈"]
    type(gone).objects.filter(pk=gone.pk).delete()
    call_command("refresh_suggestions", verbosity=0)
    before = list(Suggestion.objects.order_by("text").values_list("text", flat=True))
    assert before == sorted(["停息挂账怎么谈", "协商", "呆账"])
    call_command("refresh_suggestions", verbosity=0)
    assert list(Suggestion.objects.order_by("text").values_list("text", flat=True)) == before


def test_searches_are_offered_that_several_made_on_several_days():
    today = timezone.localdate()
    days = [today, today - dt.timedelta(days=1)]
    for text, counts, found in [
        ("花呗逾期", (3, 2), 7),
        ("花呗只有一天", (9,), 7),
        ("花呗太少", (2, 2), 7),
        ("花呗没找到", (5, 5), 0),
    ]:
        for day, count in zip(days, counts, strict=False):
            SearchCount.objects.create(text=text, day=day, count=count, found=found)
    call_command("refresh_suggestions", verbosity=0)
    assert texts("花呗") == texts("huabei") == ["花呗逾期"]


# --- Did you mean ----------------------------------------------------------


@pytest.fixture
def words(commit):
    """A site that knows some words."""
    for title in ["催收上门怎么应对", "停息挂账的条件", "信用卡逾期三年", "网贷起诉流程"]:
        publish(commit, title)


@pytest.mark.usefixtures("words")
@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("崔收", "催收"),
        ("催収", None),  # folding may or may not know this one: no matter
        ("崔 收", None),
        ("停西挂账", "停息挂账"),
        ("停息挂帐", "停息挂账"),
        ("信佣卡", "信用卡"),
        ("信用咔逾期", "信用卡逾期"),
        ("信用下逾期", "信用卡逾期"),
        ("网代", "网贷"),
        ("起素", "起诉"),
        ("xinyongka", "信用卡"),
        ("xyk", "信用卡"),
        ("cuishou", "催收"),
        ("cui shou", "催收"),
        ("催收", None),
        ("火星", None),
        ("电话13800138000", None),
        ("", None),
    ],
)
def test_misspelled_words(typed, meant):
    found = did_you_mean(typed)
    assert meant is None or found[:1] == [meant]
    if typed in {"火星", "催收", ""}:
        assert found == []


@pytest.mark.usefixtures("words")
def test_every_misspelled_word_of_a_question_is_mended(commit):
    publish(commit, "催收之后会起诉吗")
    assert did_you_mean("崔收 起素")[0] == "催收 起诉"


def test_words_that_find_nothing_are_not_offered(commit, editor):
    guide = publish(commit, "催收的一篇", editor)
    commit(lambda: guide.withdraw(by=editor))
    assert KnownWord.objects.filter(word="催收").exists()
    assert did_you_mean("崔收") == []
    call_command("refresh_suggestions", verbosity=0)
    assert not KnownWord.objects.filter(word="催收").exists()


# --- The endpoint ----------------------------------------------------------


def test_the_answer_may_be_kept_by_any_cache(client, commit):
    guide = publish(commit, "催收上门怎么应对")
    with CaptureQueriesContext(connection) as queries:
        response = client.get(reverse("articles:suggest"), {"q": "催收"})
    assert json.loads(response.content) == {
        "suggestions": [{"text": guide.title, "kind": "指南", "url": guide.get_absolute_url()}]
    }
    assert "public" in response["Cache-Control"]
    assert "max-age=600" in response["Cache-Control"]
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert {sql.split()[0] for sql in in_words(queries)} == {"SELECT"}
    assert len(queries) == 4  # words, most read, others; guides
    assert client.post(reverse("articles:suggest")).status_code == 405


def test_one_network_may_not_ask_without_end():
    here, there = Client(REMOTE_ADDR="203.0.113.7"), Client(REMOTE_ADDR="198.51.100.7")
    url = reverse("articles:suggest")
    statuses = [here.get(url).status_code for _ in range(SUGGESTION_LIMIT + 1)]
    assert statuses[-2:] == [200, 429]
    refused = Client(REMOTE_ADDR="203.0.113.200").get(url, {"q": "催收"})
    assert (refused.status_code, refused.json()) == (429, {"suggestions": []})
    assert "no-store" in refused["Cache-Control"]
    assert there.get(url).status_code == 200

"""What the search promises, on either database."""

import datetime as dt
import random
from itertools import pairwise

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import search
from articles.models import Article, SynonymGroup, Term
from articles.search import finding, postgresql
from articles.search.expressions import holds
from articles.search.scopes import HEAD, WHOLE, Moment
from articles.search.tokens import fold
from tests.articles.search.hostile import HOSTILE
from tests.factories import ArticleFactory, CategoryFactory
from tests.statements import in_words

pytestmark = pytest.mark.django_db

CHARACTERS = "信用卡逾期还款催收上门起诉法院征信网贷协商利息罚冻结工资担保律师函调解执行限高失踪债务转让破产时效"
PUNCTUATION = "，。、：；！？—（）《》“”\n"


def _generated_text(chance: random.Random, length: int) -> str:
    pieces = [
        "".join(chance.choices(CHARACTERS, k=chance.randint(1, 9))) + chance.choice(PUNCTUATION)
        for _ in range(length // 6)
    ]
    return "".join(pieces)


@pytest.fixture
def corpus(db) -> dict[int, str]:
    """Guides of chance characters, by number, with all that is searched of each."""
    chance = random.Random(5)
    category = CategoryFactory(name="〇")
    guides = [
        Article(
            title=_generated_text(chance, 20).replace("\n", "")[:60] or "标题标题",
            slug=f"guide-{number}",
            summary=_generated_text(chance, 40).replace("\n", ""),
            body_html=f"<p>{_generated_text(chance, 240)}</p>",
            category=category,
            status=Article.Status.PUBLISHED,
            published_at=timezone.now() - dt.timedelta(days=number),
        )
        for number in range(60)
    ]
    Article.objects.bulk_create(guides)
    search.update([guide.pk for guide in guides])
    return {guide.pk: f"{guide.title}\n{guide.summary}\n{guide.body_html}" for guide in guides}


def _found(text: str) -> set[int]:
    return {hit.article.pk for hit in search.find(text, limit=1000).hits}


def test_every_word_of_two_characters_is_found_wherever_it_stands(corpus):
    chance = random.Random(7)
    words = {"".join(chance.choices(CHARACTERS, k=2)) for _ in range(150)}
    for word in words:
        assert _found(word) == {pk for pk, text in corpus.items() if word in text}, word


def test_every_single_character_is_found(corpus):
    for character in CHARACTERS[::4]:
        assert _found(character) == {pk for pk, text in corpus.items() if character in text}


def test_longer_phrases_are_found_and_stand_first(corpus):
    chance = random.Random(9)
    for _ in range(40):
        text = fold(chance.choice(list(corpus.values())))
        place = chance.randrange(len(text) - 4)
        phrase = text[place : place + 4]
        if not all(character in CHARACTERS for character in phrase):
            continue
        holding = {pk for pk, one in corpus.items() if phrase in one}
        first = [hit.article.pk for hit in search.find(phrase, limit=len(holding)).hits]
        assert set(first) == holding, phrase


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("24%", "年利率超过24%的部分"),
        ("24％", "年利率24%"),
        ("24", "年利率24%"),
        ("lpr", "一年期LPR的四倍"),
        ("LPR4倍", "超过LPR的4倍"),
        ("95588", "请打95588核实"),
        ("95588是工行吗", "工行的电话是95588"),
        ("12天", "逾期12天以后"),
        ("36% 利息", "利息不超过36%"),
        ("P2P", "P2P平台"),
        ("GB/T 45251", "见GB/T 45251-2025"),
        ("網貸 逾期", "网贷逾期"),
        ("网贷 逾期", "網貸逾期"),
        ("爆通讯录", "爆“通讯录”"),
        ("停息、挂账", "停息挂账"),
        ("停息 挂账", "停息挂账"),
        ("信用卡/逾期", "信用卡逾期"),
        ("逾期", "<b>逾</b>期的**逾**期"),
        ("abcd" * 20, "abcd" * 20),
        ("кредит", "КРЕДИТ"),
        ("債", "还债"),
    ],
)
def test_ways_of_writing(text, body, publish, titles):
    publish("要找到的指南", body=body)
    publish("别的指南在此", body="没有什么。")
    assert titles(text) == ["要找到的指南"]


def test_nothing_typed_is_an_error(publish):
    publish("信用卡逾期怎么办", body="AND OR NOT 债 title 24% a b c 的")
    assert len(HOSTILE) >= 200
    for text in HOSTILE:
        results = search.find(text)
        assert results.total == len(results.hits) <= 1, text
        results = search.find(text, newest_first=True)
        assert results.total == len(results.hits) <= 1, text


def test_a_title_goes_before_a_summary_and_that_before_a_body(publish, titles):
    publish("正文里有的", body="关于停息挂账。")
    publish("摘要里有的", summary="关于停息挂账。")
    publish("题目有停息挂账")
    publish("什么也没有的")
    assert titles("停息挂账") == ["题目有停息挂账", "摘要里有的", "正文里有的"]


def test_the_exact_phrase_goes_first(publish, titles):
    publish("网贷还款与协商", "协商还款：网贷篇")
    assert titles("协商还款")[0] == "协商还款：网贷篇"
    assert titles("还款与协商")[0] == "网贷还款与协商"


def test_words_apart_must_all_be_there(publish, titles):
    publish("催收上门怎么办", "催收打电话来", "上门服务的指南")
    assert titles("催收 上门") == ["催收上门怎么办"]
    assert not search.find("催收 上门").is_partial


def test_less_is_asked_of_a_long_question(publish, titles):
    publish("催收上门要开门吗", "法院寄来传票怎么办")
    results = search.find("工商银行的信用卡逾期催收会到家里上门吗需要注意什么")
    assert [hit.article.title for hit in results.hits] == ["催收上门要开门吗"]
    assert results.is_partial


def test_synonyms_of_editors_and_the_glossary(publish, titles):
    publish("个性化分期的条件", "老赖会怎样生活", "呆帐怎么处理好")
    SynonymGroup.objects.create(words="鸟贷，鸟儿贷款")
    Term.objects.create(term="逾鸟", aliases="逾期的鸟", meaning="不是真的。")
    publish("关于鸟儿贷款的事", "关于逾期的鸟一只")
    assert titles("停息挂账") == ["个性化分期的条件"]
    assert titles("失信被执行人") == ["老赖会怎样生活"]
    assert titles("呆账") == ["呆帐怎么处理好"]
    assert titles("鸟贷") == ["关于鸟儿贷款的事"]
    assert titles("逾鸟") == ["关于逾期的鸟一只"]
    SynonymGroup.objects.get(words="鸟贷，鸟儿贷款").delete()
    assert titles("鸟贷") == []


def test_pinyin_and_initials(publish, titles):
    publish("信用卡逾期怎么办", tags=["信用卡"])
    publish("房贷断供以后会怎样")
    for typed in ("xinyongka", "xyk", "XYK", "xin yong ka", "xinyongka yuqi"):
        assert titles(typed) == ["信用卡逾期怎么办"], typed
    assert titles("fangdai") == ["房贷断供以后会怎样"]


def test_categories_and_tags_narrow_and_are_searched(publish, titles):
    cards, houses = CategoryFactory(name="刷卡类"), CategoryFactory(name="住房类")
    publish("逾期的第一篇", category=cards, tags=["紧急"])
    publish("逾期的第二篇", category=houses)
    tag = Article.objects.get(title="逾期的第一篇").tags.get()
    assert titles("逾期", category=cards) == ["逾期的第一篇"]
    assert titles("逾期", category=houses) == ["逾期的第二篇"]
    assert titles("逾期", tag=tag) == ["逾期的第一篇"]
    assert titles("逾期", category=houses, tag=tag) == []
    assert titles("住房类") == ["逾期的第二篇"]
    assert titles("紧急") == ["逾期的第一篇"]


def test_filters_narrow_before_the_cap(publish, monkeypatch, titles):
    monkeypatch.setattr(finding, "CANDIDATES", 3)
    old = CategoryFactory()
    publish("逾期的旧指南", category=old, published_at=timezone.now() - dt.timedelta(days=900))
    publish(*(f"逾期的新指南{number}" for number in range(6)))
    assert titles("逾期", category=old) == ["逾期的旧指南"]


def test_newest_first_and_pages(publish, titles):
    now = timezone.now()
    for number in (2, 0, 3, 1):  # not in the order of their numbers
        publish(f"逾期的第{number}篇", published_at=now - dt.timedelta(days=number, minutes=1))
    assert titles("逾期", newest_first=True) == [f"逾期的第{number}篇" for number in range(4)]
    assert titles("逾期", newest_first=True, offset=1, limit=2) == ["逾期的第1篇", "逾期的第2篇"]
    both = titles("逾期", limit=2) + titles("逾期", offset=2, limit=2)
    assert sorted(both) == [f"逾期的第{number}篇" for number in range(4)]
    assert titles("逾期", offset=4) == []


def test_counts_are_honest_and_capped(publish, monkeypatch):
    publish(*(f"逾期的第{number}篇" for number in range(5)))
    results = search.find("逾期", limit=2)
    assert (results.total, results.is_capped, len(results.hits)) == (5, False, 2)
    monkeypatch.setattr(finding, "MOST_FOUND", 4)
    monkeypatch.setattr(finding, "CANDIDATES", 3)
    results = search.find("逾期", limit=2)
    assert (results.total, results.is_capped) == (4, True)
    assert search.find("没有的词").total == 0


def test_all_that_fit_are_reached_page_by_page(publish, monkeypatch, titles):
    monkeypatch.setattr(finding, "CANDIDATES", 2)
    now = timezone.now()
    for number in (3, 1, 0, 2):
        publish(f"第{number}篇指南", body="逾期", published_at=now - dt.timedelta(days=number, minutes=1))
    publish("很久以前的逾期指南", published_at=now - dt.timedelta(days=99))
    publish("很快就有的逾期指南", published_at=now + dt.timedelta(seconds=1))
    newest = ["第0篇指南", "第1篇指南", "第2篇指南", "第3篇指南", "很久以前的逾期指南"]
    best = [newest[-1], *newest[:-1]]
    for expected, newest_first in [(newest, True), (best, False)]:
        pages = [search.find("逾期", newest_first=newest_first, offset=start, limit=2) for start in (0, 2, 4, 6)]
        assert [hit.article.title for page in pages for hit in page.hits] == expected
        assert {(page.total, page.is_capped) for page in pages} == {(5, False)}


@pytest.mark.parametrize("status", [s for s in Article.Status if s != Article.Status.PUBLISHED])
def test_only_what_is_published_is_found(status, publish, titles):
    (guide,) = publish("逾期的秘密指南")
    Article.objects.filter(pk=guide.pk).update(status=status)
    results = search.find("秘密")
    assert (results.hits, results.total) == ([], 0)
    search.update([guide.pk])
    assert titles("秘密", newest_first=True) == []


def test_a_scheduled_guide_appears_at_its_minute(publish, titles):
    later = timezone.now() + dt.timedelta(hours=1)
    publish("明天才公布的指南", published_at=later)
    assert search.find("公布").total == 0
    assert titles("公布", newest_first=True) == []
    publish("早就公布公布的指南")
    assert titles("公布", limit=1) == ["早就公布公布的指南"]
    Article.objects.get(title="早就公布公布的指南").delete()
    with time_machine.travel(later + dt.timedelta(seconds=1)):
        assert titles("公布") == ["明天才公布的指南"]


def test_hits_are_marked_and_light(publish):
    publish("網貸<逾期>怎么办", body="先别慌。" * 60 + "网贷逾期可以协商。")
    (hit,) = search.find("网贷 协商").hits
    assert hit.title == "<mark>網貸</mark>&lt;逾期&gt;怎么办"
    assert "<mark>网贷</mark>逾期可以<mark>协商</mark>。" in hit.snippet
    assert "body" in hit.article.get_deferred_fields()


@pytest.mark.parametrize(
    ("text", "queries"),
    [
        ("", []),
        ("逾期", ["searchword", "find", "text", "article"]),
        ("逾期 协商", ["searchword", "count", "find", "text", "article"]),
        ("信用卡逾期以后银行会起诉到法院吗", ["searchword", "count", "find", "find", "text", "article"]),
    ],
)
def test_few_queries(text, queries, publish):
    publish(*(f"信用卡逾期协商{number}" for number in range(3)))
    search.find("热身")  # which guides are recent is asked once an hour
    marks = {
        "searchword": 'FROM "articles_searchword"',
        "count": "count(*) FROM",
        "find": "GROUP BY slot",
        "text": '"articles_indexentry"."text"',
        "article": 'FROM "articles_article"',
    }
    with CaptureQueriesContext(connection) as made:
        search.find(text)
    statements = in_words(made)
    assert len(statements) == len(queries), statements
    for name, statement in zip(queries, statements, strict=True):
        assert marks[name] in statement


@pytest.mark.parametrize(("text", "times"), [("太原 车贷", 2), ("太原车贷", 3), ("车贷", 2)])
def test_the_same_is_not_asked_for_twice(text, times, publish):
    """All that was typed is asked for by itself only where that is more than every word."""
    publish("太原车贷怎么办")
    with CaptureQueriesContext(connection) as made:
        search.find(text)
    [find] = [sql for sql in in_words(made) if "GROUP BY slot" in sql]
    assert find.count(" AS source ") == times


def test_drafts_are_not_indexed(publish, titles):
    ArticleFactory(title="还没有写完的")
    search.update(Article.objects.values_list("pk", flat=True))
    assert titles("写完") == []


@pytest.fixture
def few_are_recent(monkeypatch):
    """Have a site of a few guides searched as one of very many."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite 的索引本来就按新旧排列")

    def pretend() -> None:
        for name, value in {"RECENT": 4, "FIRST": 2, "WIDER": 3, "SAMPLE": 2}.items():
            monkeypatch.setattr(postgresql, name, value)
        cache.clear()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE articles_indexentry")

    return pretend


@pytest.mark.parametrize("limit", [1, 4, 1000])
def test_of_very_many_guides_the_newest_are_found(limit, corpus, few_are_recent):
    pairs = [f"{one}{other}" for one, other in pairwise(CHARACTERS)]
    before = Moment(timezone.now())

    def found() -> list:
        sources = [[(WHOLE, holds(pair)), (HEAD, holds(pair)), (WHOLE, holds("款催"))] for pair in pairs]
        return [search.database().find(some, before, limit) for some in sources]

    as_few = found()
    few_are_recent()
    assert found() == as_few
    assert any(as_few)


def test_of_very_many_guides_a_few_better_ones_are_enough(corpus, few_are_recent, monkeypatch):
    monkeypatch.setattr(postgresql, "BETTER", 2)
    pairs = [f"{one}{other}" for one, other in pairwise(CHARACTERS)]
    before = Moment(timezone.now())

    def found() -> list[list]:
        return [search.database().find([(WHOLE, holds(pair)), (HEAD, holds(pair))], before, 1000) for pair in pairs]

    def at_head(some) -> list[int]:
        return [one.article_id for one in some if one.sources & 2]

    of_all = found()
    few_are_recent()
    of_few = found()
    assert [[one.article_id for one in some] for some in of_few] == [
        [one.article_id for one in some] for some in of_all
    ]
    for few, every in zip(map(at_head, of_few), map(at_head, of_all), strict=True):
        assert few == every or few == every[: max(len(few), 2)]
    assert sum(map(len, map(at_head, of_few))) < sum(map(len, map(at_head, of_all)))


def test_of_very_many_guides_the_number_is_estimated(corpus, few_are_recent):
    everywhere, rare, nowhere = holds("期"), holds("款催"), holds("鸑鷟")
    _, of_all, of_rare, _ = search.database().count([everywhere, rare, nowhere], 1000)
    few_are_recent()
    total, estimated, counted, none = search.database().count([everywhere, rare, nowhere], 1000)
    assert (total, none) == (len(corpus), 0)
    assert estimated == pytest.approx(of_all, rel=0.3)
    assert counted == of_rare


def test_of_very_many_guides_no_more_are_counted_than_are_needed(corpus, few_are_recent):
    words = [holds(character) for character in CHARACTERS[::3]]
    before = Moment(timezone.now())

    def totals(enough: int) -> list[tuple[int, bool]]:
        return [search.database().total(word, before, 1000, enough=enough) for word in words]

    def slots(limit: int) -> list[list[int]]:
        return [search.database().slots(word, before, limit) for word in words]

    exact, first, of_all = totals(1000), slots(2), slots(1000)
    assert [(len(found), False) for found in of_all] == exact
    few_are_recent()
    assert (totals(1000), slots(2), slots(1000)) == (exact, first, of_all)
    some = totals(2)
    assert all(is_capped or found == all_of_it for (found, is_capped), (all_of_it, _) in zip(some, exact, strict=True))
    assert any(found < all_of_it for (found, _), (all_of_it, _) in zip(some, exact, strict=True))

"""How what a reader typed is read."""

import pytest

from articles.search.query import Known, possible_sounds, possible_words, read, understand
from articles.search.segmentation import split


def known(word: str, pinyin: str = "", initials: str = "", forms: tuple[str, ...] = ()) -> Known:
    return Known(word, pinyin, initials, forms)


CARD = known("信用卡", "xinyongka", "xyk")
OVERDUE = known("逾期", "yuqi", "yq")


def words(text: str, *known_words: Known) -> list[str]:
    return [word.forms[0] for word in understand(read(text), known_words).words]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("逾期会上门吗", ["逾期", "上门"]),  # a dictionary says 会上 门
        ("支付宝花呗怎么办", ["支付宝", "花呗"]),  # it does not know 花呗
        ("信用卡怎么协商", ["信用卡", "协商"]),
        ("微粒贷12天", ["微粒", "12天"]),
        ("95588是什么", ["95588"]),
        ("利息超过24%合法吗", ["利息", "超过", "24%", "合法"]),
        ("爆通", ["爆通"]),
        ("债", ["债"]),
        ("怎么办", ["怎么办"]),
        ("上门 400 天", ["上门", "400"]),  # by itself, 天 would be in nearly every guide
        ("信用卡 如何", ["信用卡"]),
        ("如何", ["如何"]),
        ("？！", []),
    ],
)
def test_words_that_matter(question, expected):
    assert words(question) == expected


def test_known_words_stay_whole_the_longest_first():
    assert split("停息挂账失信被执行人", {"停息挂账", "被执行人", "失信被执行人"}) == ["停息挂账", "失信被执行人"]
    assert split("ab贷怎么办", {"ab贷"}) == ["ab贷"]
    assert split("xab贷怎么办", {"ab贷"})[0] == "xab"


@pytest.mark.parametrize("typed", ["xinyongka yuqi", "xin yong ka yuqi", "xinyongkayuqi", "XINYONGKA逾期"])
def test_pinyin_is_heard(typed):
    query = understand(read(typed), [CARD, OVERDUE])
    assert {"信用卡", "逾期"} <= {form for word in query.words for form in word.forms}
    assert len(query.words) == 2


def test_initials_are_heard_and_may_still_be_what_was_meant():
    (word,) = understand("xyk", [CARD]).words
    assert word.forms == ("xyk", "信用卡")


def test_what_sounds_like_nothing_stays():
    assert words("lpr xyz", CARD) == ["lpr", "xyz"]


def test_forms_begin_with_the_readers_own():
    (word,) = understand("老赖", [known("老赖", forms=("失信被执行人", "失信名单"))]).words
    assert word.forms == ("老赖", "失信被执行人", "失信名单")


def test_only_a_beginning_is_read():
    assert len(read("债" * 10_000)) == 100
    assert read("a\0b\ud800") == "a b"


def test_what_is_looked_up_is_bounded():
    longest = read("债" * 10_000), read("a" * 10_000)
    assert max(len(possible_words(text)) for text in longest) < 2_000
    assert len(possible_sounds(" ".join("abcdefghij" * 10))[0]) < 6_000

"""What text is made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.search.tokens import LONGEST_TOKEN, fold, fold_with_places, required_tokens, tokens

TEXTS = st.text(alphabet=st.sampled_from([*"逾期催收債务貸款乾隆aB3%，。 .４％ﬁ㎡é\u200b😀-"]), max_size=12)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ＬＰＲ４倍", "lpr4倍"),
        ("網貸遲還，徵信", "网贷迟还,征信"),
        ("24％", "24%"),
        ("逾\u200b期", "逾期"),
        ("㎡ ﬁ", "m2 fi"),
        ("\ud800呆帐", "呆帐"),
    ],
)
def test_one_way_of_writing(text, folded):
    assert fold(text) == folded


def test_traditional_characters_do_not_depend_on_their_neighbours():
    """By phrases, 乾隆 keeps what 乾淨 loses, and a part of a text would not be found in it."""
    assert fold("乾隆乾淨") == fold("乾隆") + fold("乾淨") == fold("乾") + fold("隆") + fold("乾") + fold("淨")


@given(TEXTS)
def test_places_lead_back_to_the_text(text):
    folded, places = fold_with_places(text)
    assert folded == fold(text)
    assert len(places) == len(folded)
    assert all(character in fold(text[place]) for character, place in zip(folded, places, strict=True))


def test_pairs_and_the_last_character_of_each_run():
    assert tokens("信用卡，逾期") == {"信用", "用卡", "卡", "逾期", "期"}


def test_words_and_numbers_whole_and_with_what_follows():
    assert tokens("24%和lpr的4倍") == {"24", "24%", "和", "lpr", "lpr的", "的", "4", "4倍", "倍"}
    assert {"15.4", "15.4%"} <= tokens("15.4%")


def test_no_token_is_too_long_for_a_database():
    assert max(map(len, tokens("a" * 10_000 + "贷"))) == LONGEST_TOKEN + 1


@pytest.mark.parametrize("hostile", ["'", '"', "\\", "a'b", 'x"y', ":*", "!", "&|", "()", "\0", "#c1", "a_b"])
def test_tokens_hold_no_sign_that_a_database_knows(hostile):
    assert all(character.isalnum() for token in tokens(hostile) for character in token)


@given(TEXTS, TEXTS, TEXTS)
def test_a_text_has_every_token_that_its_parts_require(before, part, after):
    """So whatever is in a guide is found; a part of a word or number alone is not promised."""
    whole = f"{before} {part} {after}"
    found = tokens(fold(whole))
    for token, is_prefix in required_tokens(fold(part)):
        assert any(one.startswith(token) if is_prefix else one == token for one in found)

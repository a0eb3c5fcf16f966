"""What the screening says of a text as a whole: actions, positions, masks, context, and the samples."""

import json
import string

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from comments.screening import DEFAULT, Action, WordLists, screen
from comments.word_lists import DEFAULT_WORDS, KINDS
from tests.comments.test_screening_caught import CAUGHT, missed
from tests.comments.test_screening_harmless import HARMLESS
from tests.conftest import SHARED

SAMPLES = SHARED / "samples" / "comments.json"
DISGUISES_WITHOUT_A_FINDING = {"fullwidth", "cn_digits", "separated", "homoglyph", "split_char"}


def types(text: str) -> set[str]:
    return {finding.type for finding in screen(text).findings}


@pytest.fixture(scope="module")
def samples() -> dict:
    if not SAMPLES.exists():
        pytest.skip("没有 ../shared/samples/comments.json")
    return json.loads(SAMPLES.read_text(encoding="utf-8"))


def test_samples_that_must_be_caught(samples):
    wrong = {}
    for sample in samples["must_catch"]:
        text = sample["text"]
        lacking = set(sample["types"]) - types(text) - DISGUISES_WITHOUT_A_FINDING
        missing = missed(text, sample["must_match"], sample["types"][0])
        if missing or lacking:
            wrong[sample["id"]] = (missing, lacking)
    assert not wrong


def test_samples_that_must_not_be_caught(samples):
    assert not {s["id"]: screen(s["text"]).findings for s in samples["must_not_catch"] if screen(s["text"]).findings}


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("我身份证11010519491231002X，查查", "我身份证110105********002X，查查"),
        ("身份证１１０１０５１９４９１２３１００２Ｘ", "身份证１１０１０５********００２Ｘ"),
        ("110105 19491231 002X", "110105 ******** 002X"),
        ("我手机号13800138000", "我手机号138****8000"),
        ("打壹叁捌零零壹叁捌零零零", "打壹叁捌****捌零零零"),
        ("1\u200b3800138000", "1\u200b38****8000"),
        ("卡号6222020000000000018", "卡号622202*********0018"),
        ("验证码是483920", "验证码是******"),
        ("合同号HT20230815000123", "合同号HT**********0123"),
        ("我叫张伟，住在杭州市余杭区五常街道某某小区3幢2单元501室", "我叫张*，住在杭州市余杭区" + "*" * 17),
        ("没有什么要藏的，欠138000元", "没有什么要藏的，欠138000元"),
    ],
)
def test_personal_data_is_masked(text, masked):
    assert screen(text).masked == masked


@pytest.mark.parametrize(
    ("text", "action", "asked"),
    [
        ("谢谢老师", "none", set()),
        ("加V：yq8866", "hold", {Action.HOLD}),
        ("我身份证11010519491231002X", "none", {Action.MASK}),
        ("我身份证110105194912310021", "hold", {Action.MASK, Action.HOLD}),  # the checksum fails
        ("我手机号13800138000", "none", {Action.MASK}),
        ("专业协商找我13800138000", "reject", {Action.MASK, Action.HOLD, Action.REJECT}),
        ("征信修复", "hold", {Action.HOLD}),
        ("专业征信修复，包过", "reject", {Action.REJECT}),
        ("催收员李强电话 13900139000，大家去打爆他", "reject", {Action.MASK, Action.HOLD, Action.REJECT}),
        ("催收员电话 13900139000", "hold", {Action.MASK, Action.HOLD}),
        ("不想活了", "none", {Action.PRIORITISE}),
    ],
)
def test_what_is_asked_for(text, action, asked):
    verdict = screen(text)
    assert verdict.action == action
    assert {finding.action for finding in verdict.findings} == asked
    assert verdict.is_crisis is (Action.PRIORITISE in asked)


@pytest.mark.parametrize("service", ["反催收", "征信修复", "代理维权", "债务优化", "退息退费"])
@pytest.mark.parametrize(
    "saying", ["{}靠谱吗", "{}是不是骗局", "谁找过{}，被骗了吗", "别信{}，都是套路", "有人说能{}，假的"]
)
def test_who_asks_or_warns_does_not_advertise(service, saying):
    assert screen(saying.format(service)).findings == []


@pytest.mark.parametrize("service", ["反催收", "征信修复", "代理维权", "债务优化", "退息退费"])
def test_a_question_excuses_no_contact_and_is_never_rejected(service):
    verdict = screen(f"{service}靠谱吗，加V：yq8866")
    assert "contact_wechat" in {finding.type for finding in verdict.findings}
    assert verdict.action == "hold"


def test_positions_are_those_of_the_original():
    text = "有\u200b事➕\ufe0f威❤\ufe0f：①②③abc，\u200bq q 1２3-4５6-78 ok"
    parts = {text[finding.start : finding.end] for finding in screen(text).findings}
    assert "q q 1２3-4５6-78" in parts
    assert any(part.startswith("➕") for part in parts)


def test_moderators_words_count_at_once():
    text = "神仙水治百债"
    own = WordLists({**DEFAULT_WORDS, "ad_debt_service": (*DEFAULT_WORDS["ad_debt_service"], "神*水")})
    assert screen(text).findings == []
    assert [finding.type for finding in screen("神-仙-水", own).findings] == ["ad_debt_service"]
    assert "ad_debt_service" in {finding.type for finding in screen(text, own).findings}
    assert screen("征信修复，包过", WordLists({})).findings == []


def test_a_word_of_a_moderator_is_no_regular_expression():
    own = WordLists({"ad_claim": ("(包", "x?y$")})
    assert screen("(包", own).findings
    assert not screen("y$", own).findings


def test_an_advert_is_found_once_for_each_clause():
    found = [(f.type, f.start, f.end) for f in screen("专业征信修复征信修复，包过").findings]
    assert found == [("ad_credit_repair", 0, 10), ("ad_credit_repair", 11, 13)]


def test_every_kind_has_words_and_a_name():
    assert set(KINDS) == set(DEFAULT_WORDS)
    assert all(DEFAULT_WORDS.values())


# What is known to be a contact, disguised at random

SEPARATORS = ["", "", "", " ", ".", "-", "_", "*", "·", "/", "、", "\u200b", "\ufeff", " -", "\u2060", "—", "　"]
DIGIT_FORMS = [
    "0123456789",
    "０１２３４５６７８９",
    "⓪①②③④⑤⑥⑦⑧⑨",
    "零一二三四五六七八九",
    "〇壹贰叁肆伍陆柒捌玖",
    "⁰¹²³⁴⁵⁶⁷⁸⁹",
    "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗",
]
WECHAT_PREFIXES = [
    "加V：",
    "➕威❤ ",
    "薇芯:",
    "wx ",
    "ＶＸ：",
    "微信号：",
    "徽信 ",
    "加我微 信 ",
    "v❤：",
    "WeChat:",
    "微亻言 ",
    "Ⓥⓧ：",
]
QQ_PREFIXES = ["QQ ", "扣扣：", "扌口扌口 ", "企鹅：", "ｑｑ", "Q Q:", "加球球", "🐧：", "抠抠 "]
AROUND = ["", "需要的联系，", "我也是逾期三个月 ", "协商成功了。"]


@st.composite
def disguised(draw, characters: str) -> str:
    """`characters` with digits in any form, letters in any case and width, and separators between them."""
    numerals = draw(st.sampled_from(DIGIT_FORMS))
    out = []
    for character in characters:
        if character.isdigit():
            form = draw(st.sampled_from([numerals, "0123456789"]))
            out.append(form[int(character)])
        else:
            out.append(draw(st.sampled_from([character, character.upper(), chr(ord(character) + 0xFEE0)])))
        out.append(draw(st.sampled_from(SEPARATORS)))
    return "".join(out[:-1])


@st.composite
def contacts(draw) -> tuple[str, str]:
    """A text with one disguised contact, and the contact."""
    kind = draw(st.sampled_from(["wechat", "qq", "phone"]))
    if kind == "phone":
        number = "1" + draw(st.sampled_from("3456789")) + draw(st.text(string.digits, min_size=9, max_size=9))
        prefix = draw(st.sampled_from(["电话", "打我", "", "手机："]))
    elif kind == "qq":
        number = draw(st.sampled_from("123456789")) + draw(st.text(string.digits, min_size=6, max_size=9))
        prefix = draw(st.sampled_from(QQ_PREFIXES))
    else:
        letters = draw(st.text("abcdefghjkmnprstuwyz", min_size=2, max_size=6))
        number = letters + draw(st.text(string.digits, min_size=4, max_size=6))
        prefix = draw(st.sampled_from(WECHAT_PREFIXES))
    shape = draw(disguised(number))
    return draw(st.sampled_from(AROUND)) + prefix + shape + draw(st.sampled_from(["", "，在线", "。"])), shape


@settings(max_examples=600, deadline=None)
@given(contacts())
def test_a_disguised_contact_is_caught(contact):
    text, shape = contact
    covered = {i for finding in screen(text).findings for i in range(finding.start, finding.end)}
    start = text.rindex(shape)
    assert set(range(start, start + len(shape))) <= covered


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(HARMLESS), min_size=1, max_size=4),
    st.sampled_from(["，", "。", "\n", "！"]),
)
def test_harmless_sentences_together_stay_harmless(parts, joint):
    assert screen(joint.join(parts)).findings == []


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
@example("")
@example("\u200b\ufe0f")
@example("①" * 20)
@example("\ud800加微信abc123")
def test_any_text_is_judged(text):
    verdict = screen(text)
    assert len(verdict.masked) == len(text)
    for finding in verdict.findings:
        assert 0 <= finding.start < finding.end <= len(text)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([text for text, _, _ in CAUGHT]), min_size=1, max_size=3))
def test_masking_twice_changes_nothing(parts):
    once = screen("。".join(parts)).masked
    assert screen(once).masked == once


@pytest.mark.parametrize(
    "part", ["1", "1 ", "-", "一", "@", "a.", "加", "v ", "死", "1室，", "(", "13800138000 ", "扌口"]
)
def test_no_text_of_ten_thousand_characters_is_too_much(part):
    """Seconds are measured in tests/benchmarks; this hangs if an expression goes wild."""
    screen((part * 10_000)[:10_000], DEFAULT)

"""Personal data in a normalised text: what is found, and what only looks like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments.privacy import find_personal_data, mask
from comments.privacy.cards import has_right_checksum, passes_luhn


def found(text: str) -> list[tuple[str, str]]:
    return [(item.type, text[item.start : item.end]) for item in find_personal_data(text)]


def test_checksum_of_the_standard():
    """The example number of GB 11643-1999."""
    assert has_right_checksum("11010519491231002x")
    assert not has_right_checksum("110105194912310021")


@given(st.integers(0, 16), st.integers(1, 9))
def test_the_checksum_sees_every_single_wrong_digit(place, difference):
    number = "11010519491231002x"
    wrong = str((int(number[place]) + difference) % 10)
    assert not has_right_checksum(number[:place] + wrong + number[place + 1 :])


def test_luhn():
    """The example of ISO/IEC 7812-1 and a test number of Visa."""
    assert passes_luhn("79927398713")
    assert passes_luhn("4111111111111111")
    assert not passes_luhn("4111111111111112")


@pytest.mark.parametrize(
    ("text", "kind", "part"),
    [
        ("11010519491231002x", "id_card", "11010519491231002x"),
        ("身份证130503670401001", "id_card", "130503670401001"),
        ("110105-19491231-002x", "id_card", "110105-19491231-002x"),
        ("6222 0200 0000 0000 018", "bank_card", "6222 0200 0000 0000 018"),
        ("卡号6222020000000000019", "bank_card", "6222020000000000019"),  # a wrong digit, but named as a card
        ("13800138000", "phone", "13800138000"),
        ("+86 138-0013-8000", "phone", "86 138-0013-8000"),
        ("138 - 0013 - 8000", "phone", "138 - 0013 - 8000"),
        ("(138)0013(8000)", "phone", "138)0013(8000"),
        ("010-62345678", "phone", "010-62345678"),
        ("(0755)83211234", "phone", "0755)83211234"),
        ("15800001111 2024-03-01", "phone", "15800001111"),
        ("合同编号：abc-2023-000123", "contract", "abc-2023-000123"),
        ("验证码4839", "code", "4839"),
        ("483920是您的验证码", "code", "483920"),
        ("住在上海市静安区南京西路1266号3栋1802室", "address", "上海市静安区南京西路1266号3栋1802室"),
        ("我叫张伟，", "name", "张伟"),
    ],
)
def test_it_is_found(text, kind, part):
    assert (kind, part) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "11010519491331002x",  # no such month
        "99010519491231002x",  # no such region
        "130503670401001",  # 15 digits without the word
        "91110105ma01abcde3",
        "911101050000000000",
        "6222020000000000019",  # the Luhn check fails and nothing says card
        "0000000000000000",
        "12800138000",
        "23800138000",
        "1380013800",
        "138001380001",
        "13800138000元",
        "1500、2000、300",
        "15000、20000、3000",
        "2024-01-15 2024-02-15",
        "400-820-8820",
        "95588 95533 12378",
        "106980095588",
        "合同编号在哪里",
        "合同号12345",
        "验证码是6位数",
        "验证码1分钟收了20条",
        "2024年的验证码",
        "北京市朝阳区人民法院建国路3号楼201室",
        "我叫苦连天",
        "我是李明，逾期了",  # a name alone, and 我是 says little
        "房子在深圳市，3室2厅",
    ],
)
def test_it_only_looks_like_it(text):
    assert found(text) == []


def test_a_name_counts_beside_other_data():
    assert ("name", "李明") in found("我是李明，13800138000")


def test_mask_keeps_front_back_signs_and_length():
    assert mask("a1-23 45x", [(0, 8, 1, 2)]) == "a*-** 45x"
    assert mask("1234", [(0, 4, 0, 0)]) == "****"

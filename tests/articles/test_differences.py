"""What changed between two texts: nothing is lost, what is alike stands side by side, and hostile texts cost little."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.differences import MOST_SHOWN, Row, compare, hunks, is_same

GUIDE_LINES = st.sampled_from(
    ["", " ", "## 第一步", "打客服电话，说明情况。", "打官方客服电话，说明困难。", "LPR 的4倍", "3.5%", "，，", "\r"]
)
TEXTS = st.one_of(st.text(max_size=80), st.lists(GUIDE_LINES, max_size=30).map("\n".join))


def sides(rows: list[Row]) -> tuple[str, str]:
    before = ["".join(piece.text for piece in row.before) for row in rows if row.kind != "added"]
    after = ["".join(piece.text for piece in row.after) for row in rows if row.kind != "removed"]
    return "\n".join(before), "\n".join(after)


def shown(rows: list[Row]) -> list[str]:
    def marked(pieces) -> str:
        return "".join(f"[{piece.text}]" if piece.changed else piece.text for piece in pieces)

    return [marked(row.before) if row.kind == "same" else f"{marked(row.before)} → {marked(row.after)}" for row in rows]


@settings(max_examples=300, deadline=None)
@given(TEXTS, TEXTS)
def test_the_pieces_of_each_side_make_its_text(before, after):
    rows = compare(before, after)
    assert sides(rows) == (before, after)
    assert is_same(rows) == (before == after)
    assert all(row.before == row.after for row in rows if row.kind == "same")


@given(TEXTS, TEXTS)
def test_folding_leaves_no_line_out(before, after):
    rows = compare(before, after)
    assert [row for hunk in hunks(rows) for row in hunk.rows] == rows
    assert all(row.kind == "same" for hunk in hunks(rows) if hunk.folded for row in hunk.rows)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("半年内还清即可。", "一年内还清即可。", ["[半年]内还清即可。 → [一年]内还清即可。"]),
        # Numbers, Latin words and marks are words of their own.
        ("罚息是 3.5%，按 LPR 算", "罚息是 3.85%，按 LPR 算", ["罚息是 [3.5%]，按 LPR 算 → 罚息是 [3.85%]，按 LPR 算"]),
        ("超过24%的部分", "超过LPR四倍的部分", ["超过[24%]的部分 → 超过[LPR四倍]的部分"]),
        ("还清，再谈", "还清；再谈", ["还清[，]再谈 → 还清[；]再谈"]),
        # A word that stayed between longer changes is read with them.
        ("先联系银行，后付款", "先咨询律师，再起诉", ["先[联系银行，后付款] → 先[咨询律师，再起诉]"]),
        # A paragraph put in between does not push apart those that stayed nearly the same.
        (
            "打客服电话，说明情况。\n\n留下书面记录，注明日期。",
            "打官方客服电话，说明情况。\n\n先把欠款列成表。\n\n留下书面记录，注明时间。",
            [
                "打客服电话，说明情况。 → 打[官方]客服电话，说明情况。",
                "",
                " → [先把欠款列成表。]",
                " → []",
                "留下书面记录，注明[日期]。 → 留下书面记录，注明[时间]。",
            ],
        ),
        ("第一段\n\n第二段", "第一段\n第二段", ["第一段", "[] → ", "第二段"]),
        ("", "全新的一段\n另一段", [" → [全新的一段]", " → [另一段]"]),
        ("全删的一段", "", ["[全删的一段] → "]),
    ],
)
def test_what_is_marked(before, after, expected):
    assert shown(compare(before, after)) == expected


def test_long_runs_without_a_change_are_folded():
    lines = [f"第{number}条规定" for number in range(40)]
    rows = compare("\n".join(lines), "\n".join([*lines[:20], "新的一条", *lines[20:]]))
    assert [(len(hunk.rows), hunk.folded) for hunk in hunks(rows)] == [(18, True), (5, False), (18, True)]


def test_no_more_is_shown_than_a_page_can_hold():
    rows = compare("甲\n" * 50_000, "乙\n" * 50_000)
    found = hunks(rows)
    assert sum(len(hunk.rows) for hunk in found) == MOST_SHOWN
    assert found[-1].left_out == len(rows) - MOST_SHOWN


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("\n" * 100_000, "\n" * 99_000 + "尾"),
        ("甲\n乙\n" * 25_000, "乙\n甲\n\n" * 20_000),
        ("好" * 100_000, "坏" * 50_000 + "好" * 50_000),
        ("，" * 100_000, "，。" * 50_000),
        ("银行的信用卡，逾期" * 11_000, "逾期的银行，信用卡" * 11_000),
        ("\n".join(map(str, range(17_000))), "\n".join(map(str, range(17_000, 0, -1)))),
        ("\n".join(str(n // 2) for n in range(17_000)), "\n".join(str(n // 3) for n in range(17_000))),
    ],
    ids=["empty lines", "turn about", "one long word", "marks", "few words", "reversed", "in twos and threes"],
)
def test_hostile_texts_cost_little(before, after):
    start = time.process_time()
    rows = compare(before, after)
    assert time.process_time() - start < 5  # a tenth of that, usually; without bounds, minutes
    assert sides(rows) == (before, after)

"""What was searched for is marked, and nothing else is let through."""

import pytest

from articles.search.highlight import SNIPPET, Highlighter


def test_marks_stand_in_the_text_as_it_was_written():
    assert Highlighter({"网贷": 1, "lpr": 1}).whole("網貸逾期：ＬＰＲ") == "<mark>網貸</mark>逾期：<mark>ＬＰＲ</mark>"
    assert Highlighter({"信用卡": 1}).whole("㎡信用卡") == "㎡<mark>信用卡</mark>"


def test_marks_that_touch_are_one():
    assert Highlighter({"信用卡": 1, "卡逾": 1, "逾期": 1}).whole("信用卡逾期") == "<mark>信用卡逾期</mark>"


def test_numbers_are_marked_whole():
    assert Highlighter({"24%": 1}).whole("124%和24%") == "124%和<mark>24%</mark>"


@pytest.mark.parametrize("text", ["<script>逾期</script>", "a & b 逾期", "\"逾期'"])
def test_all_is_escaped(text):
    marked = Highlighter({"逾期": 1, "script": 1, "amp": 1}).whole(text)
    bare = marked.replace("<mark>", "").replace("</mark>", "")
    assert not set("<>\"'") & set(bare)
    assert "<mark>逾期</mark>" in marked


def test_a_snippet_shows_the_best_place():
    body = "开头。" * 100 + "先打客服电话，再谈停息挂账。" + "结尾。" * 100
    text = Highlighter({"停息挂账": 2, "客服": 1}).snippet(["摘要里只有客服。", body])
    assert text.startswith("…")
    assert text.endswith("…")
    assert "<mark>客服</mark>电话，再谈<mark>停息挂账</mark>" in text
    assert len(text) < SNIPPET + 80


def test_a_snippet_begins_with_a_line():
    text = "甲" * 40 + "\n乙乙逾期" + "丙" * 200
    assert Highlighter({"逾期": 1}).snippet([text]).startswith("…乙乙<mark>逾期</mark>丙")


def test_a_snippet_from_the_end_of_a_text_is_no_shorter():
    text = "甲" * 200 + "。" + "乙" * 110 + "逾期"
    assert Highlighter({"逾期": 1}).snippet([text]) == f"…{'乙' * 110}<mark>逾期</mark>"
    assert Highlighter({"逾期": 1}).snippet(["甲" * 60 + "逾期"]) == f"{'甲' * 60}<mark>逾期</mark>"


def test_a_summary_as_good_goes_first():
    assert Highlighter({"逾期": 1}).snippet(["摘要说逾期。", "正文也说逾期。"]) == "摘要说<mark>逾期</mark>。"
    assert Highlighter({"逾期": 1}).snippet(["", "正文没有。"]) == "正文没有。"
    assert Highlighter({"逾期": 1}).snippet(["", ""]) == ""

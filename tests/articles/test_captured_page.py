import contextlib
import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.importers.captured_page import parse_page, read_page
from articles.importers.records import ImportProblem

PAGE = """贷款逾期怎么协商
首页 > 协商还款 人气:1,203 日期:2025-04-17 14:27:24
文章正文

# 先准备材料

1. 收入证明。

2. 支出清单。

精彩评论

头像 何澜-律师助理 2025-04-18
先写清每月能还多少。
再谈期限。

头像 许安-社工 2025-04-19
先吃饱饭。

  • 贷款逾期怎么协商
  • 别的标题
"""


def test_every_part_is_read():
    page = parse_page(PAGE)
    assert (page.title, page.category, page.views) == ("贷款逾期怎么协商", "协商还款", 1203)
    assert page.published_at == dt.datetime(2025, 4, 17, 14, 27, 24, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert page.body == "# 先准备材料\n\n1. 收入证明。\n\n2. 支出清单。\n"
    assert [(r.name, r.role, r.posted_on.isoformat(), r.text) for r in page.replies] == [
        ("何澜", "律师助理", "2025-04-18", "先写清每月能还多少。\n再谈期限。"),
        ("许安", "社工", "2025-04-19", "先吃饱饭。"),
    ]
    assert page.other_titles == ["贷款逾期怎么协商", "别的标题"]


@pytest.mark.parametrize(
    "change",
    [
        ("首页 > 协商还款 人气:1,203 日期:", "首页 › 贷款 ＞ 协商还款　人气：1203　日期："),
        ("14:27:24", "14:27"),
        ("\n", "\r\n"),
        ("文章正文\n", ""),
    ],
)
def test_harmless_differences(change):
    page = parse_page(PAGE.replace(*change))
    assert (page.category, page.views, page.published_at.hour, len(page.replies)) == ("协商还款", 1203, 14, 2)
    assert page.body.startswith("# 先准备材料")


def test_a_page_without_replies_and_other_titles():
    page = parse_page(PAGE[: PAGE.index("精彩评论")])
    assert (page.replies, page.other_titles) == ([], [])


def test_titles_at_the_end_are_found_without_the_marker_of_replies():
    page = parse_page(PAGE[: PAGE.index("精彩评论")] + "\n • 别的标题\n")
    assert page.other_titles == ["别的标题"]
    assert "别的标题" not in page.body


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("贷款逾期怎么协商\n首", "贷\n首", 1, "太短"),
        ("贷款逾期怎么协商\n首", "长" * 81 + "\n首", 1, "最多 80 字，现有 81 字"),
        ("首页 > 协商还款", "协商还款", 2, "首页 > 分类"),
        ("协商还款 人", "类" * 31 + " 人", 2, "分类最多 30 字"),
        ("人气:1,203", "人气:很多", 2, "人气:数字"),
        ("人气:1,203", "人气:99999999999", 2, "不可信"),
        ("日期:2025-04-17 14:27:24", "", 2, "找不到“日期"),
        ("2025-04-17 14:27:24", "2025-13-17 14:27:24", 2, "日期“2025-13-17 14:27:24”不对"),
        ("# 先准备材料\n\n1. 收入证明。\n\n2. 支出清单。\n", "", 3, "没有正文"),
        ("头像 何澜-律师助理 2025-04-18", "头像 何澜 2025-04-18", 13, "头像 姓名-身份 日期"),
        ("头像 何澜-律师助理 2025-04-18", "何澜说", 13, "应以“头像"),
        ("2025-04-19\n先吃饱饭。", "2025-04-19", 17, "许安的评论没有内容"),
        ("2025-04-19\n", "昨天\n", 17, "日期“昨天”不对"),
        ("许安", "安" * 31, 17, "姓名最多 30 字"),
        ("先吃饱饭。", "饱" * 2001, 18, "评论最多 2000 字"),
    ],
)
def test_what_is_broken_is_named_with_its_line(old, new, line, reason):
    assert old in PAGE
    with pytest.raises(ImportProblem, match=reason) as problem:
        parse_page(PAGE.replace(old, new))
    assert problem.value.line == line
    assert str(problem.value).startswith(f"第 {line} 行：")


@given(st.text(max_size=400) | st.text(alphabet="首页>人气:日期 2025-04-17\n头像-•精彩评论文章正文a", max_size=400))
def test_any_text_is_read_or_refused_with_a_reason(text):
    with contextlib.suppress(ImportProblem):
        assert parse_page(text).body.strip()


def test_encodings(tmp_path):
    path = tmp_path / "page.txt"
    for raw in (PAGE.encode("gb18030"), b"\xef\xbb\xbf" + PAGE.encode()):
        path.write_bytes(raw)
        assert read_page(path).title == "贷款逾期怎么协商"


@pytest.mark.parametrize(("raw", "reason"), [(b"\0\1\2", "不是文本文件"), (b"\xff\xff", "编码"), (b"", "空")])
def test_files_that_are_no_text(tmp_path, raw, reason):
    path = tmp_path / "page.txt"
    path.write_bytes(raw)
    with pytest.raises(ImportProblem, match=reason):
        read_page(path)
    with pytest.raises(ImportProblem, match="文件不存在"):
        read_page(tmp_path / "none.txt")
    with pytest.raises(ImportProblem, match="读不出来"):
        read_page(tmp_path)

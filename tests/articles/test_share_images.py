"""The pictures beside shared links. What they look like was judged by eye; what must never happen is tested here."""

import io
import re
from pathlib import Path

import frontmatter
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageFont

from articles import fonts
from articles.share_images import ACCENT, INK, LAYOUTS, PAPER, SQUARE, WIDE, draw, title_lines
from articles.typesetting import NEVER_FIRST, NEVER_LAST

ROOT = Path(__file__).resolve().parents[2]
DEMO_TITLES = [str(frontmatter.load(str(path))["title"]) for path in sorted(ROOT.glob("debtfaq/demo/guides/*.md"))]
LONGEST = (
    "信用卡逾期后银行起诉到法院，应诉材料清单和答辩状怎么写，才能争取减免利息罚息违约金，"
    "以及申请分期还款调解方案的完整步骤、说明与注意事项（二〇二六年十二月修订稿）"
)
SIZES = pytest.mark.parametrize("size", [WIDE, SQUARE], ids=["wide", "square"])
LATIN = ["24%", "36%", "LPR", "IRR", "APP", "12378", "1-30", "3.5%", "www.example.cn", "2026"]
CHINESE = ["信用卡", "逾期", "怎么办", "催收", "的", "我", "一", "被起诉了", "吗", "还", "网贷", "停息挂账", "律师函"]
MARKS = ["，", "。", "、", "？", "！", "：", "；", "”，", "》", "）", "（", "《", "“", " ", "……", "——", "”“", ""]
words = st.one_of(
    st.tuples(st.sampled_from(LATIN), st.sampled_from(MARKS[:-1])),
    st.tuples(st.sampled_from(CHINESE), st.sampled_from(MARKS)),
)
titles = st.lists(words, min_size=1, max_size=24).map(
    lambda parts: "".join(word + mark for word, mark in parts)[:80].strip()
)


@pytest.fixture(autouse=True)
def _font():
    if draw("字", "字", WIDE) is None:
        pytest.skip("没有 fontconfig 或中文字体（Debian：fonts-noto-cjk）")


def picture(title, size, name="债务问答"):
    content = draw(title, name, size)
    assert content
    assert len(content) <= 60_000
    return Image.open(io.BytesIO(content))


def assert_nothing_overflows(title, size):
    """Ink stays between the margins and above the band."""
    shown = picture(title, size).convert("RGB")
    layout = LAYOUTS[size]
    width, height = size[0], size[1] - layout.band
    edge = layout.margin - 6  # some characters hang out a hair's breadth
    for box in [
        (0, 0, width, edge),
        (0, height - edge, width, height),
        (0, 0, edge, height),
        (width - edge, 0, width, height),
    ]:
        assert shown.crop(box).getcolors() == [((box[2] - box[0]) * (box[3] - box[1]), PAPER)], box


@SIZES
def test_the_picture_is_a_small_png_in_the_colours_of_the_site(size):
    shown = picture("逾期几天上征信？", size)
    assert (shown.format, shown.mode, shown.size) == ("PNG", "P", size)
    colours = {colour for _, colour in shown.convert("RGB").getcolors()}
    assert {PAPER, INK, ACCENT} <= colours
    corner = shown.convert("RGB").getpixel
    assert corner((0, 0)) == PAPER
    assert corner((0, size[1] - 1)) == corner((size[0] - 1, size[1] - 1)) == ACCENT
    stylesheet = (ROOT / "static/css/site.css").read_text(encoding="utf-8")
    for name, colour in [("paper", PAPER), ("ink", INK), ("accent", ACCENT)]:
        assert f"--{name}: #{bytes(colour).hex()};" in stylesheet


@SIZES
def test_the_picture_tells_nothing_but_title_and_name(size):
    shown = picture("逾期几天上征信？", size)
    assert shown.info == {}
    assert draw("逾期几天上征信？", "债务问答", size) == draw("逾期几天上征信？", "债务问答", size)
    assert draw("逾期几天上征信？", "别的网站", size) != draw("逾期几天上征信？", "债务问答", size)


@SIZES
@pytest.mark.parametrize("title", DEMO_TITLES)
def test_titles_of_the_demo_fit_unshortened(title, size):
    assert "".join(title_lines(title, size)) == title
    assert_nothing_overflows(title, size)


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("信用卡欠多少钱算犯罪？恶意透支怎么认定", ["信用卡欠多少钱算犯罪？", "恶意透支怎么认定"]),
        (
            "催收说“已报案、要来抓你”，是真的吗？立案后还钱还有用吗",
            ["催收说“已报案、", "要来抓你”，是真的吗？", "立案后还钱还有用吗"],
        ),
        ("收到支付令15日内怎么办？网贷仲裁和诉讼费谁出", ["收到支付令15日内怎么办？", "网贷仲裁和诉讼费谁出"]),
        ("How to read 24% APR and IRR in 3 steps", ["How to read 24% APR", "and IRR in 3 steps"]),
        ("逾期", ["逾期"]),
        ("  两\t行\n标题 ", ["两 行 标题"]),
        ("", []),
    ],
)
def test_lines_end_where_the_sense_does(title, lines):
    assert title_lines(title, WIDE) == lines


@settings(max_examples=150, deadline=None)
@given(title=titles, size=st.sampled_from([WIDE, SQUARE]))
def test_lines_are_broken_by_the_rules_of_chinese(title, size):
    lines = title_lines(title, size)
    assert not any(line[0] in NEVER_FIRST for line in lines[1:])
    assert not any(line[-1] in NEVER_LAST for line in lines[:-1])
    shown = "".join(lines)
    if not shown.endswith("…"):
        assert shown.replace(" ", "") == re.sub(r"\s", "", title)
    for word in re.findall(r"[0-9A-Za-z][0-9A-Za-z.%-]*", title):
        assert shown.endswith("…") or any(word in line for line in lines)


@settings(max_examples=60, deadline=None)
@given(title=st.one_of(titles, st.text(max_size=80)), size=st.sampled_from([WIDE, SQUARE]))
def test_no_title_breaks_the_drawing(title, size):
    picture(title, size)


@settings(max_examples=40, deadline=None)
@given(title=titles, size=st.sampled_from([WIDE, SQUARE]))
def test_no_title_overflows(title, size):
    assert_nothing_overflows(title, size)


def test_the_longest_title_fits_the_wide_picture_and_is_cut_in_the_square_one():
    assert len(LONGEST) == 80
    assert "".join(title_lines(LONGEST, WIDE)) == LONGEST
    short = "".join(title_lines(LONGEST, SQUARE))
    assert short.endswith("…")
    assert LONGEST.startswith(short[:-1])
    assert len(short) > 50
    assert short[-2] not in NEVER_FIRST + NEVER_LAST
    for size in [WIDE, SQUARE]:
        assert_nothing_overflows(LONGEST, size)


@pytest.mark.parametrize("start", range(12))
def test_no_mark_stands_before_the_ellipsis(start):
    title = "那" * start + "停息（“（甲丙？！！”）乙" * 12
    short = "".join(title_lines(title, SQUARE))
    assert short.endswith("…")
    assert short[-2] in "那停息甲丙乙"


def test_two_marks_do_not_stand_wide_apart():
    def ink(title):
        shown = picture(title, WIDE).convert("RGB").crop((0, 0, WIDE[0], WIDE[1] - LAYOUTS[WIDE].band))
        return ImageChops.difference(shown, Image.new("RGB", shown.size, PAPER)).getbbox()

    em = LAYOUTS[WIDE].sizes[0]
    (left, _, right, _), (_, _, shorter, _) = ink("甲”，乙"), ink("甲，乙")
    assert right - left < 4 * em
    assert 0.4 * em <= right - shorter <= 0.6 * em


@SIZES
def test_a_word_longer_than_a_line_is_cut_rather_than_overflowing(size):
    title = "www." + "averyveryverylongname" * 3 + ".example.cn"
    assert "".join(title_lines(title, size)) == title
    assert_nothing_overflows(title, size)


@SIZES
def test_a_long_name_of_the_site_stays_in_the_band(size):
    shown = picture("逾期", size, name="一个名字特别特别长的债务问答网站" * 2).convert("RGB")
    margin, band = LAYOUTS[size].margin, LAYOUTS[size].band
    right = (size[0] - margin + 2, size[1] - band, size[0], size[1])
    assert shown.crop(right).getcolors() == [((margin - 2) * band, ACCENT)]


@pytest.fixture
def fontconfig(monkeypatch, tmp_path):
    """Return a function that puts a program of one's own in the place of fc-match."""

    def replace(script):
        if script:
            (tmp_path / "fc-match").write_text(f"#!/bin/sh\n{script}\n")
            (tmp_path / "fc-match").chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))
        fonts.face.cache_clear()

    yield replace
    monkeypatch.undo()
    fonts.face.cache_clear()


@pytest.mark.parametrize(
    "script",
    [
        "",
        "exit 1",
        "echo nonsense",
        f"printf '%s\\n0\\nzh-cn|en' {ROOT}/no-such-font.ttf",
        f"printf '%s\\n0\\nzh-cn|en' {ROOT}/manage.py",
        "printf '%s\\n0\\nen|fr' @font@",
    ],
    ids=["no fontconfig", "failure", "nonsense", "no such file", "not a font", "not Chinese"],
)
def test_without_a_chinese_font_there_is_no_picture(fontconfig, script):
    fontconfig(script.replace("@font@", fonts.face("bold").path))
    assert draw("逾期", "债务问答", WIDE) is None
    assert title_lines("逾期", WIDE) is None


def test_of_a_collection_the_face_for_simplified_chinese_is_taken(fontconfig):
    found = fonts.face("bold")
    if not found.path.endswith("NotoSansCJK-Bold.ttc"):
        pytest.skip("不是 Noto Sans CJK")
    fontconfig(f"printf '%s\\n0\\nzh-cn|ja' {found.path}")  # the first face is the Japanese one
    chosen = fonts.face("bold")
    assert ImageFont.truetype(chosen.path, 10, chosen.index).getname()[0] == "Noto Sans CJK SC"


@pytest.mark.parametrize(("name", "size"), [("share.png", WIDE), ("share-square.png", SQUARE)])
def test_the_picture_of_the_site_has_its_size(name, size):
    path = ROOT / "static" / "img" / name
    assert path.stat().st_size <= 60_000
    with Image.open(path) as shown:
        assert (shown.format, shown.size) == ("PNG", size)

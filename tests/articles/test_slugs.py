import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.slugs import MAX_LENGTH, pinyin_slug


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("信用卡逾期怎么办？", "xin-yong-ka-yu-qi-zen-me-ban"),
        ("提前还款与协商还款", "ti-qian-huan-kuan-yu-xie-shang-huan-kuan"),
        ("银行行长还债", "yin-hang-hang-zhang-huan-zhai"),
        ("LPR四倍、24%和36%", "lpr-si-bei-24-he-36"),
        ("？！", "guide"),
    ],
)
def test_pinyin_slug(title, slug):
    assert pinyin_slug(title) == slug


@given(st.text(max_size=300))
def test_always_a_slug_that_fits(text):
    slug = pinyin_slug(text)
    assert len(slug) <= MAX_LENGTH
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)

import subprocess
import sys

import pytest
from pypinyin.constants import PHRASES_DICT

from articles.readings import PHRASES, lazy_pinyin, telling_phrases


@pytest.mark.parametrize(
    ("phrase", "read"),
    [
        ("逾期", "yu qi"),  # as its characters are
        ("银行", "yin hang"),
        ("重庆", "chong qing"),
        ("长沙", "chang sha"),
        ("都江堰", "du jiang yan"),
        ("厦门银行重新协商", "xia men yin hang chong xin xie shang"),
        ("被执行会怎样", "bei zhi xing hui zen yang"),
        ("进行业务办理", "jin xing ye wu ban li"),
    ],
)
def test_phrases_are_read_as_the_whole_dictionary_reads_them(phrase, read):
    assert lazy_pinyin(phrase) == read.split()


def test_only_what_tells_something_is_in_memory():
    assert len(PHRASES_DICT) < 5000
    assert "逾期" not in PHRASES_DICT


def test_the_whole_dictionary_is_not_loaded():
    code = "import articles.slugs, sys; sys.exit('pypinyin.phrases_dict' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_they_are_those_of_the_pypinyin_that_is_installed():
    assert PHRASES.read_text(encoding="utf-8") == telling_phrases() + "\n"

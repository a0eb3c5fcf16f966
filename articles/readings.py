"""How Chinese characters are read: pypinyin, with as much of its dictionary as tells something.

It knows 47,000 phrases, in 44 MB of memory. Nearly all of them are read as their characters are one by one, but for
tones, which we leave out everywhere. The others, about 3,400, are kept. Whatever wants pypinyin takes it from here.
"""

import os
import sys

os.environ["PYPINYIN_NO_PHRASES"] = "1"  # which pypinyin looks at when it is imported

import pypinyin
from pypinyin import lazy_pinyin, load_phrases_dict
from pypinyin.constants import PINYIN_DICT
from pypinyin.phonetic_symbol import phonetic_symbol

__all__ = ["lazy_pinyin", "load_phrases_dict"]

_WITHOUT_TONE = {ord(letter): plain[0] for letter, plain in phonetic_symbol.items() if len(letter) == 1}


def _telling_phrases() -> str:
    """Return the phrases that are not read as their characters are, each with its syllables in a line of its own."""
    from pypinyin.phrases_dict import phrases_dict  # noqa: PLC0415

    usual = {chr(code): readings.split(",")[0].translate(_WITHOUT_TONE) for code, readings in PINYIN_DICT.items()}
    lines = []
    for phrase, readings in phrases_dict.items():
        syllables = [syllable for syllable, *_ in readings]
        if [syllable.translate(_WITHOUT_TONE) for syllable in syllables] != [usual.get(one) for one in phrase]:
            lines.append(" ".join([phrase, *syllables]))
    return "\n".join(lines)


def _load() -> None:
    # As one text, so that nothing holds on to the memory of the whole dictionary.
    telling = _telling_phrases()
    del sys.modules["pypinyin.phrases_dict"], pypinyin.phrases_dict
    load_phrases_dict(
        {phrase: [[one] for one in syllables] for phrase, *syllables in map(str.split, telling.split("\n"))}
    )


_load()
# Read as its characters are, but without it 行法 would be found in 执行法院.
load_phrases_dict({"执行": [["zhí"], ["xíng"]]})

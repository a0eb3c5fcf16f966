"""How Chinese characters are read: pypinyin, with as much of its dictionary as tells something.

It knows 47,000 phrases, which take 44 MB of memory. Nearly all of them are read as their characters are one by one, but
for tones, which we leave out everywhere. The others, about 3,400, are in `readings.txt`, made from pypinyin's own (MIT
licence) by `python -m articles.readings > articles/readings.txt`. Whatever wants pypinyin takes it from here.
"""

import os
from pathlib import Path

os.environ["PYPINYIN_NO_PHRASES"] = "1"  # which pypinyin looks at when it is imported

from pypinyin import lazy_pinyin, load_phrases_dict
from pypinyin.constants import PINYIN_DICT
from pypinyin.phonetic_symbol import phonetic_symbol

__all__ = ["lazy_pinyin", "load_phrases_dict"]

PHRASES = Path(__file__).with_suffix(".txt")  # each with its syllables, in a line of its own


def telling_phrases() -> str:
    """Return the phrases of pypinyin that are not read as their characters are, as PHRASES has them."""
    from pypinyin.phrases_dict import phrases_dict  # noqa: PLC0415

    without_tone = {ord(letter): plain[0] for letter, plain in phonetic_symbol.items() if len(letter) == 1}
    usual = {chr(code): readings.split(",")[0].translate(without_tone) for code, readings in PINYIN_DICT.items()}
    lines = []
    for phrase, readings in phrases_dict.items():
        syllables = [syllable for syllable, *_ in readings]
        if [syllable.translate(without_tone) for syllable in syllables] != [usual.get(one) for one in phrase]:
            lines.append(" ".join([phrase, *syllables]))
    return "\n".join(sorted(lines))


_lines = map(str.split, PHRASES.read_text(encoding="utf-8").splitlines())
load_phrases_dict({phrase: [[one] for one in syllables] for phrase, *syllables in _lines})
# Read as their characters are, but without them 行会 would be found in 被执行会怎样, and 行业 in 进行业务.
load_phrases_dict(
    {
        "执行": [["zhí"], ["xíng"]],
        "进行": [["jìn"], ["xíng"]],
        "履行": [["lǚ"], ["xíng"]],
        "发行": [["fā"], ["xíng"]],
        "实行": [["shí"], ["xíng"]],
        "施行": [["shī"], ["xíng"]],
    }
)

if __name__ == "__main__":
    print(telling_phrases())  # noqa: T201

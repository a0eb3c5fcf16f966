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

__all__ = ["lazy_pinyin"]

PHRASES = Path(__file__).with_suffix(".txt")  # each with its syllables, in a line of its own

# Words of the field whose characters have several readings and which pypinyin reads wrongly.
_OF_THE_FIELD = {
    "还款": [["huán"], ["kuǎn"]],
    "还不上": [["huán"], ["bú"], ["shàng"]],
    "还不起": [["huán"], ["bù"], ["qǐ"]],
    "还本": [["huán"], ["běn"]],
    "还债": [["huán"], ["zhài"]],
    "还贷": [["huán"], ["dài"]],
    "还谁": [["huán"], ["shuí"]],
    "还哪": [["huán"], ["nǎ"]],
    "先还": [["xiān"], ["huán"]],
    "要还": [["yào"], ["huán"]],
    "代偿": [["dài"], ["cháng"]],
    "限高": [["xiàn"], ["gāo"]],
    "行长": [["háng"], ["zhǎng"]],
    "还钱": [["huán"], ["qián"]],
    "还清": [["huán"], ["qīng"]],
    "还息": [["huán"], ["xī"]],
    "还呗": [["huán"], ["bei"]],
    "还完": [["huán"], ["wán"]],
    "还了": [["huán"], ["le"]],
    "还多": [["huán"], ["duō"]],
    "代还": [["dài"], ["huán"]],
    "未还": [["wèi"], ["huán"]],
    "不还": [["bù"], ["huán"]],
    "没还": [["méi"], ["huán"]],
    "少还": [["shǎo"], ["huán"]],
    "重组": [["chóng"], ["zǔ"]],
    "重整": [["chóng"], ["zhěng"]],
    "调解": [["tiáo"], ["jiě"]],
    "降额": [["jiàng"], ["é"]],
    "工行": [["gōng"], ["háng"]],
    "农行": [["nóng"], ["háng"]],
    "中行": [["zhōng"], ["háng"]],
    "建行": [["jiàn"], ["háng"]],
    "交行": [["jiāo"], ["háng"]],
    "招行": [["zhāo"], ["háng"]],
    "央行": [["yāng"], ["háng"]],
    "发卡行": [["fā"], ["kǎ"], ["háng"]],
    "单位": [["dān"], ["wèi"]],
    "传票": [["chuán"], ["piào"]],
    "呆账": [["dāi"], ["zhàng"]],
    "长期": [["cháng"], ["qī"]],
}
# Read as their characters are, but without them 行会 would be found in 被执行会怎样, and 行业 in 进行业务.
_GUARDS = {
    "执行": [["zhí"], ["xíng"]],
    "进行": [["jìn"], ["xíng"]],
    "履行": [["lǚ"], ["xíng"]],
    "发行": [["fā"], ["xíng"]],
    "实行": [["shí"], ["xíng"]],
    "施行": [["shī"], ["xíng"]],
}


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
_telling = {phrase: [[one] for one in syllables] for phrase, *syllables in _lines}
load_phrases_dict(_telling | _GUARDS | _OF_THE_FIELD)  # at once, for each time pypinyin goes through all that it knows

if __name__ == "__main__":
    print(telling_phrases())  # noqa: T201

"""How Chinese sounds, letter by letter: for readers who type pinyin or initials, and for words that sound alike."""

import re
from typing import Any, cast

from articles import slugs  # noqa: F401  (which has taught the first part, 还款 among it)
from articles.readings import lazy_pinyin, load_phrases_dict

# Words of the field whose characters have several readings and which pypinyin reads wrongly.
load_phrases_dict(
    {
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
)

# What many speakers and typists do not tell apart.
ALIKE = [(re.compile("([zcs])h"), r"\1"), (re.compile("([aei])ng"), r"\1n"), (re.compile("l"), "n")]


def syllables(text: str) -> list[str]:
    """Return the reading of each character of `text`; what is not Chinese reads as it is written."""
    return lazy_pinyin(text, errors=cast(Any, list))  # the stub knows only functions that give one string


def initials(readings: list[str]) -> str:
    return "".join(reading[:1] for reading in readings)


def sound(pinyin: str) -> str:
    """Return what is the same for words that are easily taken for each other, such as 崔收 and 催收."""
    for pattern, replacement in ALIKE:
        pinyin = pattern.sub(replacement, pinyin)
    return pinyin

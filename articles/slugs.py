"""Latin slugs for Chinese titles, by pinyin."""

import re
from functools import lru_cache

from articles.readings import lazy_pinyin, load_phrases_dict

MAX_LENGTH = 80

# Words of the field whose characters have several readings and which pypinyin reads wrongly.
load_phrases_dict(
    {
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
    }
)


@lru_cache(maxsize=10_000)  # guides have many a heading in common
def pinyin_slug(text: str, fallback: str = "guide") -> str:
    """Return `text` as lower-case pinyin words joined by hyphens, at most MAX_LENGTH characters.

    The cut falls between words. A text without any letter or digit gives `fallback`.
    """
    words = re.findall(r"[a-z0-9]+", " ".join(lazy_pinyin(text)).lower())
    slug = ""
    for word in words:
        longer = f"{slug}-{word}" if slug else word[:MAX_LENGTH]
        if len(longer) > MAX_LENGTH:
            break
        slug = longer
    return slug or fallback

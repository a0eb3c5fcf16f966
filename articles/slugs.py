"""Latin slugs for Chinese titles, by pinyin."""

import re
from functools import lru_cache

from articles.readings import lazy_pinyin

MAX_LENGTH = 80


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

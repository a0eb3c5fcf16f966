"""How editors write tags: separated by Chinese or Latin commas, semicolons or 、"""

import re
from collections.abc import Iterable

from taggit.models import TagBase

TAG_SEPARATOR = "，"


def split_tags(text: str) -> list[str]:
    """Return the tags written in `text`, each once, in order."""
    names = (name.strip() for name in re.split(r"[,，、;；\n]+", text))
    return list(dict.fromkeys(name for name in names if name))


def join_tags(tags: Iterable[TagBase]) -> str:
    """Return `tags` as an editor would write them."""
    return TAG_SEPARATOR.join(sorted(tag.name for tag in tags))

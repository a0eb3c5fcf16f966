"""Telling whoever runs the site when the index is not what this version of the code searches in."""

from typing import Any

from django.core.checks import CheckMessage, Warning, register
from django.db import DatabaseError

from articles.models import IndexState
from articles.search.tokens import VERSION


@register("search")
def index_is_current(**kwargs: Any) -> list[CheckMessage]:
    try:
        state = IndexState.objects.first()
    except DatabaseError:  # no database yet, or no migration has run
        return []
    if state is None or state.version == VERSION:
        return []
    begun = state.next_version == VERSION
    return [
        Warning(
            "搜索索引没有建完。" if begun else "搜索索引缺少指南，或是由别的版本建立的。",
            hint="请运行 manage.py reindex；运行期间网站照常，中断后可以接着运行。",
            id="articles.W001",
        )
    ]

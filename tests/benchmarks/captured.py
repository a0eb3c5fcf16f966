"""How long captured pages take to import (`manage.py import_page --publish`), each with two replies."""
# ruff: noqa: PLC0415  (Django is set up when the settings are known)

import io
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.figures import Figure
from tests.benchmarks.inside import processor_seconds, run_inside
from tests.benchmarks.sites import Site

PAGE = """{title}
首页 > 协商还款 人气:{number} 日期:2025-04-17 14:27:24
文章正文

# 先准备材料

{body}

精彩评论

头像 何澜-律师助理 2025-04-18
{reply}

头像 许安-社工 2025-04-19
先吃饱饭。
"""


def figures(site: Site, pages: int) -> Iterator[Figure]:
    rate, used = run_inside(site.environment, import_pages, pages=pages)
    yield Figure("import of captured pages", rate, "pages/s", note=f"{pages:,} published, {used:.0f} ms CPU each")


def import_pages(pages: int) -> tuple[float, float]:
    """Return how many are imported a second, and the processor's milliseconds for one."""
    from django.core.management import call_command

    from debtfaq import seeding_words as words

    chance = random.Random(3)
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{number}.txt" for number in range(pages)]
        for number, path in enumerate(paths):
            body = "\n\n".join(words.paragraph(chance) for _ in range(12))
            title, reply = f"{''.join(words.title(chance))}{number}", words.sentence(chance)
            path.write_text(PAGE.format(number=number, title=title, body=body, reply=reply), encoding="utf-8")
        begun, before = time.perf_counter(), processor_seconds()
        call_command("import_page", *map(str, paths), publish=True, stdout=io.StringIO())
        seconds, used = time.perf_counter() - begun, processor_seconds() - before
    return pages / seconds, used / pages * 1000

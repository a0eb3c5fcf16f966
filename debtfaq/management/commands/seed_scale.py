from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from tqdm import tqdm

from debtfaq.seeding import seed_guides
from debtfaq.seeding_comments import seed_comments


class Command(BaseCommand):
    help = "写入大量像真的一样的指南和评论，供测速和演练；只用于试验的数据库。再次运行会继续增加。"
    requires_system_checks: list[str] = []  # the one about the index would ask for what this command does last

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--guides", type=int, default=1000, metavar="N", help="写入多少篇指南")
        parser.add_argument("--comments", type=int, default=0, metavar="M", help="写入多少条评论")
        parser.add_argument("--no-index", action="store_true", help="不建搜索索引、输入建议和相关指南")

    def handle(self, *args: Any, guides: int, comments: int, no_index: bool, **options: Any) -> None:
        self._follow("指南", "篇", guides, seed_guides(guides))
        self._follow("评论", "条", comments, seed_comments(comments))
        if not no_index:
            for command in ("reindex", "refresh_suggestions", "refresh_related"):
                call_command(command, stdout=self.stdout)

    def _follow(self, what: str, unit: str, total: int, progress: Iterable[int]) -> None:
        with tqdm(total=total, desc=what, unit=unit, file=self.stderr, disable=None) as bar:
            for done in progress:
                bar.update(done - bar.n)
        self.stdout.write(f"{what}：写入了 {bar.n or total} {unit}。")

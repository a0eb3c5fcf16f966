from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from articles.trash import purge


class Command(BaseCommand):
    help = "彻底删除在回收站里放了很久的指南，连同评论和修订记录。由 cron 每天运行。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=30, metavar="N", help="放了多少天（默认 30）")

    def handle(self, *, days: int, **options: Any) -> None:
        self.stdout.write(f"彻底删除了 {purge(days=days)} 篇指南。")

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from articles.models import Article
from debtfaq import demo_content


class Command(BaseCommand):
    help = "载入示例内容：分类、指南、专家回复、读者提问和阅读数；已有的不改动。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="已有任何指南时什么也不做")

    def handle(self, *args: Any, if_empty: bool, **options: Any) -> None:
        if if_empty and Article.objects.exists():
            return
        new = old = 0
        try:
            for _, is_new in demo_content.load():
                new, old = new + is_new, old + (not is_new)
        except demo_content.DemoProblem as problem:
            raise CommandError(f"示例内容载入中断：{problem}") from problem
        self.stdout.write(f"示例内容：新载入指南 {new} 篇，已有 {old} 篇。")

from typing import Any

from django.core.management.base import BaseCommand

from articles.models import KnownWord, Suggestion
from articles.suggestions import building


class Command(BaseCommand):
    help = "重新整理搜索建议：哪些指南最常看、读者常搜什么、本站有哪些词。由 cron 每天运行。"

    def handle(self, *args: Any, verbosity: int, **options: Any) -> None:
        for done in building.refresh():
            if verbosity > 1:
                self.stdout.write(f"已整理 {done} 篇指南……")
        self.stdout.write(f"搜索建议 {Suggestion.objects.count()} 条，本站的词 {KnownWord.objects.count()} 个。")

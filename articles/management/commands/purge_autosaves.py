from typing import Any

from django.core.management.base import BaseCommand

from articles import autosaves


class Command(BaseCommand):
    help = f"删除 {autosaves.KEPT.days} 天以前自动保存、一直没有人接着写的内容。由 cron 每天运行。"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"删除自动保存的内容 {autosaves.purge()} 条。")

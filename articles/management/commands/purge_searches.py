from typing import Any

from django.core.management.base import BaseCommand

from articles import search_log


class Command(BaseCommand):
    help = f"删除 {search_log.KEPT_DAYS} 天以前的搜索统计。由 cron 每天运行。"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"删除搜索统计 {search_log.purge()} 条。")

from typing import Any

from django.core.management.base import BaseCommand

from articles import sharing


class Command(BaseCommand):
    help = "给缺分享图的指南补画。平时发布以后会自动画，进程恰好中断或从别处导入时才会缺。由 cron 每晚运行。"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"补画了 {sharing.draw_missing()} 篇指南的分享图。")

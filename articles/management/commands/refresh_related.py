from typing import Any

from django.core.management.base import BaseCommand

from articles.near_duplicates import store_all_bands
from articles.related import refresh_all

EVERY = 1000  # guides: how often progress is told


class Command(BaseCommand):
    help = "重新计算所有指南的关键词、相关指南和雷同检查的特征。可以随时中断；网站不受影响。由 cron 每晚运行一次。"

    def handle(self, *args: Any, **options: Any) -> None:
        counts: dict[str, int] = {}
        for step, done in refresh_all():
            self._tell(step, counts.get(step, 0), done)
            counts[step] = done
        for done in store_all_bands():
            self._tell("雷同检查", counts.get("雷同检查", 0), done)
            counts["雷同检查"] = done
        self.stdout.write(
            f"{counts.get('相关指南', 0)} 篇指南的相关指南、{counts.get('雷同检查', 0)} 篇的雷同检查已重新计算。"
        )

    def _tell(self, step: str, before: int, done: int) -> None:
        if before // EVERY != done // EVERY:
            self.stdout.write(f"{step}：{done} 篇")
            self.stdout.flush()

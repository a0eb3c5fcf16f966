from typing import Any

from django.core.management.base import BaseCommand

from articles import views_in_redis


class Command(BaseCommand):
    help = "把 Redis 里等着的阅读次数写入数据库。由 cron 每分钟运行，停机前也运行一次；没有 Redis 时什么也不做。"

    def handle(self, *args: Any, **options: Any) -> None:
        written = views_in_redis.flush() if views_in_redis.is_used() else 0
        self.stdout.write(f"写入阅读 {written} 次。")

from typing import Any

from django.core.cache import caches
from django.core.management.base import BaseCommand

from debtfaq.shared_cache import SharedCache


class Command(BaseCommand):
    help = "删除缓存里已经过期的记号，例如防止重复计阅读的。用 Redis 时不需要：它自己会删。"

    def handle(self, *args: Any, **options: Any) -> None:
        cache: object = caches["default"]
        if isinstance(cache, SharedCache):
            self.stdout.write(f"删除了 {cache.purge()} 条过期的记号。")

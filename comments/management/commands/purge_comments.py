from typing import Any

from django.core.management.base import BaseCommand

from comments import rights


class Command(BaseCommand):
    help = "清除过期的来源标记，删除过期的未通过和已撤回的评论。由 cron 每天运行。"

    def handle(self, *args: Any, **options: Any) -> None:
        purged = rights.purge()
        self.stdout.write(f"清除来源标记 {purged.hashes} 个，删除评论和记录 {purged.comments} 条。")

from typing import Any

from django.core.management.base import BaseCommand

from comments import digests


class Command(BaseCommand):
    help = "给审核员和专家发邮件，说明有多少评论和问题在等他们。用 cron 每天运行一两次。邮件里没有任何评论的内容。"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"发出 {digests.send()} 封邮件。")

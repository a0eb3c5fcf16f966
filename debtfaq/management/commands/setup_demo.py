from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from debtfaq import demo_accounts


class Command(BaseCommand):
    help = "为 make run 做好一切准备：数据库、静态文件、示例内容和演示账号。重复运行很快，也不改动已有的内容。"

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        call_command("load_demo", if_empty=True, stdout=self.stdout)
        path = settings.VAR_DIR / "demo_accounts.txt"
        demo_accounts.make(path)
        self.stdout.write(
            f"\n  网站      {settings.SITE_URL}/\n  管理后台  {settings.SITE_URL}/admin/\n"
            f"  演示账号  {path}（只有你能读）\n  停止      Ctrl-C\n"
        )

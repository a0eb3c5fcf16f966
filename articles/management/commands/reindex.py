from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from articles import search


class Command(BaseCommand):
    help = "重建搜索索引。运行期间网站照常，旧的索引继续使用；中断后再运行，会从中断处继续。"
    requires_system_checks: list[str] = []  # the one about the index would ask for this command

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--restart", action="store_true", help="不接着上次中断的地方，从头开始")

    def handle(self, *args: Any, restart: bool, **options: Any) -> None:
        done = 0
        try:
            for done, total in search.reindex(restart=restart):
                self.stdout.write(f"\r{done} / {total}（{done / total:.0%}）", ending="")
                self.stdout.flush()
        except KeyboardInterrupt:
            self.stdout.write("\n已中断。再次运行 manage.py reindex 会从这里继续。")
            return
        if done:
            self.stdout.write("")
        self.stdout.write(f"索引已建好，共 {done} 篇指南。")

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from articles import search_engines

ENGINE = search_engines.Engine.INDEXNOW


class Command(BaseCommand):
    help = "按 IndexNow 协议把新发布、更正过和撤下的指南的网址告诉搜索引擎。由 cron 定时运行，例如每 10 分钟一次。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--again", action="store_true", help="连同拒绝过的网址一起再推送一次，例如改正密钥以后")

    def handle(self, *args: Any, again: bool, **options: Any) -> None:
        if not search_engines.is_configured(ENGINE):
            self.stdout.write("没有设置 INDEXNOW_KEY，不使用 IndexNow。")
            return
        report = search_engines.push(ENGINE, again=again)
        self.stdout.write(report.summary)
        if report.problem:
            raise CommandError(report.problem)

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from articles import search_engines

ENGINE = search_engines.Engine.BAIDU


class Command(BaseCommand):
    help = "把新发布和更正过的指南的网址推送给百度（普通收录）。由 cron 定时运行，例如每 10 分钟一次。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--again", action="store_true", help="连同百度拒绝过的网址一起再推送一次")

    def handle(self, *args: Any, again: bool, **options: Any) -> None:
        if not search_engines.is_configured(ENGINE):
            self.stdout.write("没有设置 BAIDU_PUSH_TOKEN，不向百度推送。")
            return
        report = search_engines.push(ENGINE, again=again)
        self.stdout.write(report.summary)
        if report.problem:
            raise CommandError(report.problem)

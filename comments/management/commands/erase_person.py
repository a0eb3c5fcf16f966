from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from comments import rights


class Command(BaseCommand):
    help = "按评论码删除一个人写的内容（个人信息保护法第四十七条），不能恢复。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("codes", nargs="+", metavar="CODE", help="评论码")

    def handle(self, *args: Any, codes: list[str], **options: Any) -> None:
        unknown = []
        for code in codes:
            try:
                rights.erase(code)
                self.stdout.write(f"{code}：已删除")
            except rights.UnknownCode:
                unknown.append(code)
        if unknown:
            raise CommandError(f"没有这样的评论码：{'、'.join(unknown)}")

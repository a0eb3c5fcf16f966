from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from articles.export import export
from articles.models import Article


class Command(BaseCommand):
    help = "把网站的内容导出为压缩包：Markdown 文件、图片、评论和阅读数，不含账号。docs/formats.md 说明了格式。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE.zip", type=Path, help="要写的文件；已有的会被换掉")
        parser.add_argument("--guides", nargs="+", type=int, metavar="PK", help="只导出这些编号的指南")

    def handle(self, *args: Any, file: Path, guides: list[int] | None, **options: Any) -> None:
        chosen = Article.objects.all() if guides is None else Article.objects.filter(pk__in=guides)
        # Under another name first: what is at the given one stays until the new file is whole.
        unfinished = file.with_name(f".{file.name}.part")
        try:
            with unfinished.open("wb") as target:
                number = export(chosen, target, is_whole=guides is None)
            unfinished.replace(file)
        except OSError as error:
            raise CommandError(f"{file} 写不了：{error.strerror}") from error
        finally:
            unfinished.unlink(missing_ok=True)
        self.stdout.write(f"已导出指南 {number} 篇到 {file}。")

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from articles.importers.report import Outcome
from debtfaq.transfer import Wishes, import_files


class Command(BaseCommand):
    help = "导入 export_site 导出的压缩包、同样结构的文件夹，或单个 Markdown 文件；已导入过的不改动。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path, help="压缩包、文件夹或 .md 文件")
        parser.add_argument("--dry-run", action="store_true", help="只试一遍，什么也不改动")
        parser.add_argument("--publish", action="store_true", help="没有写明状态的指南导入后立即发布")
        parser.add_argument("--update", action="store_true", help="已有而内容不同的，换成文件里的")

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        wishes = Wishes(dry_run=options["dry_run"], publish=options["publish"], update=options["update"])
        report = import_files([(path.name, path) for path in files], wishes)
        self.stdout.write(report.as_text())
        if report.count(Outcome.NEW) and not report.dry_run:
            self.stdout.write("导入很多指南之后，请运行 refresh_related 和 refresh_suggestions。")
        if skipped := report.count(Outcome.SKIPPED):
            raise CommandError(f"有 {skipped} 条没有导入，原因见上。")

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from articles.importers.records import ImportProblem
from debtfaq import wordpress


class Command(BaseCommand):
    help = "导入 WordPress 的导出文件（WXR，可以是 .gz）。文章存为草稿；已导入过的不改动，可以反复运行。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE.xml", type=Path, help="WordPress 后台“工具 → 导出”得到的文件")
        parser.add_argument("--media", metavar="DIR", type=Path, help="旧网站的 wp-content/uploads，图片从这里找")
        parser.add_argument("--publish", action="store_true", help="在旧网站上已发布的，导入后也发布")
        parser.add_argument("--dry-run", action="store_true", help="只报告会怎样，什么也不改")

    def handle(self, *args: Any, file: Path, media: Path | None, publish: bool, dry_run: bool, **options: Any) -> None:
        if media and not media.is_dir():
            raise CommandError(f"{media} 不是文件夹。")
        report = None
        with tqdm(unit="条", disable=None, dynamic_ncols=True) as bar:
            try:
                for report in wordpress.run(file, media=media, publish=publish, dry_run=dry_run):
                    bar.update(sum(report.counts.values()) - bar.n)
            except ImportProblem as problem:
                raise CommandError(f"{file}：{problem}") from problem
        if report:
            self.stdout.write(report.as_text())

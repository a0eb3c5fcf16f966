from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from articles import table_files, tables
from articles.models import Article
from comments import tables as comment_tables
from comments.models import Comment


class Command(BaseCommand):
    help = "把全部指南或评论导出为表格，FILE 以 .csv 或 .xlsx 结尾。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["guides", "comments"], help="guides 指南，comments 评论")
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *args: Any, what: str, file: Path, **options: Any) -> None:
        if what == "guides":
            table = table_files.rows(tables.GuideResource(), tables.exported(Article.objects.not_in_trash()))
        else:
            table = table_files.rows(comment_tables.CommentResource(), comment_tables.exported(Comment.objects.all()))
        if file.suffix not in {".csv", ".xlsx"}:
            raise CommandError("文件名应以 .csv 或 .xlsx 结尾。")
        shown = tqdm(table, unit="行", disable=None, dynamic_ncols=True)
        try:
            if file.suffix == ".xlsx":
                with file.open("wb") as out:
                    table_files.write_xlsx(shown, out)
            else:
                with file.open("w", encoding="utf-8", newline="") as text:
                    text.writelines(table_files.csv_lines(shown))
        except (table_files.TooManyRows, OSError) as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"已导出到 {file}。")

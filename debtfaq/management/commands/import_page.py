from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from articles.importers.captured_page import read_page
from articles.importers.records import GuideRecord, ImportProblem
from articles.importers.store import store_guide
from articles.models import Article
from articles.near_duplicates import near_duplicates
from comments.importing import store_replies


class Command(BaseCommand):
    help = "导入采集来的网页文本，存为草稿；已导入过的不改动。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path, help="网页文本文件")
        parser.add_argument("--publish", action="store_true", help="导入后立即发布")

    def handle(self, *args: Any, files: list[Path], publish: bool, **options: Any) -> None:
        failed = 0
        for path in files:
            try:
                self._import(path, publish=publish)
            except (ImportProblem, ValidationError) as problem:
                failed += 1
                reason = problem.messages[0] if isinstance(problem, ValidationError) else problem
                self.stderr.write(self.style.ERROR(f"{path}：{reason}"))
        if failed:
            raise CommandError(f"{len(files)} 个文件中有 {failed} 个没有导入，原因见上。")

    def _import(self, path: Path, *, publish: bool) -> None:
        record = read_page(path)
        with transaction.atomic():
            article, is_new = store_guide(record, source=f"网页存档 {path.name}")
            if is_new:
                store_replies(article, record.replies)
                if publish:
                    article.publish(by=None)
        if not is_new:
            self.stdout.write(f"{path}：以前导入过，没有改动（编号 {article.pk}）")
            return
        self.stdout.write(
            f"{path}：已导入《{article.title}》（编号 {article.pk}，{article.get_status_display()}，"
            f"分类“{record.category}”，人气 {record.views}，专家回复 {len(record.replies)} 条）"
        )
        self._report_near_duplicates(article)
        self._report_other_titles(record)

    def _report_near_duplicates(self, article: Article) -> None:
        for found in near_duplicates(article):
            other = f"《{found.article.title}》（编号 {found.article.pk}，{found.article.get_status_display()}）"
            self.stdout.write(self.style.WARNING(f"  正文与{other}约 {found.percent}% 相同，请看看是不是重复了"))

    def _report_other_titles(self, record: GuideRecord) -> None:
        titles = [title for title in record.other_titles if title != record.title]
        known = dict(Article.objects.filter(title__in=titles).values_list("title", "pk"))
        for title in titles:
            found = f"已有指南，编号 {known[title]}" if title in known else "还没有指南"
            self.stdout.write(f"  其他标题：{title}（{found}）")

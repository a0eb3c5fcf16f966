from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from articles.search import evaluation


class Command(BaseCommand):
    help = (
        "检验搜索：逐题打印应找到的指南排在第几位，最后打印排在第一和前三的比例。"
        "文件是 YAML 的一列，或每行一个 JSON：{question: 问题, guide: 标题或网址名，可以是一列}。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            questions = evaluation.read_questions(file)
        except evaluation.NoQuestions as problem:
            raise CommandError(str(problem)) from problem
        if not questions:
            raise CommandError(f"{file} 里没有问题。")
        if unknown := evaluation.unknown_guides(questions):
            raise CommandError(f"网站上没有这些指南：{'；'.join(unknown)}")
        answers = []
        for question in questions:
            answers.append(evaluation.ask(question))
            rank = answers[-1].rank
            self.stdout.write(f"{rank or '没有':>4}  {question.text}  →  {' / '.join(question.guides)}")
        first, among_three = evaluation.share_within(answers, 1), evaluation.share_within(answers, 3)
        self.stdout.write(f"共 {len(answers)} 题：第一位 {first:.1%}，前三位 {among_three:.1%}。")

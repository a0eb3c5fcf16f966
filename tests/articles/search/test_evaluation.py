"""Judging the search, by the questions over the demo guides and in itself."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from articles import search
from articles.models import Article
from articles.search import evaluation
from debtfaq import demo_content

pytestmark = pytest.mark.django_db


def evaluate(path) -> str:
    output = StringIO()
    call_command("evaluate_search", path, stdout=output)
    return output.getvalue()


def test_the_demo_guides_answer_the_judged_questions():
    list(demo_content.load())
    search.update(Article.objects.values_list("pk", flat=True))
    questions = evaluation.read_questions(demo_content.DEMO_DIR / "questions.yaml")
    assert len(questions) >= 60
    assert evaluation.unknown_guides(questions) == []
    answers = [evaluation.ask(question) for question in questions]
    assert evaluation.share_within(answers, 1) >= 0.80
    assert evaluation.share_within(answers, 3) >= 0.95


def test_ranks_and_shares_are_printed(publish, tmp_path):
    first, second = publish("白鹭的第一篇", "灰鹤与白鹭")
    rows = [
        {"question": "第一篇", "guide": first.title},
        {"question": "灰鹤", "guide": [second.slug, "灰鹤与白鹭"]},
        {"question": "朱鹮", "guide": first.slug},
    ]
    lines = tmp_path / "questions.jsonl"
    lines.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    output = evaluate(lines)
    assert "   1  第一篇  →  白鹭的第一篇" in output
    assert "没有  朱鹮" in output
    assert "共 3 题：第一位 66.7%，前三位 66.7%。" in output
    listed = tmp_path / "questions.yaml"
    listed.write_text("- {question: 灰鹤, guide: 灰鹤与白鹭}\n", encoding="utf-8")
    assert "第一位 100.0%" in evaluate(listed)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("{}", "应是一列"),
        ('{"question": "a"}', "应是一列"),
        ("not json", "应是一列"),
        ("", "没有问题"),
        ('{"question": "a", "guide": "没有这篇指南"}', "没有这些指南：没有这篇指南"),
    ],
)
def test_other_files_are_refused(content, problem, tmp_path):
    path = tmp_path / "questions.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CommandError, match=problem):
        evaluate(path)
    with pytest.raises(CommandError, match="读不了"):
        evaluate(tmp_path / "missing.jsonl")

"""`manage.py screen`: JSON lines in, JSON lines out."""

import io
import json
import sys

import pytest
from django.core.management import CommandError, call_command

from comments.models import ScreeningWord

pytestmark = pytest.mark.django_db


@pytest.fixture
def judge(monkeypatch):
    def run(*lines: bytes) -> tuple[list[dict], str, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\n".join(lines)), encoding="utf-8"))
        out, err, problem = io.StringIO(), io.StringIO(), ""
        try:
            call_command("screen", stdout=out, stderr=err)
        except CommandError as error:
            problem = str(error)
        return [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue(), problem

    return run


def as_line(**record) -> bytes:
    return json.dumps(record, ensure_ascii=False).encode()


def test_what_comes_in_goes_out_with_findings(judge):
    [record], errors, problem = judge(as_line(id="b25", text="身份证11010519491231002X", extra=[1]))
    assert record == {
        "id": "b25",
        "text": "身份证11010519491231002X",
        "extra": [1],
        "findings": [{"type": "id_card", "start": 3, "end": 21, "action": "mask", "phase": "privacy"}],
        "masked": "身份证110105********002X",
    }
    assert not errors
    assert not problem


def test_harmless_text_has_no_findings_and_stays_as_it_is(judge):
    [record], _, _ = judge(as_line(text="打12378投诉银行"))
    assert record["findings"] == []
    assert record["masked"] == record["text"]


def test_broken_lines_are_reported_and_the_others_judged(judge):
    records, errors, problem = judge(
        as_line(text="一"), b"{", b"[1]", as_line(id=1), b'"\xff"', b"", as_line(text=3), as_line(text="二")
    )
    assert [record["text"] for record in records] == ["一", "二"]
    for report in (
        "第 2 行：不是有效的 JSON",
        "第 3 行：不是 JSON 对象",
        "第 4 行：没有 text",
        "第 5 行：不是 UTF-8 编码",
        "第 7 行：没有 text",
    ):
        assert report in errors
    assert problem == "有 5 行没有筛查，原因见上。"


def test_half_a_surrogate_pair_is_written_escaped(judge):
    [record], _, _ = judge(b'{"text": "\\ud800"}')
    assert record["text"] == "\ud800"


def test_it_judges_by_the_words_that_moderators_keep(judge):
    text = as_line(text="神秘上岸套餐今天开始了")
    assert judge(text)[0][0]["findings"] == []
    ScreeningWord.objects.create(kind="ad_debt_service", word="神秘上岸套餐")
    assert judge(text)[0][0]["findings"]

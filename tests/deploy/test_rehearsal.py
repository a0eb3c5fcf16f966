"""The rehearsal's own eyes: it must see a wrong page, a late failure and a lost write, or it proves nothing."""

import time

import pytest

from tests.rehearsal.browser import fields_of
from tests.rehearsal.people import Deed
from tests.rehearsal.report import Event, tell
from tests.rehearsal.truth import OLDEST_SECONDS, Truth, marker


def page(*marks: str) -> str:
    return f"<html>{''.join(marks)}</html>"


def truth() -> Truth:
    """A guide of three revisions, the last saved a while ago."""
    known = Truth()
    for _ in range(3):
        known.acknowledge(1, known.save(1))
    known.acknowledge(2, known.save(2))
    return known


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (page(marker(1, 2)), ""),
        (page(marker(1, 2), marker(2, 0)), ""),
        (page(marker(1, 2))[:-3], "不完整"),
        (page(), "没有该有的内容"),
        (page(marker(2, 0)), "没有该有的内容"),
        (page(marker(1, 3)), "没人写过"),
        (page(marker(1, 1)), "旧了"),
    ],
)
def test_a_wrong_page_is_seen(text, problem):
    asked_at = time.monotonic() + OLDEST_SECONDS + 1
    found = truth().wrong(text, 1, asked_at, may_be_old=False)
    assert found.startswith(problem)
    assert bool(found) == bool(problem)


def test_an_old_page_is_right_for_a_moment_and_where_the_application_failed():
    old = page(marker(1, 1))
    assert not truth().wrong(old, 1, time.monotonic() + 1, may_be_old=False)
    assert not truth().wrong(old, 1, time.monotonic() + 1000, may_be_old=True)


@pytest.mark.parametrize(
    ("worse", "lost", "is_good"),
    [
        ([], [], True),
        ([Deed("reader", 9.0, 0.1, problem="502")], [], True),
        ([Deed("reader", 9.0, 8.0, problem="502")], [], False),
        ([Deed("reader", 9.0 + n / 100, 0.1, problem="502") for n in range(20)], [], False),
        ([Deed("reader", 9.0, 0.1, wrong="旧")], [], False),
        ([Deed("editor", 9.0, 0.1, wrong="旧")], [], False),
        ([Deed("editor", 9.0, 30.0, problem="500")], [], True),
        ([], ["指南的改动不在了"], False),
    ],
)
def test_the_bar(worse, lost, is_good, capsys):
    events = [Event("平时", 0.0), Event("killed", 8.0)]
    reads = [Deed("reader", at / 100, 0.01) for at in range(1500)]
    writes = [Deed("editor", 1.0, 0.1)]
    assert tell(events, [*reads, *writes, *worse], lost, 0.0) is is_good
    assert "killed" in capsys.readouterr().out
    assert not tell(events, [], [], 0.0)


def test_a_form_is_sent_as_a_browser_would():
    html = """
      <form id="other"><input name="q" value="x"></form>
      <form id="f"><input type="hidden" name="token" value="t&amp;"><input name="title" value="甲">
      <textarea name="body">
一 &lt; 二</textarea><input type="checkbox" name="a" checked><input type="checkbox" name="b" value="1">
      <select name="c"><option value="">-</option><option value="2" selected>二</option></select>
      <select name="d"><option value="1">一</option><option value="2">二</option></select>
      <input type="submit" name="_save" value="保存"><input type="file" name="cover"></form>"""
    found = fields_of(html, "f")
    assert found == {"token": "t&", "title": "甲", "body": "一 < 二", "a": "on", "c": "2", "d": "1"}
    assert "q" in fields_of(html)

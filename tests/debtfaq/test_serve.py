"""The one place that says how the server is started."""

import os
import sys

import pytest
from django.core.management import call_command


@pytest.fixture
def started(monkeypatch):
    """The program that this one became, with its arguments."""
    found = []
    monkeypatch.setattr(os, "execv", lambda path, arguments: found.append([path, *arguments[1:]]))
    return found


def test_the_settings_say_where_and_how_many(started, settings):
    settings.HOST, settings.PORT, settings.WORKERS, settings.THREADS = "10.0.0.1", 9000, 3, 5
    call_command("serve")
    [[program, *arguments]] = started
    assert program == sys.executable
    assert arguments[:2] == ["-m", "debtfaq.server"]
    assert arguments[-1] == "debtfaq.wsgi:application"
    given = dict(zip(arguments[2:-1:2], arguments[3:-1:2], strict=True))
    assert given == {"--host": "10.0.0.1", "--port": "9000", "--workers": "3", "--threads": "5"}


@pytest.mark.parametrize(("cores", "workers"), [(1, "1"), (2, "2"), (64, "4")])
def test_a_worker_for_each_core_up_to_four(started, settings, monkeypatch, cores, workers):
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    settings.WORKERS = 0
    call_command("serve")
    assert started[0][started[0].index("--workers") + 1] == workers

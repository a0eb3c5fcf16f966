"""What waits for the commit, and what waits for the answer as well."""

import logging

import pytest
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import transaction

from articles import sharing
from articles.after_commit import after_commit
from articles.models import Article
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def change(django_capture_on_commit_callbacks):
    """Change a guide, with work for after the commit."""

    def change(work, *numbers: int, **options) -> None:
        with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
            for number in numbers:
                after_commit(work, number, **options)

    return change


def test_what_is_slow_is_done_once_the_request_is_answered(change):
    quick, slow = [], []
    request_started.send(sender=None, environ={})
    change(quick.append, 1)
    change(slow.append, 1, 2, is_slow=True)
    change(slow.append, 2, is_slow=True)
    assert (quick, slow) == ([[1]], [])
    request_finished.send(sender=None)
    assert slow == [[1, 2]]
    change(slow.append, 3, is_slow=True)  # no request: nobody waits
    assert slow == [[1, 2], [3]]


def test_what_fails_after_the_answer_stops_nobody_and_is_logged(change, caplog):
    done = []

    def fails(numbers: list[int]) -> None:
        raise RuntimeError(numbers)

    request_started.send(sender=None, environ={})
    change(fails, 1, is_slow=True)
    change(done.append, 1, is_slow=True)
    with caplog.at_level(logging.ERROR):
        request_finished.send(sender=None)
    assert done == [[1]]
    assert "fails" in caplog.text


def test_pictures_that_were_never_drawn_are_drawn_by_night(monkeypatch, capsys):
    has_none, other = ArticleFactory.create_batch(2, published=True)
    ArticleFactory()
    Article.objects.filter(pk=other.pk).update(share_image="share/x.png")
    drawn = []
    monkeypatch.setattr(sharing, "draw_share_images", lambda article: drawn.append(article) or True)
    call_command("draw_share_images")
    assert drawn == [has_none]
    assert "补画了 1 篇" in capsys.readouterr().out

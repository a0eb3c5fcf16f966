"""Work that changes of guides leave for after the commit: for all of a transaction together, once for each of them.

What is slow waits, too, until the answer to a request has been sent: nobody at the desk waits for pictures to be drawn.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.core.signals import request_finished, request_started
from django.db import transaction
from django.dispatch import receiver

logger = logging.getLogger(__name__)

Work = Callable[[list[int]], object]  # called with the numbers of guides, or of tags


class _State(threading.local):
    def __init__(self) -> None:
        self.waiting: dict[Work, dict[int, None]] = {}
        self.gathered: dict[Work, dict[int, None]] | None = None
        # In a request: what is done once it is answered.
        self.answered: dict[Work, dict[int, None]] | None = None


_state = _State()


def after_commit(work: Work, number: int, *, is_slow: bool = False) -> None:
    """Have `work` done for the guide (or tag) of a number, with others, once the transaction is committed.

    What fails stops nobody else. What `is_slow` is done when the request has been answered, or put off by whoever
    changes very many (`gathering`). It can be lost with the process, so a command run by cron does the same.
    """
    _state.waiting.setdefault(work, {})[number] = None
    transaction.on_commit(lambda: _do(work, is_slow=is_slow), robust=True)


def _do(work: Work, *, is_slow: bool) -> None:
    numbers = _state.waiting.pop(work, {})
    later = _state.answered if _state.gathered is None else _state.gathered
    if is_slow and later is not None:
        later.setdefault(work, {}).update(numbers)
    elif numbers:
        work(list(numbers))


@receiver(request_started)
def _begin(**kwargs: object) -> None:
    _state.answered = {}


@receiver(request_finished)
def _finish(**kwargs: object) -> None:
    """Do what was left. A server sends this when the last byte of the answer is on its way."""
    left, _state.answered = _state.answered or {}, None
    for work, numbers in left.items():
        try:
            work(list(numbers))
        except Exception:
            logger.exception("答复之后的工作没有做完：%s", getattr(work, "__name__", work))


@contextmanager
def gathering() -> Iterator[dict[Work, dict[int, None]]]:
    """Gather slow work instead of doing it. Whoever asks for this does it afterwards."""
    _state.gathered = {}
    try:
        yield _state.gathered
    finally:
        _state.gathered = None

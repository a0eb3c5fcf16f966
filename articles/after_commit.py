"""Work that changes of guides leave for after the commit: for all of a transaction together, once for each of them."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import transaction

Work = Callable[[list[int]], object]  # called with the numbers of guides, or of tags


class _State(threading.local):
    def __init__(self) -> None:
        self.waiting: dict[Work, dict[int, None]] = {}
        self.gathered: dict[Work, dict[int, None]] | None = None


_state = _State()


def after_commit(work: Work, number: int, *, is_slow: bool = False) -> None:
    """Have `work` done for the guide (or tag) of a number, with others, once the transaction is committed.

    What fails stops nobody else. What `is_slow` can be put off by whoever changes very many (`gathering`).
    """
    _state.waiting.setdefault(work, {})[number] = None
    transaction.on_commit(lambda: _do(work, is_slow=is_slow), robust=True)


def _do(work: Work, *, is_slow: bool) -> None:
    numbers = _state.waiting.pop(work, {})
    if is_slow and _state.gathered is not None:
        _state.gathered.setdefault(work, {}).update(numbers)
    elif numbers:
        work(list(numbers))


@contextmanager
def gathering() -> Iterator[dict[Work, dict[int, None]]]:
    """Gather slow work instead of doing it. Whoever asks for this does it afterwards."""
    _state.gathered = {}
    try:
        yield _state.gathered
    finally:
        _state.gathered = None

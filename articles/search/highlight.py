"""Marking what was searched for in titles and snippets. The only place of the search where HTML is trusted."""

import re
from collections.abc import Iterable, Mapping
from html import escape
from itertools import islice

from django.utils.safestring import SafeString, mark_safe

from articles.search.tokens import fold, fold_with_places

SNIPPET = 120  # characters
LEAD = 20  # of them before the first mark
MOST_MARKS = 200  # that are looked at for the best place
NOTHING = "(?!)"  # what a regular expression never finds

Span = tuple[int, int]


class Highlighter:
    """Marks what was searched for, however it is written: folded words, each with its weight."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self._weights = weights
        self._most = sum(weights.values())
        self._said: dict[str, set[str]] = {}  # the words in each part of a text that was marked
        self._finder = re.compile("|".join(map(_pattern, sorted(weights, key=len, reverse=True))) or NOTHING)

    def whole(self, text: str) -> SafeString:
        """Return `text`, escaped, with each of the words marked wherever it stands."""
        return _marked(text, self._spans(text), 0, len(text))

    def snippet(self, texts: Iterable[str]) -> SafeString:
        """Return about SNIPPET characters from the place in `texts` where most of the words are, by their weight.

        The first text is preferred where others are no better.
        """
        best: tuple[str, list[Span], int] = ("", [], 0)
        best_weight = -1.0
        for text in texts:
            if best_weight >= self._most:
                break
            spans = self._spans(text)
            start, weight = self._best_place(text, spans)
            if text and weight > best_weight:
                best, best_weight = (text, spans, start), weight
        text, spans, start = best
        end = min(len(text), start + SNIPPET)
        marked = _marked(text, spans, start, end)
        return mark_safe(f"{'…' if start else ''}{marked}{'…' if end < len(text) else ''}")  # noqa: S308

    def _spans(self, text: str) -> list[Span]:
        """Return where the words stand in `text`, from left to right, those that touch as one."""
        folded, places = fold_with_places(text)
        spans: list[Span] = []
        for match in self._finder.finditer(folded):
            start, end = places[match.start()], places[match.end() - 1] + 1
            if spans and start <= spans[-1][1]:
                spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
            else:
                spans.append((start, end))
        return spans

    def _best_place(self, text: str, spans: list[Span]) -> tuple[int, float]:
        """Return where a snippet should begin, and the weight of the words within it."""
        best, best_weight = 0, 0.0
        for number, (start, _) in enumerate(spans[:MOST_MARKS]):
            inside: set[str] = set()
            for a, b in islice(spans, number, None):
                if b > start + SNIPPET - LEAD:
                    break
                inside |= self._words_in(text[a:b])
            weight = sum(weight for word, weight in self._weights.items() if word in inside)
            if weight > best_weight:
                best, best_weight = start, weight
            if weight >= self._most:
                break
        best = min(best, len(text) - SNIPPET + LEAD)  # near the end of a text, with more of what stands before
        if best <= LEAD:
            return 0, best_weight
        # Begin with a sentence where one begins nearby.
        lead = text[best - LEAD : best]
        begins = max(lead.rfind(mark) for mark in "。！？；：，、 \n")
        return best - LEAD + begins + 1, best_weight

    def _words_in(self, part: str) -> set[str]:
        if part not in self._said:
            folded = fold(part)
            self._said[part] = {word for word in self._weights if word in folded}
        return self._said[part]


def _pattern(form: str) -> str:
    """Return what finds `form`: Latin words and numbers only as a whole."""
    before = r"(?<![a-z0-9])" if form[0].isascii() and form[0].isalnum() else ""
    after = r"(?![a-z0-9])" if form[-1].isascii() and form[-1].isalnum() else ""
    return f"{before}{re.escape(form)}{after}"


def _marked(text: str, spans: list[Span], start: int, end: int) -> SafeString:
    parts, place = [], start
    for a, b in spans:
        if b <= start or a >= end:
            continue
        first, last = max(a, start), min(b, end)
        parts += [escape(text[place:first]), "<mark>", escape(text[first:last]), "</mark>"]
        place = last
    parts.append(escape(text[place:end]))
    return mark_safe("".join(parts))  # noqa: S308

"""Marking what was searched for in titles and snippets. The only place of the search where HTML is trusted."""

import re
from collections.abc import Mapping
from html import escape

from django.utils.safestring import SafeString, mark_safe

from articles.search.tokens import fold, fold_with_places

SNIPPET = 120  # characters
LEAD = 20  # of them before the first mark
MOST_MARKS = 200  # that are looked at for the best place

Span = tuple[int, int]


def highlighted(text: str, forms: Mapping[str, float]) -> SafeString:
    """Return `text`, escaped, with each of the folded `forms` marked wherever it stands, however it is written."""
    return _marked(text, _spans(text, forms), 0, len(text))


def snippet(texts: list[str], forms: Mapping[str, float]) -> SafeString:
    """Return about SNIPPET characters from the place in `texts` where most of `forms` are, by their weight.

    The first text is preferred where others are no better.
    """
    best: tuple[str, list[Span], int] = ("", [], 0)
    best_weight, most = -1.0, sum(forms.values())
    for text in texts:
        if best_weight >= most:
            break
        line = " ".join(text.split())
        spans = _spans(line, forms)
        start, weight = _best_place(line, spans, forms)
        if line and weight > best_weight:
            best, best_weight = (line, spans, start), weight
    text, spans, start = best
    end = min(len(text), start + SNIPPET)
    marked = _marked(text, spans, start, end)
    return mark_safe(f"{'…' if start else ''}{marked}{'…' if end < len(text) else ''}")  # noqa: S308


def _spans(text: str, forms: Mapping[str, float]) -> list[Span]:
    """Return where `forms` stand in `text`, from left to right, those that touch as one."""
    if not forms:
        return []
    pattern = re.compile("|".join(_pattern(form) for form in sorted(forms, key=len, reverse=True)))
    folded, places = fold_with_places(text)
    spans: list[Span] = []
    for match in pattern.finditer(folded):
        start, end = places[match.start()], places[match.end() - 1] + 1
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans


def _pattern(form: str) -> str:
    """Return what finds `form`: Latin words and numbers only as a whole."""
    before = r"(?<![a-z0-9])" if form[0].isascii() and form[0].isalnum() else ""
    after = r"(?![a-z0-9])" if form[-1].isascii() and form[-1].isalnum() else ""
    return f"{before}{re.escape(form)}{after}"


def _best_place(text: str, spans: list[Span], forms: Mapping[str, float]) -> tuple[int, float]:
    """Return where a snippet should begin, and the weight of the forms within it."""
    best, best_weight = 0, 0.0
    said = [fold(text[a:b]) for a, b in spans]
    for number, (start, _) in enumerate(spans[:MOST_MARKS]):
        after = range(number, min(number + SNIPPET, len(spans)))
        inside = {said[at] for at in after if spans[at][1] <= start + SNIPPET - LEAD}
        weight = sum(weight for form, weight in forms.items() if any(form in one for one in inside))
        if weight > best_weight:
            best, best_weight = start, weight
    if best <= LEAD:
        return 0, best_weight
    # Begin with a sentence where one begins nearby.
    lead = text[best - LEAD : best]
    begins = max(lead.rfind(mark) for mark in "。！？；：，、 ")
    return best - LEAD + begins + 1, best_weight


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

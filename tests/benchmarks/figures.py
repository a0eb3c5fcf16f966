"""What was measured, and the table of it. Pure."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

PER_SECOND = "req/s"  # figures of this unit are held against those of the two below
BARE_DJANGO, STATIC_FILE = "bare Django view", "nginx, static file"
HEAD = ("what", "result", "unit", "× bare Django", "× nginx file", "bar", "met")


@dataclass(frozen=True)
class Figure:
    name: str
    value: float
    unit: str
    least: float | None = None
    most: float | None = None
    note: str = ""

    @property
    def bar(self) -> str:
        parts = [("≥", self.least), ("≤", self.most)]
        return " ".join(f"{sign} {_number(limit)}" for sign, limit in parts if limit is not None)

    @property
    def is_met(self) -> bool | None:
        """Return None where there is no bar."""
        if not self.bar:
            return None
        return (self.least is None or self.value >= self.least) and (self.most is None or self.value <= self.most)


def rows(figures: Sequence[Figure]) -> list[tuple[str, ...]]:
    """Return the cells of the table, a row for each figure."""
    known = {figure.name: figure.value for figure in figures if figure.unit == PER_SECOND}
    found = []
    for figure in figures:
        ratios = [
            f"{figure.value / known[other]:.2f}" if figure.unit == PER_SECOND and known.get(other) else ""
            for other in (BARE_DJANGO, STATIC_FILE)
        ]
        name = f"{figure.name} ({figure.note})" if figure.note else figure.name
        met = {None: "", True: "yes", False: "NO"}[figure.is_met]
        found.append((name, _number(figure.value), figure.unit, *ratios, figure.bar, met))
    return found


def plain(figures: Sequence[Figure]) -> str:
    table = [HEAD, *rows(figures)]
    widths = [max(_width(row[column]) for row in table) for column in range(len(HEAD))]
    return "\n".join(
        "  ".join(
            _padded(cell, width, is_left=column in {0, 2, 6})
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    )


def markdown(figures: Sequence[Figure]) -> str:
    table = [HEAD, ("---", "--:", "---", "--:", "--:", "--:", "---"), *rows(figures)]
    return "\n".join(f"| {' | '.join(row)} |" for row in table)


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"


def _padded(cell: str, width: int, *, is_left: bool) -> str:
    space = " " * (width - _width(cell))
    return cell + space if is_left else space + cell


def _width(text: Iterable[str]) -> int:
    """Return how many columns of a terminal a text takes: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)

"""Charts as numbers for a template to draw in SVG: no script, and the same on paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log10


@dataclass(frozen=True)
class Column:
    """One value; the numbers are in units of the drawing."""

    name: str
    value: int
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 2)


@dataclass(frozen=True)
class Line:
    """A line of the grid."""

    value: int
    y: float


@dataclass(frozen=True)
class ColumnChart:
    width: int
    height: int
    baseline: float
    columns: list[Column]
    grid: list[Line]

    @property
    def total(self) -> int:
        return sum(column.value for column in self.columns)


MARGIN_TOP, MARGIN_BOTTOM, MARGIN_LEFT = 12, 22, 44
GRID_LINES = 4


def column_chart(values: Sequence[tuple[str, int]], *, width: int = 720, height: int = 200) -> ColumnChart:
    """Return named values as columns from zero, with a grid of round numbers."""
    baseline = height - MARGIN_BOTTOM
    step = round_step(max((value for _, value in values), default=0))
    top = step * GRID_LINES
    scale = (baseline - MARGIN_TOP) / top
    pitch = (width - MARGIN_LEFT) / max(1, len(values))
    columns = [
        Column(
            name=name,
            value=value,
            x=round(MARGIN_LEFT + pitch * (number + 0.15), 2),
            y=round(baseline - value * scale, 2),
            width=round(pitch * 0.7, 2),
            height=round(value * scale, 2),
        )
        for number, (name, value) in enumerate(values)
    ]
    grid = [Line(step * number, round(baseline - step * number * scale, 2)) for number in range(GRID_LINES + 1)]
    return ColumnChart(width=width, height=height, baseline=baseline, columns=columns, grid=grid)


def round_step(most: int) -> int:
    """Return the smallest of 1, 2, 5, 10, 20, 50 … of which GRID_LINES reach `most`."""
    least = max(1, ceil(most / GRID_LINES))
    power: int = 10 ** int(log10(least))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from debtfaq.charts import GRID_LINES, column_chart, round_step


@pytest.mark.parametrize(
    ("most", "step"), [(0, 1), (1, 1), (4, 1), (5, 2), (20, 5), (21, 10), (583, 200), (801, 500), (100_000, 50_000)]
)
def test_the_grid_has_round_numbers(most, step):
    assert round_step(most) == step


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=60))
def test_columns_stand_on_the_baseline_and_stay_inside(values):
    chart = column_chart([(str(number), value) for number, value in enumerate(values)])
    assert chart.total == sum(values)
    for column in chart.columns:
        assert column.y + column.height == pytest.approx(chart.baseline, abs=0.02)
        assert column.y >= 0
        assert 0 <= column.x < column.middle < column.x + column.width <= chart.width
    assert [line.value for line in chart.grid][-1] == round_step(max(values)) * GRID_LINES >= max(values)


def test_heights_are_in_proportion():
    one, two, none = column_chart([("a", 100), ("b", 200), ("c", 0)]).columns
    assert two.height == pytest.approx(2 * one.height, abs=0.02)
    assert none.height == 0


def test_no_values_are_no_columns():
    assert column_chart([]).columns == []

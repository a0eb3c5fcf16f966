import pytest

from tests.audit.lighthouse import slowdown_to_phone


@pytest.mark.parametrize(("index", "slowdown"), [(2000, 4.0), (1500, 4.0), (750, 2.0), (100, 1.0)])
def test_a_slow_machine_is_slowed_down_less(index, slowdown):
    assert slowdown_to_phone(index) == slowdown

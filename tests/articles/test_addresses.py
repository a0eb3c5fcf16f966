import pytest
from django.urls import NoReverseMatch, reverse

from articles.addresses import path_to


@pytest.mark.parametrize(
    ("view", "arguments"),
    [
        ("articles:home", ()),
        ("articles:article", (7, "yin-hang-cui-shou-2")),
        ("articles:article", (10**12, "è-逾期 100%?&=#+'()~:@")),
        ("articles:archive_month", (2026, 3)),
        ("articles:tag", ("zheng-xin",)),
        ("articles:record_view", (1_000_000_007,)),
    ],
)
def test_a_path_is_what_django_says(view, arguments):
    for _ in range(2):
        assert path_to(view, *arguments) == reverse(view, args=arguments)


def test_a_view_that_is_not_there():
    with pytest.raises(NoReverseMatch):
        path_to("articles:nowhere", 7)

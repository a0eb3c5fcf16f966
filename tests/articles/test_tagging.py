import pytest

from articles.models import Tag
from articles.tagging import join_tags, split_tags
from tests.factories import ArticleFactory


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("信用卡，征信", ["信用卡", "征信"]),
        ("信用卡, 征信、网贷；逾期1-30天", ["信用卡", "征信", "网贷", "逾期1-30天"]),
        (" ，信用卡,,信用卡 ", ["信用卡"]),
        ("", []),
    ],
)
def test_split_tags(text, tags):
    assert split_tags(text) == tags


def test_join_tags_can_be_split_again():
    tags = [Tag(name="征信"), Tag(name="信用卡")]
    assert set(split_tags(join_tags(tags))) == {"征信", "信用卡"}


def test_tags_that_sound_alike_get_addresses_of_their_own(db):
    ArticleFactory(tags=["执行", "直行", "LPR"])
    ArticleFactory(tags=["执行", "lpr"])
    assert list(Tag.objects.order_by("slug").values_list("name", "slug")) == [
        ("LPR", "lpr"),
        ("执行", "zhi-xing"),
        ("直行", "zhi-xing-1"),
    ]

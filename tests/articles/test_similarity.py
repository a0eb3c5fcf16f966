"""What is nearly the same text, found without comparing all texts."""

import random
import re

from hypothesis import given
from hypothesis import strategies as st

from articles.similarity import FEWEST_RUNS, bands, likeness, runs
from debtfaq.demo_content import DEMO_DIR

GUIDES = [path.read_text(encoding="utf-8").split("---\n", 2)[2] for path in sorted((DEMO_DIR / "guides").glob("*.md"))]
SENTENCES = [part for guide in GUIDES for part in re.split(r"(?<=[。！？\n])", guide) if len(part) > 8]


def test_only_letters_and_digits_count():
    assert runs("先还《信用卡》。") == runs("先 还 信 用 卡！") == {"先还信用卡"}
    assert runs("ＬＰＲ四倍") == {"lpr四倍"}
    assert runs("四个字。") == set()


def test_likeness_is_the_share_in_common():
    text = runs("".join(SENTENCES[:40]))
    assert likeness(text, text) == 1
    assert likeness(text, set()) == likeness(set(), set()) == 0
    assert likeness({"先还信用卡", "还信用卡再"}, {"还信用卡再", "信用卡再还"}) == 0.5


def test_very_short_texts_have_no_bands():
    assert bands(runs("先把欠款列成一张表。")) == []
    assert len(bands({f"{n:05}" for n in range(FEWEST_RUNS)})) == 24


@given(st.text(max_size=300))
def test_bands_are_the_same_whenever_they_are_made_and_fit_a_column(text):
    made = bands(runs(text))
    assert made == bands(runs(text))
    assert all(-(2**63) <= band < 2**63 for band in made)


def test_guides_with_four_fifths_in_common_share_a_band():
    chance = random.Random(1)
    found = pairs = 0
    while pairs < 300:
        first = chance.sample(SENTENCES, 60)
        share = chance.uniform(0.02, 0.2)
        second = [chance.choice(SENTENCES) if chance.random() < share else sentence for sentence in first]
        one, other = runs("".join(first)), runs("".join(second))
        if likeness(one, other) >= 0.8:
            pairs += 1
            found += bool(set(bands(one)) & set(bands(other)))
    assert found >= 297


def test_guides_on_one_subject_do_not():
    made = [set(bands(runs(guide))) for guide in GUIDES]
    assert not [1 for number, one in enumerate(made) for other in made[:number] if one & other]

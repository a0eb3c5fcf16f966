"""Runs of digits as people write them: with separators, in Chinese numerals, with letters that look like digits.

Chinese numerals count as digits only inside such a run, never in running text (第六百七十五条 has none: 百 and 十 end
a run).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

_NUMERALS = "〇零一二三四五六七八九壹贰叁弎肆伍陆柒捌玖幺吆洞拐两俩貳參陸"
_NUMERAL_VALUES = "001234567891233456789110722236"
_LETTERS, _LETTER_VALUES = "oli", "011"
_VALUES = str.maketrans(_NUMERALS + _LETTERS, _NUMERAL_VALUES + _LETTER_VALUES)
DIGIT = f"[0-9{_NUMERALS}]"
SEPARATOR = r"[ \x00.\-_*·/、~|^()]"
_RUN = re.compile(f"[0-9{_NUMERALS}{_LETTERS}](?:{SEPARATOR}{{0,3}}[0-9{_NUMERALS}{_LETTERS}]){{4,}}")
_GROUP = re.compile(f"[0-9{_NUMERALS}{_LETTERS}]+")
_FIRST_OF_A_WORD = "一两俩"  # 13800138000一直, 13800138000两个
_AMOUNT = re.compile(r" ?(?:[元块万千百亿期天年月倍笔分岁%]|rmb|人民币|多)")

# Groups that numbers are written in inside a longer run; a run of its own may be split anyhow.
_USUAL_GROUPS = {
    (3, 4, 4),
    (3, 8),
    (7, 4),
    (4, 4, 3),
    (6, 8, 4),
    (6, 8, 3),
    (6, 4, 4, 4),
    (6, 4, 4, 3),
    (6, 13),
    (6, 10),
}


def digits_of(text: str) -> str:
    """Return the digits of a run in ASCII, without what separates them."""
    return "".join(character for character in text.translate(_VALUES) if character.isdigit())


def is_amount(text: str, end: int) -> bool:
    """Return whether a unit such as 元 or 期 follows the number that ends at `end`."""
    return bool(_AMOUNT.match(text, end))


_LONGEST = 19  # digits: a bank card


@dataclass(frozen=True)
class Number:
    """Digits at `start:end` of a text."""

    start: int
    end: int
    digits: str
    is_whole_run: bool


class Run:
    """A run of digits and separators at `start:end` of a text."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.start = start
        self.end = end
        self._text = text

    def numbers(self, *lengths: int) -> Iterator[Number]:
        """Yield the numbers of these lengths, in digits, that the run or usual groups in it make."""
        for length in lengths:
            yield from self._by_length.get(length, ())

    @cached_property
    def _by_length(self) -> dict[int, list[Number]]:
        """All numbers of the run by their length. Linear: a number inside a longer run has at most five groups."""
        groups = [found.span() for found in _GROUP.finditer(self._text, self.start, self.end)]
        sizes = [end - start for start, end in groups]
        numbers: dict[int, list[Number]] = {}
        if len(groups) > 1 and all(
            size >= 3 and self._text[end - 1] == "0" for size, (_, end) in zip(sizes, groups, strict=True)
        ):
            return numbers  # 1500、2000、300: a list of amounts
        if sum(sizes) <= _LONGEST:
            numbers[sum(sizes)] = [self._number(self.start, self.end, is_whole_run=True)]
        last_digits = self._text[self.end - 6 : self.end - 1]
        if self._text[self.end - 1] in _FIRST_OF_A_WORD and last_digits.isascii() and last_digits.isdecimal():
            numbers[sum(sizes) - 1] = [self._number(self.start, self.end - 1, is_whole_run=True)]
        for first, size in enumerate(sizes):
            if size < 3 or len(sizes) == 1:
                continue
            for last in range(first, min(first + 5, len(sizes))):
                inside = tuple(sizes[first : last + 1])
                if last - first + 1 < len(sizes) and sum(inside) <= _LONGEST and _is_usual(inside):
                    number = self._number(groups[first][0], groups[last][1], is_whole_run=False)
                    numbers.setdefault(sum(inside), []).append(number)
        return numbers

    def _number(self, start: int, end: int, *, is_whole_run: bool) -> Number:
        return Number(start, end, digits_of(self._text[start:end]), is_whole_run)


def _is_usual(sizes: tuple[int, ...]) -> bool:
    return len(sizes) == 1 or sizes in _USUAL_GROUPS or set(sizes[:-1]) == {4}


def find_runs(text: str) -> list[Run]:
    """Return the runs of at least five digits."""
    return [Run(text, *found.span()) for found in _RUN.finditer(text)]

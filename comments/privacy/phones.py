"""Numbers of mobile phones and fixed lines in mainland China."""

import re

from comments.privacy.numbers import Run, is_amount
from comments.privacy.records import PersonalData

_MOBILE = re.compile(r"(?:86|0086)?(1[3-9][0-9]{9})")
_AREA = r"(?:010|02[0-57-9]|0[3-9][1-9][0-9])"
_FIXED = re.compile(rf"(?<![0-9a-z.])\(?({_AREA})\)?[ \-]{{0,2}}([2-8][0-9]{{3}}[ \-]?[0-9]{{3,4}})(?![0-9a-z.%])")
_REFERENCE = re.compile(r"(?:单号|编号|流水号|合同号|借据号)\D{0,3}$")


def _mobiles(text: str, runs: list[Run]) -> list[PersonalData]:
    return [
        PersonalData(number.start, number.end, "phone", len(number.digits) - 8, 4)
        for run in runs
        for number in run.numbers(15, 13, 11)
        if _MOBILE.fullmatch(number.digits) and not is_amount(text, number.end)
    ]


def _fixed_lines(text: str) -> list[PersonalData]:
    return [
        PersonalData(found.start(1), found.end(), "phone", len(found[1]), 3)
        for found in _FIXED.finditer(text)
        if not is_amount(text, found.end()) and not _REFERENCE.search(text, max(0, found.start() - 10), found.start())
    ]


def find_phones(text: str, runs: list[Run]) -> list[PersonalData]:
    """Return phone numbers. Hotlines of four to six digits and 400 numbers belong to offices and are none."""
    return [*_mobiles(text, runs), *_fixed_lines(text)]

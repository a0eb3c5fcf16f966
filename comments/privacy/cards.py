"""Numbers of identity cards and bank cards."""

import re
from datetime import date

from comments.privacy.numbers import SEPARATOR, Number, Run, is_amount
from comments.privacy.records import PersonalData

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10x98765432"
_FINAL_X = re.compile(f"{SEPARATOR}{{0,2}}[x×](?![a-z0-9])")
# The first two digits of GB/T 2260: provinces, Taiwan, Hong Kong, Macao, and 83 for residents from Taiwan.
_REGIONS = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
        "83",
    ]
)
_ID_WORDS = re.compile(r"身份|证号|证件|sfz")
_CARD_WORDS = re.compile(r"卡|账户|账号|帐号|户头|打到|转到|转入|汇到|打款|收款")
_CARD_AFTER = re.compile(r".{0,4}卡")
# ISO/IEC 7812 issuer prefixes met in China: UnionPay 62 and 81, older cards of Chinese banks (9558, 4x, 6x), Visa,
# Mastercard, JCB, American Express.
_CARD_PREFIX = re.compile(r"62|60[0-9]|81[0-7]|9558|95595|985262|940|966666|99[0-9]{2}|4|5[1-5]|2[2-7]|35|3[47]")
_CARD_LENGTHS = (19, 18, 17, 16, 15)


def has_right_checksum(number: str) -> bool:
    """Return whether the last character of an 18-character ID number is right (GB 11643-1999, ISO 7064 MOD 11-2)."""
    rest = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True)) % 11
    return number[17] == _CHECK_CHARACTERS[rest]


def passes_luhn(number: str) -> bool:
    """Return whether a card number passes the check of ISO/IEC 7812-1, annex B (Luhn)."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 * (value > 9)
    return total % 10 == 0


def _is_birthday(digits: str) -> bool:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return 1900 <= born.year <= 2050


def _words_before(text: str, start: int, words: re.Pattern[str]) -> bool:
    return bool(words.search(text, max(0, start - 16), start))


def _id_cards_in(run: Run, text: str) -> list[PersonalData]:
    found = []
    for number in run.numbers(18, 17):
        end, digits = number.end, number.digits
        if len(digits) == 17:
            final = _FINAL_X.match(text, end)
            if not final:
                continue
            end, digits = final.end(), digits + "x"
        if digits[:2] in _REGIONS and _is_birthday(digits[6:14]):
            found.append(PersonalData(number.start, end, "id_card", 6, 4, is_sure=has_right_checksum(digits)))
    # Numbers of 15 digits (before 1999) have no checksum: the word has to stand before them.
    for number in run.numbers(15):
        is_born = number.digits[:2] in _REGIONS and _is_birthday("19" + number.digits[6:12])
        if is_born and _words_before(text, number.start, _ID_WORDS):
            found.append(PersonalData(number.start, number.end, "id_card", 6, 3))
    return found


def find_id_cards(text: str, runs: list[Run]) -> list[PersonalData]:
    """Return numbers of identity cards: region, a real date and, unless `is_sure` is false, the right checksum."""
    return [item for run in runs for item in _id_cards_in(run, text)]


def _is_bank_card(number: Number, text: str) -> bool:
    if not _CARD_PREFIX.match(number.digits) or len(set(number.digits)) == 1:
        return False
    if is_amount(text, number.end):
        return False
    is_union_pay = number.digits.startswith("62")
    is_named = _words_before(text, number.start, _CARD_WORDS) or _CARD_AFTER.match(text, number.end)
    if is_named and (is_union_pay or passes_luhn(number.digits)):
        return True  # named as a card: a wrong digit does not make it harmless
    is_usual = is_union_pay or len(number.digits) == 16 or number.digits.startswith(("95", "60", "4"))
    return is_usual and passes_luhn(number.digits)


def find_bank_cards(text: str, runs: list[Run]) -> list[PersonalData]:
    """Return numbers of bank cards: 15 to 19 digits, a known prefix, the Luhn check."""
    return [
        PersonalData(number.start, number.end, "bank_card", 6, 4)
        for run in runs
        for number in run.numbers(*_CARD_LENGTHS)
        if _is_bank_card(number, text)
    ]

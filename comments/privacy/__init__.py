"""Find and mask personal data in what somebody wrote.

Pure. The finders read a normalised text (NFKC, lower case, invisible characters removed; see
comments/screening/normalisation.py) and give positions in it; `mask` writes stars into the original.
"""

from comments.privacy.addresses import find_addresses
from comments.privacy.cards import find_bank_cards, find_id_cards
from comments.privacy.masking import STAR, mask
from comments.privacy.names import find_names
from comments.privacy.numbers import find_runs
from comments.privacy.phones import find_phones
from comments.privacy.records import PersonalData
from comments.privacy.references import find_codes, find_contracts

__all__ = ["STAR", "PersonalData", "find_personal_data", "mask"]


def find_personal_data(text: str) -> list[PersonalData]:
    """Return the personal data in a normalised text, in its order; of two that overlap, the surer one."""
    runs = find_runs(text)
    candidates = [
        *find_id_cards(text, runs),
        *find_bank_cards(text, runs),
        *find_contracts(text),
        *find_codes(text),
        *find_phones(text, runs),
        *find_addresses(text),
    ]
    candidates += find_names(text, beside_other_data=bool(candidates))
    taken = bytearray(len(text))
    found = []
    for item in candidates:
        if not any(taken[item.start : item.end]):
            taken[item.start : item.end] = b"\x01" * (item.end - item.start)
            found.append(item)
    return sorted(found)

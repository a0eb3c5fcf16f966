"""What the finders of personal data give."""

from typing import NamedTuple


class PersonalData(NamedTuple):
    """Personal data at `start:end` of a normalised text.

    `front` and `back` letters or digits may stay readable when it is masked. `is_sure` is false where a checksum fails.
    """

    start: int
    end: int
    type: str
    front: int = 0
    back: int = 0
    is_sure: bool = True

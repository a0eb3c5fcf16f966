"""Write stars over personal data."""

from collections.abc import Iterable

STAR = "*"


def mask(text: str, spans: Iterable[tuple[int, int, int, int]]) -> str:
    """Return `text` with stars over each span (start, end, front, back).

    Of the letters and digits in the span the first `front` and the last `back` stay, and so do signs between them:
    11010519491231002X with 6 and 4 becomes 110105********002X. The length does not change.
    """
    characters = list(text)
    for start, end, front, back in spans:
        places = [i for i in range(start, end) if text[i].isalnum()]
        for i in places[front : len(places) - back]:
            characters[i] = STAR
    return "".join(characters)

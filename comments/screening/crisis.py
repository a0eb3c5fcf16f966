"""Phase 6: words of somebody who may take their life. Better one too many, save what is said only in jest."""

from comments.screening.findings import Action, Finding
from comments.screening.normalisation import NormalText
from comments.screening.words import WordLists

PHASE = "crisis"
TYPE = "crisis"


def find_crisis(normal: NormalText, words: WordLists) -> list[Finding]:
    """Return words of crisis that are not part of a harmless saying (想死我了, 跳楼价, 别想不开)."""
    return [
        Finding(*normal.original_span(*normal.text_span(*match.span())), TYPE, Action.PRIORITISE, PHASE)
        for match in words.find_meant("crisis", normal.dense)
    ]

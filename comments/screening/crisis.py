"""Phase 6: words of somebody who may take their life. Better one too many, save what is said in jest or of strangers."""

import re

from comments.screening.findings import Action, Finding
from comments.screening.normalisation import NormalText
from comments.screening.words import WordLists

PHASE = "crisis"
TYPE = "crisis"
_BEFORE = 16  # characters
# News and strangers, not the family: 老公要跳河 is a cry for help too.
_OF_STRANGERS = re.compile(
    r"(?:新闻|报道|报导|热搜|电视剧?|电影|老板|老总|董事长|高管|有人|有个人|男子|女子|明星|网友|某男|某女)[^我俺。!?;\n]{0,14}$"
)


def _is_of_strangers(dense: str, start: int) -> bool:
    return bool(_OF_STRANGERS.search(dense, max(0, start - _BEFORE), start))


def find_crisis(normal: NormalText, words: WordLists) -> list[Finding]:
    """Return words of crisis that are neither part of a harmless saying (想死我了, 跳楼价) nor told of strangers."""
    return [
        Finding(*normal.original_span(*normal.text_span(*match.span())), TYPE, Action.PRIORITISE, PHASE)
        for match in words.find_meant("crisis", normal.dense)
        if not _is_of_strangers(normal.dense, match.start())
    ]

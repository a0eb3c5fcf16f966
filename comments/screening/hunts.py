"""Phase 5: somebody else is exposed, or others are called on to hunt them."""

import re

from comments.privacy import PersonalData
from comments.screening.findings import Action, Finding
from comments.screening.normalisation import NormalText
from comments.screening.sentences import Sentences
from comments.screening.words import WordLists

PHASE = "doxxing"
TYPE = "doxxing"
_EXPOSING = frozenset({"phone", "id_card", "address", "bank_card"})
_OF_THE_WRITER = re.compile(r"我|本人|俺|自己|绑定|预留|家里|家住|被$")
_THIRD = frozenset("他她它")
_SUFFERED = re.compile(
    r"被|催收|他们|他说|她说|天天|短信|电话|威胁|说要|扬言|恐吓|会不会|怕|再不|银行|平台|对方|把我|给我|我"
)
_ON_THE_WRITER = re.compile(r".{0,2}(?:我|本人|俺|通讯录|手机|电话)")


def _calls(normal: NormalText, words: WordLists) -> list[tuple[int, int]]:
    """Return where others are called on to act; not where the writer suffers it (被轰炸, 曝光我)."""
    dense = normal.dense
    calls = []
    for match in words.find("dox_call", dense):
        before = re.split(r"[。!?;\n，,]", dense[max(0, match.start() - 6) : match.start()])[-1]
        is_on_third = not _THIRD.isdisjoint(match[0]) or dense[match.end() : match.end() + 1] in {
            "他",
            "她",
            "这",
            "那",
        }
        if not is_on_third and (_SUFFERED.search(before) or _ON_THE_WRITER.match(dense, match.end())):
            continue
        calls.append(match.span())
    return calls


def _is_of_another(item: PersonalData, normal: NormalText, words: WordLists) -> bool:
    """Return whether the words before personal data say that it is somebody else's."""
    before = re.split(r"[。!?;\n]", normal.text[max(0, item.start - 18) : item.start])[-1]
    dense = NormalText(before).dense
    return words.has("dox_target", dense) and not _OF_THE_WRITER.search(dense)


def find_hunts(normal: NormalText, words: WordLists, personal: list[PersonalData]) -> list[Finding]:
    """Return exposure of others: with a call to act it asks to be rejected, else to be looked at."""
    exposed = [item for item in personal if item.type in _EXPOSING]
    calls = _calls(normal, words)
    found = []
    if exposed:
        of_others = [item for item in exposed if calls or _is_of_another(item, normal, words)]
        action = Action.REJECT if calls else Action.HOLD
        found = [Finding(*normal.original_span(item.start, item.end), TYPE, action, PHASE) for item in of_others]
    elif calls:
        sentences = Sentences(normal, words)
        called = {sentences.index_at(start) for start, _ in calls}
        rallied = {i for i in called if _is_rallied(sentences.around(i), words)}
        calls = [call for call in calls if sentences.index_at(call[0]) in rallied]
        action = Action.HOLD
    if calls:
        found += [Finding(*normal.original_span(*normal.text_span(*call)), TYPE, action, PHASE) for call in calls]
    return found


def _is_rallied(dense: str, words: WordLists) -> bool:
    return words.has("dox_rally", dense) and words.has("dox_target", dense)

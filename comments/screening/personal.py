"""Phase 4: personal data, which is masked before the comment is stored."""

from comments.privacy import PersonalData
from comments.screening.findings import Action, Finding
from comments.screening.normalisation import NormalText

PHASE = "privacy"
CONTACT_PHASE = "contact"
_OWN = (
    "我手机",
    "我的手机",
    "我电话",
    "我的电话",
    "本人手机",
    "本人电话",
    "我号码",
    "我的号码",
    "家里电话",
    "绑定",
    "预留",
    "我妈",
    "我爸",
    "注册手机",
    "注册的手机",
)


def _is_own_phone(item: PersonalData, text: str) -> bool:
    return any(word in text[max(0, item.start - 12) : item.start] for word in _OWN)


def is_contact(item: PersonalData, text: str) -> bool:
    """Return whether personal data is also a way to reach the writer: a phone not told of as one's own in a story."""
    return item.type == "phone" and not _is_own_phone(item, text)


def judge_personal_data(normal: NormalText, personal: list[PersonalData]) -> list[Finding]:
    """Return a finding that asks to mask each item, and one that asks for a look where that is not all.

    A phone number may also be an invitation to call; an identity card whose checksum fails may be something else.
    """
    findings = []
    for item in personal:
        span = normal.original_span(item.start, item.end)
        findings.append(Finding(*span, item.type, Action.MASK, PHASE))
        if is_contact(item, normal.text):
            findings.append(Finding(*span, item.type, Action.HOLD, CONTACT_PHASE))
        elif not item.is_sure:
            findings.append(Finding(*span, item.type, Action.HOLD, PHASE))
    return findings

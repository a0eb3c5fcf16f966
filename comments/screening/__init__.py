"""Judge what a reader wrote: contact details, adverts, personal data, exposure of others, words of crisis.

Pure. `screen(text)` gives a Verdict; the word lists may be the moderators' own.
"""

from comments.privacy import find_personal_data, mask
from comments.screening.adverts import find_adverts
from comments.screening.contacts import find_contacts
from comments.screening.crisis import find_crisis
from comments.screening.findings import Action, Finding, Verdict
from comments.screening.hunts import find_hunts
from comments.screening.normalisation import NormalText
from comments.screening.personal import is_contact, judge_personal_data
from comments.screening.words import DEFAULT, WordLists

__all__ = ["DEFAULT", "Action", "Finding", "Verdict", "WordLists", "screen"]


def screen(text: str, words: WordLists = DEFAULT) -> Verdict:
    """Return what is to be done about `text`. Findings give positions in `text` itself.

    Phases in their order: normalisation, contact, advert, privacy, doxxing, crisis.
    """
    normal = NormalText(text)
    personal = find_personal_data(normal.text)
    details, steering = find_contacts(normal, words)
    has_contact = bool(details) or any(is_contact(item, normal.text) for item in personal)
    findings = {
        *details,
        *_outside(steering, details, len(text)),
        *find_adverts(normal, words, has_contact=has_contact, has_account=bool(details)),
        *judge_personal_data(normal, personal),
        *find_hunts(normal, words, personal),
        *find_crisis(normal, words),
    }
    masked = mask(text, [(*normal.original_span(p.start, p.end), p.front, p.back) for p in personal])
    return Verdict(sorted(findings), masked)


def _outside(findings: list[Finding], details: list[Finding], length: int) -> list[Finding]:
    """Return the findings that do not lie where a detail says it already."""
    covered = bytearray(length)
    for detail in details:
        covered[detail.start : detail.end] = b"\x01" * (detail.end - detail.start)
    return [finding for finding in findings if not (covered[finding.start] and covered[finding.end - 1])]

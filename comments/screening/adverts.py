"""Phase 3: adverts of the trade.

Naming a service is no advert. It becomes one where nobody asks, warns or tells of others in the same sentence, and for
words that ordinary debtors use too (停息挂账) only beside words that sell.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from comments.screening.findings import Action, Finding
from comments.screening.normalisation import NormalText
from comments.screening.pitches import find_hints, find_pitches
from comments.screening.sentences import Sentences, told_of_others
from comments.screening.words import WordLists

PHASE = "advert"
SERVICES = (
    "ad_anti_collection",
    "ad_debt_service",
    "ad_credit_repair",
    "ad_agency_complaint",
    "ad_forgery",
    "ad_loan",
    "policy_scam",
)
CLAIM, OFFER, SOLICIT = "ad_claim", "offer", "solicit"
_SOFT = {f"soft_{kind.removeprefix('ad_')}": kind for kind in SERVICES}
_FALLBACK = "ad_debt_service"
_CLAUSE_END = re.compile(r"[。!?;，,\n]")
_ENOUGH = 2  # subjects of weak words that make an offer
_LONGEST_CLAUSE = 20  # characters of the dense text


class _Hit(NamedTuple):
    """A word of the trade at `start:end` of the dense text."""

    start: int
    end: int
    kind: str
    sentence: int


@dataclass
class _Evidence:
    """The words of the trade in one comment, by what they show."""

    services: list[_Hit] = field(default_factory=list)
    claims: list[_Hit] = field(default_factory=list)
    soft: list[_Hit] = field(default_factory=list)
    offers: list[_Hit] = field(default_factory=list)
    solicits: list[_Hit] = field(default_factory=list)


def _hits(normal: NormalText, words: WordLists, sentences: Sentences, kinds: Iterable[str]) -> list[_Hit]:
    return [
        _Hit(*match.span(), kind, sentences.index_at(match.start()))
        for kind in kinds
        for match in words.find_meant(kind, normal.dense)
    ]


def _pitches(normal: NormalText, words: WordLists, sentences: Sentences, kind: str) -> list[_Hit]:
    """Return the phrases of `kind`, save what tells of somebody else (中介收两个点)."""
    return [
        _Hit(*phrase, sentences.index_at(phrase.start))
        for phrase in find_pitches(kind, normal.dense)
        if not told_of_others(normal.dense, phrase.start, words)
    ]


def _hinted(normal: NormalText, sentences: Sentences) -> list[_Hit]:
    """Return weak words of selling where enough subjects of them stand together in sentences that excuse nothing."""
    hits = []
    subjects: defaultdict[int, set[int]] = defaultdict(set)
    for start, end, subject in find_hints(normal.dense):
        sentence = sentences.index_at(start)
        hits.append(_Hit(start, end, OFFER, sentence))
        for near in (sentence - 1, sentence, sentence + 1):
            subjects[near].add(subject)
    selling = {
        sentence
        for sentence in {hit.sentence for hit in hits}
        if len(subjects[sentence]) >= _ENOUGH and not any(s.warns or s.reports for s in sentences.near(sentence))
    }
    return [hit for hit in hits if hit.sentence in selling]


def _fears(dense: str, hit: _Hit, sentences: Sentences) -> bool:
    """Return whether somebody asks about themselves where a seller would call (会找我要吗)."""
    return "我" in dense[hit.start : hit.end] and sentences[hit.sentence].ends_asking


def _gather(normal: NormalText, words: WordLists, sentences: Sentences) -> _Evidence | None:
    """Return the words of the trade; None where no service, claim or soft word is named."""
    evidence = _Evidence(
        services=_hits(normal, words, sentences, SERVICES),
        claims=_hits(normal, words, sentences, (CLAIM,)) + _pitches(normal, words, sentences, CLAIM),
        soft=_hits(normal, words, sentences, _SOFT),
    )
    if not (evidence.services or evidence.claims or evidence.soft):
        return None
    named = {(hit.kind, i) for hit in evidence.services for i in range(hit.start, hit.end)}
    evidence.soft = [hit for hit in evidence.soft if (_SOFT[hit.kind], hit.start) not in named]
    evidence.offers = _hits(normal, words, sentences, (OFFER,))
    evidence.solicits = [
        hit
        for hit in _hits(normal, words, sentences, (SOLICIT,))
        if not told_of_others(normal.dense, hit.start, words) and not _fears(normal.dense, hit, sentences)
    ]
    return evidence


def _add_phrases(evidence: _Evidence, normal: NormalText, words: WordLists, sentences: Sentences) -> None:
    evidence.offers += _pitches(normal, words, sentences, OFFER) + _hinted(normal, sentences)
    phrases = _pitches(normal, words, sentences, SOLICIT)
    evidence.solicits += [hit for hit in phrases if not _fears(normal.dense, hit, sentences)]


def _near(sentence: int, others: set[int]) -> bool:
    return not others.isdisjoint((sentence - 1, sentence, sentence + 1))


def _selling(evidence: _Evidence, sentences: Sentences, *, has_contact: bool, has_account: bool) -> list[_Hit]:
    """Return the services, claims and soft words that are offered here."""
    named = (*evidence.services, *evidence.claims)
    solicited = {hit.sentence for hit in evidence.solicits if not sentences[hit.sentence].warns}
    offered = {hit.sentence for hit in evidence.offers if sentences[hit.sentence].is_plain}
    selling = offered | {hit.sentence for hit in named if not sentences[hit.sentence].is_excused}

    def is_advert(hit: _Hit) -> bool:
        sentence = sentences[hit.sentence]
        if _near(hit.sentence, solicited):
            return True
        if hit.kind in _SOFT:
            is_rhetorical = sentence.is_rhetorical and hit.sentence + 1 in offered
            return is_rhetorical or (sentence.is_plain and (has_account or _near(hit.sentence, selling)))
        if sentence.is_excused:
            return has_contact
        return has_contact or hit.sentence in offered or not _is_beside_a_warning(hit, sentences)

    return [hit for hit in (*named, *evidence.soft) if is_advert(hit)]


def _is_beside_a_warning(hit: _Hit, sentences: Sentences) -> bool:
    return any(sentences[i].warns for i in (hit.sentence - 1, hit.sentence + 1) if 0 <= i < len(sentences))


def _clause_of(dense: str, hit: _Hit) -> tuple[int, int]:
    """Return the clause around a hit, for an advert is more than its keyword; the hit alone where the clause is long."""
    before = _CLAUSE_END.split(dense[max(0, hit.start - _LONGEST_CLAUSE) : hit.start])[-1]
    after = _CLAUSE_END.split(dense[hit.end : hit.end + _LONGEST_CLAUSE])[0]
    if len(before) + hit.end - hit.start + len(after) > _LONGEST_CLAUSE:
        return hit.start, hit.end
    return hit.start - len(before), hit.end + len(after)


def _types(sold: list[_Hit], others: list[_Hit]) -> list[tuple[_Hit, str]]:
    """Return each hit with the type of its finding; a claim takes that of the nearest service."""
    named = sorted((hit.start, _SOFT.get(hit.kind, hit.kind)) for hit in sold if hit.kind != CLAIM)
    typed = [(hit, _SOFT.get(hit.kind, hit.kind)) for hit in sold if hit.kind != CLAIM]
    for hit in (*(hit for hit in sold if hit.kind == CLAIM), *others):
        place = bisect_left(named, (hit.start, ""))
        near = named[max(0, place - 1) : place + 1]
        nearest = min(near, key=lambda other: abs(other[0] - hit.start), default=(0, _FALLBACK))
        typed.append((hit, nearest[1]))
    return typed


def find_adverts(normal: NormalText, words: WordLists, *, has_contact: bool, has_account: bool) -> list[Finding]:
    """Return the adverts. One that names a service and also sells or says how to reach it asks to be rejected.

    `has_contact` says whether the comment holds a contact detail, `has_account` whether one that is no phone number:
    debtors write the numbers of those who call them.
    """
    sentences = Sentences(normal, words)
    evidence = _gather(normal, words, sentences)
    if evidence is None:
        return []
    sold = _selling(evidence, sentences, has_contact=has_contact, has_account=has_account)
    if not sold:  # the words alone do not show it: look for the grammar of an offer
        _add_phrases(evidence, normal, words, sentences)
        sold = _selling(evidence, sentences, has_contact=has_contact, has_account=has_account)
    if not sold:
        return []
    beside = [hit for hit in (*evidence.offers, *evidence.solicits) if not sentences[hit.sentence].is_excused]
    plain = [hit for hit in sold if not sentences[hit.sentence].is_excused]
    named = [hit for hit in plain if hit.kind not in _SOFT]
    is_strong = bool(plain) and (has_contact or bool(beside) or len(named) > 1)
    action = Action.REJECT if is_strong else Action.HOLD
    found = _merged((kind, *_clause_of(normal.dense, hit)) for hit, kind in _types(sold, beside))
    return [
        Finding(*normal.original_span(*normal.text_span(start, end)), kind, action, PHASE) for kind, start, end in found
    ]


def _merged(spans: Iterable[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """Return (type, start, end) with those of one type joined that overlap or touch."""
    merged: list[tuple[str, int, int]] = []
    for kind, start, end in sorted(spans):
        if merged and merged[-1][0] == kind and start <= merged[-1][2]:
            merged[-1] = (kind, merged[-1][1], max(end, merged[-1][2]))
        else:
            merged.append((kind, start, end))
    return merged

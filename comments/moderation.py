"""What moderators see of the comments that wait, and how they decide on them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from comments.models import Comment, ModerationEvent, Report

SHOWN = 50  # comments on a page of the queue
COUNTED = 1000  # waiting comments, and newest events, that the figures look at

FINDINGS = {
    "contact_wechat": "微信联系方式",
    "contact_qq": "QQ 联系方式",
    "phone": "电话号码",
    "email": "电子邮箱",
    "short_link": "短链接",
    "url": "网址",
    "steer_offsite": "引到站外",
    "qr": "二维码",
    "ad_anti_collection": "反催收广告",
    "ad_claim": "揽客承诺",
    "ad_debt_service": "债务服务广告",
    "ad_credit_repair": "征信修复广告",
    "ad_agency_complaint": "代理维权广告",
    "ad_forgery": "伪造材料",
    "ad_loan": "贷款广告",
    "policy_scam": "假借政策",
    "id_card": "身份证号",
    "bank_card": "银行卡号",
    "name": "姓名",
    "address": "住址",
    "contract": "合同号",
    "code": "验证码",
    "doxxing": "公开他人信息",
    "crisis": "轻生征兆",
}
_STATUS = Comment.Status
DECIDED = (_STATUS.APPROVED, _STATUS.REJECTED)
# A decision moves a comment, or keeps one that was reported; what only features it or closes its thread is none.
KEPT = Q(mark=ModerationEvent.Mark.KEPT)
DECISION = ~Q(from_status=F("to_status")) | KEPT


def in_words(span: dt.timedelta) -> str:
    """Return how long something lasts, in its largest unit: 3 分钟, 2 小时, 5 天."""
    minutes = int(span.total_seconds()) // 60
    if minutes < 1:
        return "不到 1 分钟"
    if minutes < 60:
        return f"{minutes} 分钟"
    return f"{minutes // 60} 小时" if minutes < 24 * 60 else f"{minutes // (24 * 60)} 天"


# --- What waits ------------------------------------------------------------


class Part(NamedTuple):
    """A piece of a text, and what the screening says of it; empty where it says nothing."""

    text: str
    reasons: str


@dataclass(frozen=True)
class Card:
    """A waiting comment with what helps to decide on it; `source` is empty where nothing is known of the network."""

    comment: Comment
    source: str
    reports: dict[str, int]  # how often readers gave each reason

    @property
    def waits(self) -> str:
        return in_words(timezone.now() - (self.comment.waits_since or self.comment.posted_at))

    @property
    def findings(self) -> list[str]:
        """What the screening found, in words; a kind that has none yet stands as it is."""
        return [_name(kind) for kind in self.comment.finding_types]

    @property
    def parts(self) -> list[Part]:
        """The text, cut where a finding begins or ends."""
        return highlighted(self.comment.body, self.comment.findings)


def highlighted(text: str, findings: Iterable[dict[str, Any]]) -> list[Part]:
    """Cut `text` where findings (start, end, type) begin and end, each piece with their names."""
    found = [finding for finding in findings if finding["start"] < finding["end"] <= len(text)]
    cuts = sorted({0, len(text), *(f["start"] for f in found), *(f["end"] for f in found)})
    return [Part(text[start:end], "、".join(_covering(found, start, end))) for start, end in pairwise(cuts)]


def _covering(findings: list[dict[str, Any]], start: int, end: int) -> Iterable[str]:
    return dict.fromkeys(_name(f["type"]) for f in findings if f["start"] <= start and end <= f["end"])


def _name(kind: str) -> str:
    return FINDINGS.get(kind, kind)


def queue() -> list[Card]:
    """Return the first waiting comments with guide, parent, the record of their networks and reports: three queries."""
    comments = list(Comment.objects.waiting().with_guides().select_related("parent", "expert")[:SHOWN])
    sources, reports = _sources(comments), _reports(comments)
    return [Card(comment, sources.get(comment.address_hash, ""), reports[comment.pk]) for comment in comments]


def _reports(comments: Iterable[Comment]) -> dict[int, dict[str, int]]:
    """Count for each comment how often readers gave which reason, since somebody decided on it last."""
    rows = Report.objects.filter(comment__in=comments, handled_at=None).order_by().values_list("comment", "reason")
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    for comment_id, reason, count in rows.annotate(count=Count("pk")):
        counts[comment_id][ModerationEvent.Reason(reason).label] = count
    return counts


def _sources(comments: Iterable[Comment]) -> dict[str, str]:
    """Say for each network, by its hash, how its other comments were decided, where any was."""
    hashes = {comment.address_hash for comment in comments} - {""}
    # Said once more, that SQLite finds its index.
    rows = (
        Comment.objects.filter(address_hash__in=hashes)
        .exclude(address_hash="")
        .order_by()
        .values_list("address_hash", "status")
    )
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for address_hash, status, count in rows.annotate(count=Count("pk")):
        counts[address_hash][status] = count
    return {
        address_hash: f"同一来源：通过 {of.get(_STATUS.APPROVED, 0)}，未通过 {of.get(_STATUS.REJECTED, 0)}"
        for address_hash, of in counts.items()
        if any(of.get(status) for status in DECIDED)
    }


# --- Figures ---------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """What waits, and since when; counts stop at `COUNTED`."""

    waiting: int
    urgent: int
    oldest: dt.datetime | None

    @property
    def in_words(self) -> dict[str, str]:
        longest = in_words(timezone.now() - self.oldest) if self.oldest else "—"
        return {"waiting": _counted(self.waiting), "longest": longest}


@dataclass(frozen=True)
class Figures:
    """How the desk stands; counts stop at `COUNTED`. `undoable` is the last decision of this moderator that stands."""

    standing: Standing
    today: int
    mine: int
    undoable: int | None

    def in_words(self) -> dict[str, str]:
        """Return the figures by name, as the page shows them."""
        return {**self.standing.in_words, "today": _counted(self.today), "mine": _counted(self.mine)}


def _counted(number: int) -> str:
    return f"{number}+" if number >= COUNTED else str(number)


def standing() -> Standing:
    """Count what waits. One query."""
    waiting = Comment.objects.waiting()[:COUNTED]
    urgent = Count("pk", filter=Q(is_urgent=True))
    return Standing(**waiting.aggregate(waiting=Count("pk"), urgent=urgent, oldest=Min("waits_since")))


def figures(by: User) -> Figures:
    """Count what waits and what was decided today (in the site's time zone), by all and by this moderator."""
    today, mine = Q(at__gte=_midnight()), Q(by=by)
    decided = _standing_decisions().aggregate(
        today=Count("pk", filter=today), mine=Count("pk", filter=today & mine), undoable=Max("pk", filter=mine & ~KEPT)
    )
    return Figures(standing(), **decided)


def _midnight() -> dt.datetime:
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


def by_moderator() -> list[tuple[str, int]]:
    """Return who decided how often today, the busiest first."""
    decided = _standing_decisions().filter(at__gte=_midnight()).order_by().values("by")
    rows = decided.annotate(count=Count("pk")).values_list("by__last_name", "by__first_name", "by__username", "count")
    return sorted((((last + first) or name, count) for last, first, name, count in rows), key=lambda row: -row[1])


def _standing_decisions() -> QuerySet[ModerationEvent]:
    """Decisions that nobody changed since, among the newest events: the table grows, the work does not."""
    newest = ModerationEvent.objects.order_by("-pk").values("pk")[:COUNTED]
    later = ModerationEvent.objects.filter(comment=OuterRef("comment"), pk__gt=OuterRef("pk"))
    decisions = ModerationEvent.objects.filter(DECISION, ~Exists(later), pk__in=newest, by__isnull=False)
    return decisions.filter(to_status__in=DECIDED)


# --- Decisions -------------------------------------------------------------


@dataclass(frozen=True)
class Decision:
    """What came of a press on a button: whether it `was_made`, and the last event of the comment, made or met."""

    was_made: bool
    event: ModerationEvent | None

    @property
    def explanation(self) -> str:
        """Who was there first, when, and what they decided, for the moderator who came second."""
        if self.event is None:
            return "这条评论已经不在了，或者不能由你撤销。"
        who = (self.event.by.get_full_name() or self.event.by.get_username()) if self.event.by else ""
        what = {
            _STATUS.APPROVED: "保留" if self.event.mark == ModerationEvent.Mark.KEPT else "通过",
            _STATUS.REJECTED: f"拒绝，理由：{self.event.get_reason_display()}",
            _STATUS.WITHDRAWN: "撤回",
            _STATUS.PENDING: "放回队列",
        }[_STATUS(self.event.to_status)]
        if self.event.to_status == _STATUS.WITHDRAWN:
            who = who or "写的人"
        span = timezone.now() - self.event.at
        when = "刚刚已" if span < dt.timedelta(minutes=1) else f"已在 {in_words(span)}前"
        return f"{who or '有人'} {when}{what}"


def decide(comment_id: int, by: User, *, reason: str = "", note: str = "", mark: str = "") -> Decision:
    """Approve a comment (with a mark), or reject it if a `reason` is given, provided that it still waits."""
    with transaction.atomic():
        comment = _lock(comment_id)
        if comment is None:
            return Decision(was_made=False, event=None)
        was_made = False
        if comment.waits_since is not None:
            was_made = comment.reject(by=by, reason=reason, note=note) if reason else comment.approve(by=by, mark=mark)
        return Decision(was_made, _last_event(comment))


def undo(event_id: int, by: User) -> Decision:
    """Put a comment back into the queue, provided that the last thing that happened to it was this decision of `by`."""
    with transaction.atomic():
        event = ModerationEvent.objects.filter(DECISION & ~KEPT, pk=event_id, by=by, to_status__in=DECIDED).first()
        comment = _lock(event.comment_id) if event else None
        if comment is None:
            return Decision(was_made=False, event=None)
        was_made = _last_event(comment) == event and comment.reopen(by=by)
        return Decision(was_made, _last_event(comment))


def _lock(comment_id: int) -> Comment | None:
    return Comment.objects.select_for_update().filter(pk=comment_id).first()


def _last_event(comment: Comment) -> ModerationEvent | None:
    return comment.events.select_related("by").order_by("-pk").first()

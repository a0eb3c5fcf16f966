"""What moderators see of the comments that wait, and how they decide on them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from comments.models import Comment, ModerationEvent

SHOWN = 50  # comments on a page of the queue
COUNTED = 1000  # waiting comments, and newest events, that the figures look at

FINDINGS = {
    "contact_wechat": "微信联系方式",
    "contact_qq": "QQ 联系方式",
    "phone": "电话号码",
    "email": "电子邮箱",
    "short_link": "短链接",
    "steer_offsite": "引到站外",
    "qr": "二维码",
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


def in_words(span: dt.timedelta) -> str:
    """Return how long something lasts, in its largest unit: 3 分钟, 2 小时, 5 天."""
    minutes = int(span.total_seconds()) // 60
    if minutes < 1:
        return "不到 1 分钟"
    if minutes < 60:
        return f"{minutes} 分钟"
    return f"{minutes // 60} 小时" if minutes < 24 * 60 else f"{minutes // (24 * 60)} 天"


# --- What waits ------------------------------------------------------------


@dataclass(frozen=True)
class Card:
    """A waiting comment with what helps to decide on it; `source` is empty where nothing is known of the network."""

    comment: Comment
    source: str

    @property
    def waits(self) -> str:
        return in_words(timezone.now() - self.comment.posted_at)

    @property
    def findings(self) -> list[str]:
        """What the screening found, in words; a kind that has none yet stands as it is."""
        return [FINDINGS.get(kind, kind) for kind in self.comment.findings]


def queue() -> list[Card]:
    """Return the first waiting comments, with guide, parent and the record of their networks, in two queries."""
    comments = list(Comment.objects.waiting().select_related("article", "parent", "expert")[:SHOWN])
    sources = _sources(comments)
    return [Card(comment, sources.get(comment.address_hash, "")) for comment in comments]


def _sources(comments: Iterable[Comment]) -> dict[str, str]:
    """Say for each network, by its hash, how its other comments were decided, where any was."""
    hashes = {comment.address_hash for comment in comments} - {""}
    rows = Comment.objects.filter(address_hash__in=hashes).order_by().values_list("address_hash", "status")
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
class Figures:
    """How the desk stands; counts stop at `COUNTED`. `undoable` is the last decision of this moderator that stands."""

    waiting: int
    oldest: dt.datetime | None
    today: int
    mine: int
    undoable: int | None

    def in_words(self) -> dict[str, str]:
        """Return the figures by name, as the page shows them."""
        longest = in_words(timezone.now() - self.oldest) if self.oldest else "—"
        counts = {"waiting": self.waiting, "today": self.today, "mine": self.mine}
        return {name: f"{n}+" if n >= COUNTED else str(n) for name, n in counts.items()} | {"longest": longest}


def figures(by: User) -> Figures:
    """Count what waits and what was decided today (in the site's time zone), by all and by this moderator."""
    waiting = Comment.objects.waiting()[:COUNTED].aggregate(count=Count("pk"), oldest=Min("posted_at"))
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    today, mine = Q(at__gte=midnight), Q(by=by)
    decided = _standing_decisions().aggregate(
        today=Count("pk", filter=today), mine=Count("pk", filter=today & mine), undoable=Max("pk", filter=mine)
    )
    return Figures(waiting["count"], waiting["oldest"], **decided)


def _standing_decisions() -> QuerySet[ModerationEvent]:
    """Decisions that nobody changed since, among the newest events: the table grows, the work does not."""
    newest = ModerationEvent.objects.order_by("-pk").values("pk")[:COUNTED]
    later = ModerationEvent.objects.filter(comment=OuterRef("comment"), pk__gt=OuterRef("pk"))
    return ModerationEvent.objects.filter(~Exists(later), pk__in=newest, to_status__in=DECIDED)


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
            _STATUS.APPROVED: "通过",
            _STATUS.REJECTED: f"拒绝，理由：{self.event.get_reason_display()}",
            _STATUS.WITHDRAWN: "撤回",
            _STATUS.PENDING: "放回队列",
        }[_STATUS(self.event.to_status)]
        if self.event.to_status == _STATUS.WITHDRAWN:
            who = who or "写的人"
        span = timezone.now() - self.event.at
        when = "刚刚已" if span < dt.timedelta(minutes=1) else f"已在 {in_words(span)}前"
        return f"{who or '有人'} {when}{what}"


def decide(comment_id: int, expected_status: str, by: User, *, reason: str = "", note: str = "") -> Decision:
    """Approve a comment, or reject it if a `reason` is given, provided it still is as the moderator saw it."""
    with transaction.atomic():
        comment = _lock(comment_id)
        if comment is None:
            return Decision(was_made=False, event=None)
        was_made = False
        if comment.status == expected_status:
            was_made = comment.reject(by=by, reason=reason, note=note) if reason else comment.approve(by=by)
        return Decision(was_made, _last_event(comment))


def undo(event_id: int, by: User) -> Decision:
    """Put a comment back into the queue, provided that the last thing that happened to it was this decision of `by`."""
    with transaction.atomic():
        event = ModerationEvent.objects.filter(pk=event_id, by=by, to_status__in=DECIDED).first()
        comment = _lock(event.comment_id) if event else None
        if comment is None:
            return Decision(was_made=False, event=None)
        was_made = _last_event(comment) == event and comment.reopen(by=by)
        return Decision(was_made, _last_event(comment))


def _lock(comment_id: int) -> Comment | None:
    return Comment.objects.select_for_update().filter(pk=comment_id).first()


def _last_event(comment: Comment) -> ModerationEvent | None:
    return comment.events.select_related("by").order_by("-pk").first()

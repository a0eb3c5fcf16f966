"""Telling search engines of guides that appeared, changed or went, through an outbox (`PushTask`) that cron empties.

An engine is told only when its token or key is set. A task is claimed by moving its `next_attempt_at` to the end of
a lease, sent, and settled only if that moment still stands: two runs at once never take the same task, a run that
dies leaves tasks that come due again, and a guide enqueued anew while it is being sent is sent once more.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.dispatch import receiver
from django.utils import timezone

from articles.engine_interfaces import ASK, Reply
from articles.models import Article, PushTask
from articles.models.push import PushTaskQuerySet
from articles.signals import guide_changed

Engine = PushTask.Engine

LARGEST_BATCH = {Engine.BAIDU: 2_000, Engine.INDEXNOW: 10_000}  # addresses in one request
LEASE = dt.timedelta(minutes=10)  # far longer than one request takes
FIRST_DELAY = dt.timedelta(minutes=5)  # doubled with every failure, up to
LONGEST_DELAY = dt.timedelta(days=1)
BAIDU_TIME = ZoneInfo("Asia/Shanghai")


@dataclass
class Report:
    """What came of one run."""

    engine: Engine
    sent: int = 0
    refused: int = 0
    left: int = 0
    remain: int | None = None
    is_quota_spent: bool = False
    error: str = ""

    @property
    def summary(self) -> str:
        quota = "" if self.remain is None else f"，今天还可推送 {self.remain} 个"
        spent = "今天的配额用完了，明天零点以后再推。" if self.is_quota_spent else ""
        return f"{self.engine.label}：推送了 {self.sent} 个网址，还有 {self.left} 个待推送{quota}。{spent}"

    @property
    def problem(self) -> str:
        """Why somebody should look; empty if all went well. A spent quota is the ordinary end of a day."""
        refused = f"{self.engine.label}拒绝了 {self.refused} 个网址，详见后台的推送记录。" if self.refused else ""
        error = f"{self.engine.label}没有接受推送：{self.error}" if self.error else ""
        return "".join([refused, error])


def is_configured(engine: Engine) -> bool:
    return bool({Engine.BAIDU: settings.BAIDU_PUSH_TOKEN, Engine.INDEXNOW: settings.INDEXNOW_KEY}[engine])


@receiver(guide_changed)
def enqueue(article: Article, **kwargs: Any) -> None:
    """Have every configured engine told of the guide's address as it is now.

    Runs within the transaction that publishes, corrects or withdraws the guide. A scheduled guide waits for its
    time; one that is not to be told of any more is taken out of the outbox.
    """
    for engine in filter(is_configured, Engine):
        moment = _told_from(article, engine)
        unsent = PushTask.objects.unsent().filter(engine=engine, article=article)
        if moment is None:
            unsent.delete()
        else:
            _put(unsent, engine, article, max(moment, timezone.now()))


def _told_from(article: Article, engine: Engine) -> dt.datetime | None:
    """Return when the engine may first hear of the guide, or None for never: what was never public is nobody's."""
    if article.is_public or article.is_scheduled:
        return article.published_at
    was_public = article.published_at is not None and article.published_at <= timezone.now()
    # Baidu's interface is for pages that are there; IndexNow wants to hear of those that are gone, too.
    return article.published_at if engine == Engine.INDEXNOW and was_public else None


def _put(unsent: PushTaskQuerySet, engine: Engine, article: Article, moment: dt.datetime) -> None:
    values = {"path": article.get_absolute_url(), "attempts": 0, "next_attempt_at": moment, "last_error": ""}
    if unsent.update(**values):
        return
    try:
        with transaction.atomic():
            PushTask.objects.create(engine=engine, article=article, **values)
    except IntegrityError:  # somebody else enqueued the guide in the meantime
        unsent.update(**values)


def push(engine: Engine, *, again: bool = False) -> Report:
    """Send what is due, in batches, until nothing is left, the quota is spent or the engine fails.

    `again` takes up what the engine had refused for good: its reason, such as a wrong key, has been mended.
    """
    report = Report(engine)
    tasks_of_engine = PushTask.objects.filter(engine=engine)
    if again:
        tasks_of_engine.refused().update(next_attempt_at=timezone.now())
    size = LARGEST_BATCH[engine]
    while size and (claimed := _claim(engine, size)):
        tasks = _drop_untrue(claimed)
        if not tasks:
            continue
        reply = ASK[engine]([_address(task) for task in tasks])
        report.remain = reply.remain
        if reply.is_over_quota:
            _leased(tasks).update(next_attempt_at=timezone.now())
            size = len(tasks) // 2  # Baidu takes none of a batch that is larger than what remains of the quota
            report.remain = None if size else 0
            continue
        _settle(tasks, reply, report)
        if reply.error:
            report.error = reply.error
            break
        size = LARGEST_BATCH[engine] if reply.remain is None else min(reply.remain, LARGEST_BATCH[engine])
    if report.remain == 0:
        report.is_quota_spent = True
        tasks_of_engine.due().order_by().update(next_attempt_at=_tomorrow(), last_error="今天的配额用完了")
    report.left = tasks_of_engine.waiting().count()
    return report


def _claim(engine: Engine, size: int) -> list[PushTask]:
    """Take the tasks that have waited longest out of the reach of other runs, until the lease ends."""
    with transaction.atomic():
        tasks = list(
            PushTask.objects.filter(engine=engine)
            .due()
            .select_related("article")
            .only("engine", "path", "attempts", "next_attempt_at", "article__status", "article__published_at")
            .select_for_update(skip_locked=True, of=("self",))[:size]
        )
        lease_ends = timezone.now() + LEASE
        PushTask.objects.filter(pk__in=[task.pk for task in tasks]).update(next_attempt_at=lease_ends)
    for task in tasks:
        task.next_attempt_at = lease_ends
    return tasks


def _leased(tasks: list[PushTask]) -> PushTaskQuerySet:
    """Return those of the tasks, all claimed together, that nobody enqueued anew or claimed since."""
    lease_ends = tasks[0].next_attempt_at if tasks else None
    return PushTask.objects.unsent().filter(pk__in=[task.pk for task in tasks], next_attempt_at=lease_ends)


def _drop_untrue(tasks: list[PushTask]) -> list[PushTask]:
    """Return the tasks that still hold. A guide withdrawn or put off since it was enqueued is not told of now."""
    true = []
    for task in tasks:
        moment = _told_from(task.article, Engine(task.engine))
        if moment is None:
            _leased([task]).delete()
        elif moment > timezone.now():
            _leased([task]).update(next_attempt_at=moment)
        else:
            true.append(task)
    return true


def _settle(tasks: list[PushTask], reply: Reply, report: Report) -> None:
    """Record what the engine said of each task, and count it in the report."""
    taken = [task for task in tasks if _address(task) not in reply.refused]
    with transaction.atomic():
        for reason in set(reply.refused.values()):
            refused = [task for task in tasks if reply.refused.get(_address(task)) == reason]
            report.refused += _leased(refused).settle(next_attempt_at=None, error=reason)
        if not reply.error:
            _leased(taken).settle(next_attempt_at=None, sent=True)
            report.sent += len(taken)
        elif reply.is_final:
            report.refused += _leased(taken).settle(next_attempt_at=None, error=reply.error)
        else:
            _put_off(taken, reply)


def _put_off(tasks: list[PushTask], reply: Reply) -> None:
    for attempts in {task.attempts for task in tasks}:
        delay = max(FIRST_DELAY * 2 ** min(attempts, 16), dt.timedelta(seconds=reply.retry_after))
        moment = timezone.now() + min(delay, LONGEST_DELAY)
        _leased([task for task in tasks if task.attempts == attempts]).settle(next_attempt_at=moment, error=reply.error)


def _address(task: PushTask) -> str:
    return f"{settings.SITE_URL}{task.path}"


def _tomorrow() -> dt.datetime:
    """The next midnight where Baidu counts its days."""
    day = timezone.now().astimezone(BAIDU_TIME).date() + dt.timedelta(days=1)
    return dt.datetime.combine(day, dt.time(), BAIDU_TIME)

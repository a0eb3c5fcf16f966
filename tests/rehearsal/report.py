"""What readers and editors noticed of each event, as a table; and whether that is good enough."""

import math
from dataclasses import dataclass

from tests.rehearsal.people import Deed

MOST_FAILED = 0.01
WITHIN_SECONDS = 5.0


@dataclass(frozen=True)
class Event:
    name: str
    at: float


@dataclass(frozen=True)
class Noticed:
    """By those who read (or wrote) from an event to the next."""

    deeds: int
    failed: int
    until: float  # seconds after the event of the last failure
    wrong: int
    p99: float

    @classmethod
    def of(cls, deeds: list[Deed], event: Event) -> "Noticed":
        failed = [deed for deed in deeds if deed.problem]
        times = sorted(deed.seconds for deed in deeds) or [0.0]
        return cls(
            deeds=len(deeds),
            failed=len(failed),
            until=max((deed.over_at - event.at for deed in failed), default=0.0),
            wrong=sum(bool(deed.wrong) for deed in deeds),
            p99=times[math.ceil(len(times) * 0.99) - 1],
        )


def tell(events: list[Event], deeds: list[Deed], lost: list[str], oldest: float) -> bool:
    """Print the report and return whether the bar is met."""
    print(f"\n{'':<24}{'读者':>8}{'失败':>6}{'至第几秒':>8}{'错页':>6}{'p99 ms':>8}", end="")
    print(f"{'编辑和评论':>10}{'失败':>6}{'至第几秒':>8}")
    is_good = True
    for event, following in zip(events, [*events[1:], None], strict=True):
        between = [
            deed for deed in deeds if event.at <= deed.over_at and (not following or deed.over_at < following.at)
        ]
        readers = Noticed.of([deed for deed in between if deed.who == "reader"], event)
        writers = Noticed.of([deed for deed in between if deed.who != "reader"], event)
        print(
            f"{event.name:<24}{readers.deeds:>10}{readers.failed:>8}{readers.until:>11.1f}"
            f"{readers.wrong + writers.wrong:>8}{readers.p99 * 1000:>8.0f}"
            f"{writers.deeds:>13}{writers.failed:>8}{writers.until:>11.1f}"
        )
        is_good &= readers.until <= WITHIN_SECONDS
    reads = [deed for deed in deeds if deed.who == "reader"]
    failed = sum(bool(deed.problem) for deed in reads)
    wrong = [deed.wrong for deed in deeds if deed.wrong]
    share = failed / max(1, len(reads))
    saved = sum(deed.who != "reader" and not deed.problem for deed in deeds)
    print(
        f"\n读了 {len(reads)} 页，失败 {failed}（{share:.2%}），错页 {len(wrong)}，最旧的一页旧 {oldest:.1f} 秒；"
        f"确认保存 {saved} 次，丢失 {len(lost)}。"
    )
    for problem in sorted({*wrong, *lost})[:10]:
        print(f"  {problem}")
    problems: dict[str, int] = {}
    for deed in deeds:
        if deed.problem:
            problems[f"{deed.who}: {deed.problem}"] = problems.get(f"{deed.who}: {deed.problem}", 0) + 1
    for problem, times in sorted(problems.items(), key=lambda item: -item[1])[:12]:
        print(f"  {times:>5} × {problem}")
    is_good &= not wrong and not lost and share <= MOST_FAILED and bool(saved) and bool(reads)
    print("通过。" if is_good else "没有通过。")
    return is_good

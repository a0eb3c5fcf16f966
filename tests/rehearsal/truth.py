"""What pages must say: each guide carries marks of its number and revision; what was acknowledged is noted."""

import re
import time
from collections import defaultdict
from dataclasses import dataclass, field

# How old a page may be: a second until a process looks the revision up, and what the micro-cache may add by the
# Cache-Control of pages: fresh for a second (which nginx counts as up to two), shown another while it is renewed.
OLDEST_SECONDS = 4.5

_MARK = re.compile(r"标记-(\d+)-(\d+)-完")


def marker(guide: int, revision: int) -> str:
    return f"标记-{guide}-{revision}-完"


@dataclass
class Truth:
    sent: dict[int, int] = field(default_factory=dict)  # the newest revision of a guide that somebody tried to save
    acknowledged: dict[int, list[tuple[float, int]]] = field(default_factory=lambda: defaultdict(list))
    comments: list[str] = field(default_factory=list)  # acknowledged
    oldest: float = 0.0  # how old the oldest page was, in seconds

    def save(self, guide: int) -> int:
        """Return the number under which a guide is about to be saved."""
        self.sent[guide] = self.sent.get(guide, -1) + 1
        return self.sent[guide]

    def acknowledge(self, guide: int, revision: int) -> None:
        self.acknowledged[guide].append((time.monotonic(), revision))

    def wrong(self, text: str, guide: int | None, asked_at: float, *, may_be_old: bool) -> str:
        """Return what is wrong with a page, or an empty string; `guide` is the one it is about, if it is."""
        marks = [(int(n), int(k)) for n, k in _MARK.findall(text)]
        if "</html>" not in text:
            return "不完整"
        if not marks or (guide is not None and guide not in {n for n, _ in marks}):
            return f"没有该有的内容（{guide}）"
        for n, k in marks:
            if k > self.sent.get(n, -1):
                return f"没人写过的内容（{n}-{k}）"
            age = self._age(n, k, asked_at)
            if not may_be_old:
                self.oldest = max(self.oldest, age)
                if age > OLDEST_SECONDS:
                    return f"旧了 {age:.1f} 秒（{n}-{k}）"
        return ""

    def _age(self, guide: int, revision: int, asked_at: float) -> float:
        """Return for how long a newer revision had been acknowledged when the page was asked for."""
        newer = [at for at, k in list(self.acknowledged.get(guide, ())) if k > revision]
        return max(0.0, asked_at - min(newer)) if newer else 0.0

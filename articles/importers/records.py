"""What every importer yields, whatever its source format."""

import datetime as dt
import hashlib
from dataclasses import dataclass, field


class ImportProblem(Exception):
    """A source that cannot be imported: why, in Chinese, and in which line (from 1), where that is known."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line

    def __str__(self) -> str:
        return f"第 {self.line} 行：{self.reason}" if self.line else self.reason


@dataclass(frozen=True)
class ReplyRecord:
    """An expert's reply as the source shows it; nobody has checked who wrote it."""

    name: str
    role: str
    posted_on: dt.date
    text: str


@dataclass(frozen=True)
class GuideRecord:
    title: str
    category: str
    views: int
    published_at: dt.datetime  # aware
    body: str  # Markdown
    replies: list[ReplyRecord] = field(default_factory=list)
    other_titles: list[str] = field(default_factory=list)

    @property
    def key(self) -> str:
        """By what the same page is known when it is imported again: its title and time as captured."""
        identity = f"{self.title}\n{self.published_at.isoformat()}"
        return f"page:{hashlib.sha256(identity.encode()).hexdigest()[:40]}"

"""What the screening says about a text."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Action(StrEnum):
    """What a finding asks for."""

    MASK = "mask"  # hide the personal data before the text is stored
    HOLD = "hold"  # somebody has to look at it
    REJECT = "reject"  # an advert or a hunt, if the moderator agrees
    PRIORITISE = "prioritise"  # somebody may be in danger: first in the queue


class Finding(NamedTuple):
    """A place in the original text, half-open in characters, and what is to be done about it."""

    start: int
    end: int
    type: str
    action: Action
    phase: str


@dataclass(frozen=True)
class Verdict:
    """All findings in the order of the text, and the text with personal data masked."""

    findings: list[Finding]
    masked: str

    @property
    def action(self) -> str:
        """The strongest demand on the comment as a whole: reject, hold or none."""
        asked = {finding.action for finding in self.findings}
        return next((action.value for action in (Action.REJECT, Action.HOLD) if action in asked), "none")

    @property
    def is_crisis(self) -> bool:
        """Whether the writer, or somebody they write of, may be in danger."""
        return any(finding.action == Action.PRIORITISE for finding in self.findings)

"""What an audit has found."""

from dataclasses import dataclass, field


@dataclass
class Report:
    """`lines` tell what was looked at, `warnings` are worth reading, one of `failures` makes the audit fail."""

    lines: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def show(self, title: str) -> None:
        print(f"\n=== {title}: {'unmet' if self.failures else 'ok'} ===")
        for mark, lines in (("", self.lines), ("warning: ", self.warnings), ("UNMET: ", self.failures)):
            for line in lines:
                print(f"{mark}{line}", flush=True)

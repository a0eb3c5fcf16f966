"""Lighthouse 12 as it measures a phone: 100 in all four categories, no layout shift, and how many bytes a page is."""

import contextlib
import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.audit.crawl import Crawl, fetch
from tests.audit.report import Report
from tests.audit.site import ROOT, TYPICAL_TITLE

LIGHTHOUSE = ROOT / "node_modules/.bin/lighthouse"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
RUNS = 5  # performance is measured on a machine that does other things too: its best run counts, of the rest every one
# Lighthouse makes a phone of this machine by slowing its work down. Its factor of 4 is meant for a desktop computer
# with a benchmark index of 1,500 and more; what makes the same phone of a slower one is for its user to say.
# https://github.com/GoogleChrome/lighthouse/blob/main/docs/throttling.md#calibrating-the-cpu-slowdown
SLOWDOWN = 4.0
DESKTOP_INDEX = 1500
ATTEMPTS = 4  # to measure at all
CHROMIUM_FLAGS = [
    *("--headless", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
HTML_BYTES = 14 * 1024  # transferred, headers included: what a server may send before the first acknowledgement
PAGE_BYTES = 20 * 1024  # transferred HTML, CSS and script of a typical guide
COUNTED = {"Document", "Stylesheet", "Script"}


@dataclass(frozen=True)
class Measurement:
    """One run of Lighthouse on one page."""

    scores: dict[str, int]  # 0 to 100 by category
    failing: dict[str, list[str]]  # audits below their best by category, as "id: title"
    layout_shift: float
    html_bytes: int
    page_bytes: int
    is_compressed: bool  # the HTML, on its way
    fonts: list[str]
    benchmark_index: float  # of this machine in the seconds of this run
    slowdown: float  # of its work, to that of a phone

    @classmethod
    def from_result(cls, result: dict[str, Any]) -> "Measurement":
        requests = result["audits"]["network-requests"]["details"]["items"]
        html = [row for row in requests if row.get("resourceType") == "Document"]
        return cls(
            scores={name: round((result["categories"][name]["score"] or 0) * 100) for name in CATEGORIES},
            failing={name: _failing(result, name) for name in CATEGORIES},
            layout_shift=result["audits"]["cumulative-layout-shift"].get("numericValue", 1),
            html_bytes=sum(row["transferSize"] for row in html),
            page_bytes=sum(row["transferSize"] for row in requests if row.get("resourceType") in COUNTED),
            is_compressed=all(row["transferSize"] < row["resourceSize"] for row in html),
            fonts=[row["url"] for row in requests if row.get("resourceType") == "Font"],
            benchmark_index=result["environment"]["benchmarkIndex"],
            slowdown=result["configSettings"]["throttling"]["cpuSlowdownMultiplier"],
        )


def audit(found: Crawl) -> Report:
    report = Report()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not chromium or not LIGHTHOUSE.exists():
        report.failures.append("Lighthouse is missing: run npm ci" if chromium else "Chromium is missing")
        return report
    sizes = f"{'CLS':>7}{'HTML':>9}{'HTML+CSS+JS':>14}"
    report.lines.append(f"{'page':<10}{'perf a11y best  seo':<22}{sizes}{'index':>7}{'slowed':>8}")
    for kind, url in addresses(found).items():
        if not url:
            report.failures.append(f"{kind}: the crawl found no such page")
        elif (status := fetch(url).status) != 200:
            report.failures.append(f"{kind}: {url.removeprefix(found.base)} answers {status}")
        else:
            judge(report, kind, measure(chromium, url))
    return report


def addresses(found: Crawl) -> dict[str, str]:
    """Return the address of one page of each kind, empty where the crawl found none."""
    category = found.first("/categories/")
    guide = next((page for page in found.pages if TYPICAL_TITLE.encode() in _h1(page.body)), None)
    return {
        "home": f"{found.base}/",
        "category": category.url if category else "",
        "guide": guide.url if guide else "",
        "search": f"{found.base}/search/?q={quote('逾期')}",
    }


def measure(chromium: str, url: str) -> list[Measurement]:
    """Run Lighthouse until the performance is 100, RUNS times at most; from the second on for this machine's speed."""
    runs: list[Measurement] = []
    slowdown = SLOWDOWN
    while len(runs) < RUNS and not any(run.scores["performance"] == 100 for run in runs):
        runs.append(Measurement.from_result(measured(chromium, url, slowdown)))
        slowdown = slowdown_to_phone(runs[-1].benchmark_index)
    return runs


def slowdown_to_phone(benchmark_index: float) -> float:
    """Return how many times slower than a machine with this index the phone is, from 1 to SLOWDOWN."""
    return round(min(SLOWDOWN, max(1.0, SLOWDOWN * benchmark_index / DESKTOP_INDEX)), 2)


def measured(chromium: str, url: str, slowdown: float) -> dict[str, Any]:
    """Run Lighthouse until it could measure at all: on a busy machine it sometimes loses the trace (NO_NAVSTART)."""
    for _ in range(ATTEMPTS - 1):
        with contextlib.suppress(RuntimeError):
            return run_lighthouse(chromium, url, slowdown)
    return run_lighthouse(chromium, url, slowdown)


def run_lighthouse(chromium: str, url: str, slowdown: float) -> dict[str, Any]:
    """Return Lighthouse's own result (LHR). Raises RuntimeError when it could not measure."""
    flags = [*CHROMIUM_FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with tempfile.TemporaryDirectory(prefix="debtfaq-lighthouse-") as folder:
        output = Path(folder, "result.json")
        command = [
            *(str(LIGHTHOUSE), url, "--form-factor=mobile", f"--only-categories={','.join(CATEGORIES)}"),
            f"--throttling.cpuSlowdownMultiplier={slowdown}",
            *("--output=json", f"--output-path={output}", "--quiet", "--no-enable-error-reporting"),
            f"--chrome-flags={' '.join(flags)}",
        ]
        done = subprocess.run(command, env={**os.environ, "CHROME_PATH": chromium}, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"lighthouse ended with {done.returncode} on {url}: {done.stderr[-2000:]}")
        result: dict[str, Any] = json.loads(output.read_text(encoding="utf-8"))
    assert result["lighthouseVersion"].startswith("12."), "the bars are those of Lighthouse 12"
    if error := result.get("runtimeError"):
        raise RuntimeError(f"{url}: {error['message']}")
    return result


def _is_meant(kind: str, failing: list[str]) -> bool:
    """Whether all that a page fails is what we want: pages of results ask search engines to leave them out."""
    return kind == "search" and [line.split(":")[0] for line in failing] == ["is-crawlable"]


def judge(report: Report, kind: str, runs: list[Measurement]) -> None:
    """Write the runs of one page into the report, and each bar that they do not meet."""
    best = max(runs, key=lambda run: run.scores["performance"])
    for run in runs:
        scores = "  ".join(f"{run.scores[name]:>3}" for name in CATEGORIES)
        sizes = f"{run.html_bytes:>9,}{run.page_bytes:>14,}{run.benchmark_index:>7.0f}{run.slowdown:>8.2f}"
        report.lines.append(f"{kind:<10}{scores:<22}{run.layout_shift:>7.3f}{sizes}")
    for name in CATEGORIES:
        for run in [best] if name == "performance" else runs:
            if run.scores[name] < 100 and not _is_meant(kind, run.failing[name]):
                report.failures.append("\n    ".join([f"{kind}: {name} {run.scores[name]}", *run.failing[name]]))
                break
    if shift := max(run.layout_shift for run in runs):
        report.failures.append(f"{kind}: CLS {shift:.3f}, not 0")
    if best.html_bytes > HTML_BYTES:
        how = "" if best.is_compressed else " (sent without compression)"
        report.failures.append(f"{kind}: HTML {best.html_bytes:,} bytes{how}, more than {HTML_BYTES:,}")
    if kind == "guide" and best.page_bytes > PAGE_BYTES:
        report.failures.append(f"{kind}: HTML, CSS and script {best.page_bytes:,} bytes, more than {PAGE_BYTES:,}")
    report.failures += [f"{kind}: web font {url}" for url in best.fonts]


def _failing(result: dict[str, Any], category: str) -> list[str]:
    """Return the audits that cost the category points; those without weight cost none."""
    weighted = [row["id"] for row in result["categories"][category]["auditRefs"] if row["weight"]]
    audits = [result["audits"][name] for name in weighted]
    return [
        f"{audit['id']}: {audit['title']}{_shown(audit)}"
        for audit in audits
        if audit["score"] is not None and audit["score"] < 1
    ]


def _shown(audit: dict[str, Any]) -> str:
    """Return the measured value or the first elements that an audit blames."""
    items = audit.get("details", {}).get("items", [])
    blamed = [row["node"].get("snippet", "") for row in items if isinstance(row, dict) and "node" in row][:3]
    shown = [audit["displayValue"]] if audit.get("displayValue") else blamed
    return f" [{' | '.join(shown)}]" if shown else ""


def _h1(html: bytes) -> bytes:
    return html.partition(b"<h1")[2].partition(b"</h1>")[0]

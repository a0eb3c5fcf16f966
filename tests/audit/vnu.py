"""The Nu HTML Checker on every public page and on the stylesheets that they link."""

import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from tests.audit.crawl import Answer, Crawl
from tests.audit.report import Report
from tests.audit.site import ROOT

JAR = ROOT / "node_modules/vnu-jar/build/dist/vnu.jar"


def audit(found: Crawl) -> Report:
    report = Report()
    java = shutil.which("java")
    if not java or not JAR.exists():
        report.failures.append("Java 17 is missing" if not java else "vnu-jar is missing: run npm ci")
        return report
    stylesheets = found.stylesheets()
    report.lines.append(f"{len(found.pages)} pages, {len(stylesheets)} stylesheets")
    if not stylesheets:
        report.failures.append("no page links a stylesheet")
    told: dict[tuple[bool, str], list[str]] = {}
    for message, answer in check(java, [*found.pages, *stylesheets]):
        same = re.sub("“[^”]*”", "“…”", message["message"])  # the same mistake with another value is told once
        told.setdefault((_is_error(message), same), []).append(_describe(message, answer))
    for (is_error, _), cases in told.items():
        more = [f"and {len(cases) - 3} more"] if len(cases) > 3 else []
        (report.failures if is_error else report.warnings).append("\n    ".join([*cases[:3], *more]))
    return report


def check(java: str, answers: list[Answer]) -> list[tuple[dict[str, Any], Answer]]:
    """Return what the checker says (its JSON format) and of which answer. One JVM reads them all.

    Raises RuntimeError when the checker itself fails.
    """
    with tempfile.TemporaryDirectory(prefix="debtfaq-vnu-") as folder:
        files: dict[str, Answer] = {}
        for number, answer in enumerate(answers):
            path = Path(folder, f"{number}.{'html' if answer.is_html else 'css'}")
            path.write_bytes(answer.body)
            files[path.as_uri()] = answer
        command = [java, "-jar", str(JAR), "--format", "json", "--exit-zero-always", "--also-check-css", folder]
        result = subprocess.run(command, capture_output=True, text=True)
        if result.returncode:
            raise RuntimeError(f"vnu ended with {result.returncode}: {result.stderr[-2000:]}")
        messages = json.loads(result.stderr)["messages"]  # vnu says all it has to say on the standard error
        return [(message, files[_as_uri(message["url"])]) for message in messages]


def _as_uri(url: str) -> str:
    """Return the URL as pathlib writes it: Java begins a file's with one slash, pathlib with three."""
    return re.sub(r"^file:/+", "file:///", url)


def _is_error(message: dict[str, Any]) -> bool:
    return message["type"] != "info"  # "error" and "non-document-error"


def _describe(message: dict[str, Any], answer: Answer) -> str:
    extract = " ".join(message.get("extract", "").split())
    return f"{message['message']} «{extract[:120]}» at {answer.path}:{message.get('lastLine', '?')}"

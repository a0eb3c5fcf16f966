"""The house rules that a machine can check (who may import whom, one place for trust, one place for visibility)."""

import ast
import re
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[1]
FORBIDDEN = {"articles": {"comments", "debtfaq", "tests"}, "comments": {"debtfaq", "tests"}, "debtfaq": {"tests"}}
PURE = [
    *("articles/rendering.py", "articles/slugs.py", "articles/importers/captured_page.py"),
    *("articles/alignment.py", "articles/differences.py"),
    *("articles/importers/markdown.py", "articles/importers/archive.py"),
    *("articles/share_images.py", "articles/typesetting.py", "articles/similarity.py"),
    *("articles/images.py", "articles/picture_address.py"),
    *("articles/share_images.py", "articles/typesetting.py", "articles/similarity.py", "articles/three_way.py"),
    *("comments/roles.py", "articles/search/tokens.py", "articles/search/expressions.py"),
    *("articles/search/segmentation.py", "articles/search/query.py", "articles/search/highlight.py"),
    *(f"articles/checks/{name}.py" for name in ("drafts", "problems", "fields", "structure", "wording", "links")),
    *(path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "comments/screening").glob("*.py"))),
    *(path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "comments/privacy").glob("*.py"))),
]


def sources(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found.add(node.module or "")
    return found


def test_no_import_runs_back():
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for app, forbidden in FORBIDDEN.items()
        for path in sources(app)
        for name in imports(path)
        if name.split(".")[0] in forbidden
    ]
    assert not wrong


@pytest.mark.parametrize("name", PURE)
def test_pure_modules_touch_no_database(name):
    allowed = {"django.utils.safestring"}
    assert not [m for m in imports(ROOT / name) if m.startswith("django") and m not in allowed]
    assert not [m for m in imports(ROOT / name) if m.endswith(".models")]


def test_visibility_is_said_once():
    """Only QuerySets filter by status, and only model methods change one."""
    status_filter = re.compile(r"(filter|exclude|get|update|Q)\([^)]*\bstatus(__\w+)?=")
    wrong = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in sources("articles", "comments", "debtfaq")
        if path.name != "querysets.py" and "migrations" not in path.parts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if status_filter.search(line) and "condition=" not in line
    ]
    assert not wrong


def test_html_is_trusted_only_where_it_is_made():
    trusting = [
        path.relative_to(ROOT).as_posix()
        for path in sources("articles", "comments", "debtfaq")
        if re.search(r"(mark_safe|SafeString|SafeData|Markup)\(", path.read_text(encoding="utf-8"))
    ]
    assert trusting == ["articles/rendering.py", "articles/search/highlight.py", "articles/structured_data.py"]
    for template in sorted((ROOT / "templates").rglob("*.*ml")):
        text = template.read_text(encoding="utf-8")
        assert not re.search(r"\|\s*safe\b|autoescape (off|false)", text), template
        allowed = text.replace('<script>{% include "includes/preferences.js" %}</script>', "")  # its hash is in the CSP
        assert not re.search(r'\sstyle="|\son\w+="|<script>|<style', allowed), f"{template} breaks the CSP"


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)

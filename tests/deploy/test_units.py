"""deploy/systemd: whole, and a timer for each command that the README has cron run."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UNITS = ROOT / "deploy" / "systemd"


def test_each_command_for_cron_has_a_timer():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    wanted = set(re.findall(r"manage\.py (\w+)[^#\n]*# for cron", readme)) | {"refresh_related", "push_indexnow"}
    timers = {path.name.removeprefix("debtfaq@").removesuffix(".timer") for path in UNITS.glob("*.timer")}
    assert wanted <= timers
    commands = {path.stem for path in ROOT.glob("*/management/commands/*.py")}
    assert timers <= commands


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="没有 systemd-analyze")
def test_systemd_finds_nothing_wrong(tmp_path):
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    for path in UNITS.iterdir():
        unit = path.read_text(encoding="utf-8").replace("/srv/debtfaq/.venv/bin/python", str(program))
        (tmp_path / path.name).write_text(unit, encoding="utf-8")
    timers = sorted(str(path) for path in tmp_path.glob("*.timer"))
    result = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", str(tmp_path / "debtfaq.service"), *timers],
        capture_output=True,
        text=True,
    )
    ours = [line for line in result.stderr.splitlines() if "debtfaq" in line]
    assert (result.returncode, ours) == (0, [])


@pytest.mark.parametrize("name", ["debtfaq.service", "debtfaq@.service"])
def test_the_service_may_do_little(name):
    unit = (UNITS / name).read_text(encoding="utf-8")
    wanted = ("DynamicUser=yes", "ProtectSystem=strict", "NoNewPrivileges=yes", "CapabilityBoundingSet=\n")
    assert all(line in unit for line in wanted)
    assert "SECRET" not in unit

"""The site as `make run` starts it, with the demo content, in a temporary folder and on a free port."""

import contextlib
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.run import free_port, wait_for

ROOT = Path(__file__).resolve().parents[2]
TYPICAL_TITLE = "两千字、五条回复：一篇指南该有的分量"  # of the guide that tests.audit.typical adds
KEPT = {"PATH", "HOME", "LANG", "TZ", "TMPDIR"}  # nothing else of the developer's environment reaches the site

PREPARE = [["setup_demo"], ["shell", "--verbosity=0", "-c", "from tests.audit.typical import make; make()"]]


@contextlib.contextmanager
def running_site() -> Iterator[str]:
    """Yield the address of a site that lives for the block, without a slash at its end.

    Raises CalledProcessError when the site cannot be prepared, TimeoutError when it does not answer.
    """
    with tempfile.TemporaryDirectory(prefix="debtfaq-audit-") as folder:
        port = free_port()
        environment = {
            **{name: value for name, value in os.environ.items() if name in KEPT},
            "ENV_FILE": "none",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "VAR_DIR": folder,
            "PORT": str(port),
        }
        for arguments in PREPARE:
            command = [sys.executable, "manage.py", *arguments]
            subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=True)
        server = subprocess.Popen([sys.executable, "manage.py", "serve"], cwd=ROOT, env=environment)
        try:
            wait_for(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait()

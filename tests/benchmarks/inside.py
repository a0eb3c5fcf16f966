"""Functions that need the models of a site run in a process of their own, which knows its settings."""
# ruff: noqa: PLC0415  (Django is set up when the settings are known)

import importlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def run_inside(environment: dict[str, str], function: Callable[..., Any], **arguments: Any) -> Any:
    """Call a function of a module as a process of that site would; what goes in and out is JSON."""
    name = (function.__globals__["__spec__"] or sys.modules["__main__"].__spec__).name
    command = [sys.executable, "-m", "tests.benchmarks.inside", name, function.__qualname__, json.dumps(arguments)]
    environment = {**os.environ, **environment}
    output = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout
    return json.loads(output.splitlines()[-1])


def processor_seconds() -> float:
    """Return how long processors have worked for this process, and for PostgreSQL on its behalf."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return time.process_time()
    connection.ensure_connection()
    backend = connection.connection.get_backend_pid()
    return time.process_time() + int(Path(f"/proc/{backend}/schedstat").read_text().split()[0]) / 1e9


if __name__ == "__main__":
    import django

    django.setup()
    module, function, arguments = sys.argv[1:]
    print(json.dumps(getattr(importlib.import_module(module), function)(**json.loads(arguments))))

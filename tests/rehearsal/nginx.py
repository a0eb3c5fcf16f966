"""deploy/nginx.conf filled in for this machine, with what Debian's own main file would add."""

import string
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

MAIN = """\
worker_processes auto;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
worker_rlimit_nofile 8192;
events {{ worker_connections 4096; }}
http {{
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    sendfile on;
    tcp_nopush on;
    {temporary}
    include {folder}/site.conf;
}}
"""


def render(folder: Path, *, port: int, app_ports: list[int], var_dir: Path) -> list[str]:
    """Write the configuration into `folder` and return the command that starts nginx with it."""
    for name in ("cache", "snippets"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    values = {
        "LISTEN": f"127.0.0.1:{port}",
        "SERVER_NAME": "127.0.0.1 localhost",
        "APP_SERVERS": " ".join(f"server 127.0.0.1:{app} max_fails=1 fail_timeout=3s;" for app in app_ports),
        "VAR_DIR": str(var_dir),
        "CACHE_DIR": str(folder / "cache"),
        "SNIPPETS": str(folder / "snippets"),
        "ACCESS_LOG": str(folder / "access.log"),
    }
    template = Braces((ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8"))
    (folder / "site.conf").write_text(template.substitute(values), encoding="utf-8")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "\n    ".join(f"{kind}_temp_path {folder}/temporary-{kind};" for kind in kinds)
    main = folder / "nginx.conf"
    main.write_text(MAIN.format(folder=folder, temporary=temporary), encoding="utf-8")
    return ["nginx", "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(main), "-g", "daemon off;"]


class Braces(string.Template):
    """As envsubst when it is given names: $variables of nginx stay."""

    pattern = r"\$(?:(?P<escaped>(?!))|(?P<named>(?!))|\{(?P<braced>[A-Z_]+)\}|(?P<invalid>(?!)))"

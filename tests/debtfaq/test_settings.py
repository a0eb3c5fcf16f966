"""The settings as another process sees them, with an environment of its own."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
NAMES = ["SITE_URL", "ALLOWED_HOSTS", "SESSION_COOKIE_SECURE", "DEBUG", "SECRET_KEY", "CSRF_TRUSTED_ORIGINS"]


def load(tmp_path: Path, *names: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Import the settings in a new process and print those named as JSON."""
    code = f"import json; from debtfaq import settings as s; print(json.dumps([getattr(s, n) for n in {names!r}]))"
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "ENV_FILE": "none", "VAR_DIR": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def values(result: subprocess.CompletedProcess[str]) -> list[object]:
    assert result.returncode == 0, result.stderr
    return list(json.loads(result.stdout))


def test_without_a_secret_the_site_refuses_to_start_and_says_what_to_set(tmp_path):
    result = load(tmp_path, "SECRET_KEY")
    assert result.returncode != 0
    assert "没有密钥，网站不能启动。请设置环境变量 SECRET_KEY，或让 SECRET_KEY_FILE" in result.stderr


def test_the_secret_may_come_from_the_environment_or_a_file(tmp_path):
    (tmp_path / "elsewhere").write_text("from a file\n", encoding="utf-8")
    (tmp_path / "secret_key").write_text("from the usual file\n", encoding="utf-8")
    assert values(load(tmp_path, "SECRET_KEY")) == ["from the usual file"]
    from_file = {"SECRET_KEY_FILE": str(tmp_path / "elsewhere")}
    assert values(load(tmp_path, "SECRET_KEY", **from_file)) == ["from a file"]
    assert values(load(tmp_path, "SECRET_KEY", **from_file, SECRET_KEY="given")) == ["given"]
    assert load(tmp_path, "SECRET_KEY", SECRET_KEY_FILE=str(tmp_path / "none")).returncode != 0


def test_the_address_of_the_site_decides_on_hosts_and_secure_cookies(tmp_path):
    plain = load(tmp_path, *NAMES[:4], SECRET_KEY="x", PORT="9000")
    assert values(plain) == ["http://127.0.0.1:9000", ["127.0.0.1", "127.0.0.1", "localhost"], False, False]
    secure = load(tmp_path, *NAMES[:3], SECRET_KEY="x", SITE_URL="https://faq.example/")
    assert values(secure) == ["https://faq.example", ["faq.example", "127.0.0.1", "localhost"], True]
    wrong = load(tmp_path, SECRET_KEY="x", SITE_URL="faq.example")
    assert "SITE_URL 应形如 https://example.cn" in wrong.stderr


@pytest.mark.parametrize(
    ("url", "engine"),
    [
        ("postgres://u:p@db.example:5432/faq", "django.db.backends.postgresql"),
        ("sqlite:////srv/faq.sqlite3", "django.db.backends.sqlite3"),
    ],
)
def test_one_variable_chooses_the_database(tmp_path, url, engine):
    [databases] = values(load(tmp_path, "DATABASES", SECRET_KEY="x", DATABASE_URL=url))
    assert isinstance(databases, dict)
    assert databases["default"]["ENGINE"] == engine


def test_one_variable_chooses_the_cache(tmp_path):
    [caches] = values(load(tmp_path, "CACHES", SECRET_KEY="x", CACHE_URL="redis://cache.example:6379/1"))
    assert isinstance(caches, dict)
    assert caches["default"]["BACKEND"] == "debtfaq.cache.RedisCache"


def test_every_setting_that_is_read_is_documented():
    read = set(re.findall(r'env\.\w+\("(\w+)"', (ROOT / "debtfaq" / "settings.py").read_text(encoding="utf-8")))
    documented = set(
        re.findall(r"^#? ?([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert read == documented


def test_sqlite_waits_for_its_turn(db):
    if connection.vendor != "sqlite":
        pytest.skip("这是 SQLite 的设置")
    with connection.cursor() as cursor:
        pragmas = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "busy_timeout")}
    assert pragmas == {"journal_mode": "wal", "busy_timeout": 30_000}
    assert connection.transaction_mode == "IMMEDIATE"


def test_behind_a_proxy_the_readers_address_is_known(tmp_path):
    code = (
        "from debtfaq.wsgi import application as app; e = {'REMOTE_ADDR': '10.0.0.1',"
        " 'HTTP_X_FORWARDED_FOR': '6.6.6.6, 203.0.113.9', 'wsgi.url_scheme': 'http', 'HTTP_HOST': 'localhost'}\n"
        "if hasattr(app, 'app'): app.app = lambda environ, start: print(environ['REMOTE_ADDR'])\n"
        "print('no proxy') if not hasattr(app, 'app') else app(e, None)"
    )
    environment = {"PATH": os.environ["PATH"], "ENV_FILE": "none", "VAR_DIR": str(tmp_path), "SECRET_KEY": "x"}
    for proxies, address in [("0", "no proxy"), ("1", "203.0.113.9")]:
        run = [sys.executable, "-c", code]
        result = subprocess.run(
            run, cwd=ROOT, env={**environment, "TRUSTED_PROXIES": proxies}, capture_output=True, text=True, check=True
        )
        assert result.stdout.strip() == address

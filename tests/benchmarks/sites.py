"""Throwaway sites for benchmarks: a database of its own each, with guides and comments or without."""
# ruff: noqa: PLC0415  (Django is set up when the settings are known)

import contextlib
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.inside import run_inside
from tests.run import postgresql, redis

COMMENTS_OF_A_GUIDE = 5


@dataclass
class Site:
    database: str  # SQLite or PostgreSQL
    folder: Path
    environment: dict[str, str]


@contextlib.contextmanager
def folder_for(keep: Path | None) -> Iterator[Path]:
    """Yield a folder that the users of PostgreSQL and nginx can enter; temporary unless one is named."""
    with contextlib.ExitStack() as stack:
        folder = keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="debtfaq-bench-")))
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)
        yield folder


@contextlib.contextmanager
def site(database: str, folder: Path, *, with_redis: bool = False) -> Iterator[Site | None]:
    """Yield a site without tables, or None where what it needs is not installed; what lies in its folder is kept."""
    own = folder / database
    own.mkdir(exist_ok=True)
    own.chmod(0o755)
    with contextlib.ExitStack() as stack:
        url = f"sqlite:///{own}/site.sqlite3"
        if database == "PostgreSQL":
            url = stack.enter_context(postgresql(own, durable=True))
        cache = stack.enter_context(redis(own)) if with_redis else ""
        environment = settings(own, url, cache)
        yield Site(database, own, environment) if url and (cache or not with_redis) else None


def settings(folder: Path, database_url: str, cache_url: str = "") -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "debtfaq.settings",
        "ENV_FILE": "none",
        "SECRET_KEY": "throwaway",
        "VAR_DIR": str(folder / "var"),
        "DATABASE_URL": database_url,
        "DATABASE_REPLICA_URL": "",
        "CACHE_URL": cache_url,
        "MEDIA_S3_BUCKET": "",
        "TRUSTED_PROXIES": "1",
        "LOG_LEVEL": "ERROR",
        "DEBUG": "false",
    }


def fill(site: Site, guides: int) -> str:
    """Write guides with five comments each, unless there are some; return in words what was done."""
    begun = time.monotonic()
    known = run_inside(site.environment, write, guides=guides)
    seconds = time.monotonic() - begun
    return f"{known:,} guides are there" if known else f"{guides:,} guides written and indexed in {seconds:.0f} s"


def write(guides: int) -> int:
    """Return how many guides there were."""
    from django.core.management import call_command
    from django.db import connection

    from articles.models import Article

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    if known := Article.objects.count():
        return known
    call_command("seed_scale", guides=guides, comments=guides * COMMENTS_OF_A_GUIDE)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # what it does by itself later; SQLite never does
            cursor.execute("VACUUM ANALYZE")
    return 0

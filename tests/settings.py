"""The site's own settings, made fit for tests: nothing of the developer's machine is read or written."""

import os
import tempfile

os.environ["ENV_FILE"] = "none"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's loop runs in the thread of the tests
os.environ["SECRET_KEY"] = "tests only"
os.environ["VAR_DIR"] = os.environ.get("TEST_VAR_DIR") or tempfile.mkdtemp(prefix="debtfaq-tests-")
for name in (
    "DEBUG",
    "SITE_URL",
    "ALLOWED_HOSTS",
    "CACHE_URL",
    "SITE_NAME",
    "ICP_NUMBER",
    "POLICE_NUMBER",
    "PORT",
    "DATABASE_REPLICA_URL",
):
    os.environ.pop(name, None)
for name in ("DATABASE_REPLICA_URL", "MEDIA_S3_BUCKET"):
    os.environ.pop(name, None)
os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL") or f"sqlite:///{os.environ['VAR_DIR']}/db.sqlite3"

from debtfaq.settings import *  # noqa: E402, F403
from debtfaq.settings import DATABASES, VAR_DIR  # noqa: E402

# A file, as in production: threads that share a database in memory do not wait for each other.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
DATABASES["default"]["CONN_MAX_AGE"] = 0

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True

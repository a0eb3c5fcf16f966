"""Settings of the site.

One file for every machine: what differs between machines is read from the
environment, or from the file `.env` beside manage.py. `.env.example` lists
every name with its default.
"""

import base64
import hashlib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext
import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

# Lets classes such as ModelAdmin be written with the type they are for.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
if (env_file := BASE_DIR / env.str("ENV_FILE", default=".env")).is_file():
    env.read_env(env_file)

# Everything the site writes by default lies here; git ignores it.
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = env.bool("DEBUG", default=False)


def _secret_key() -> str:
    """Return the secret that signs sessions and tokens, or refuse to start."""
    key: str = env.str("SECRET_KEY", default="")
    if key:
        return key
    path = Path(env.str("SECRET_KEY_FILE", default=str(VAR_DIR / "secret_key")))
    if path.is_file() and (key := path.read_text(encoding="utf-8").strip()):
        return key
    if DEBUG:
        return "insecure: for development with DEBUG only"
    raise ImproperlyConfigured(
        f"没有密钥，网站不能启动。请设置环境变量 SECRET_KEY，或让 SECRET_KEY_FILE 指向保存密钥的文件"
        f"（现在找的是 {path}）。make run 会自动生成一个；本地调试也可以设置 DEBUG=true。"
    )


SECRET_KEY = _secret_key()

# --- Who we are, and where -------------------------------------------------

# Where `manage.py serve` listens, with how many processes (0: one for each core, up to four) and threads in each.
HOST = env.str("HOST", default="127.0.0.1")
PORT = env.int("PORT", default=8000)
WORKERS = env.int("WORKERS", default=0)
THREADS = env.int("THREADS", default=8)
SITE_URL = env.str("SITE_URL", default=f"http://127.0.0.1:{PORT}").rstrip("/")
SITE_NAME = env.str("SITE_NAME", default="债务问答")
SITE_TAGLINE = env.str("SITE_TAGLINE", default="逾期了怎么办，先看这里")
ICP_NUMBER = env.str("ICP_NUMBER", default="")
POLICE_NUMBER = env.str("POLICE_NUMBER", default="")
# Whether readers may write at all; each guide can be closed besides.
COMMENTS_OPEN = env.bool("COMMENTS_OPEN", default=True)
# How long rejected and withdrawn comments, and the hashes of networks, are kept.
COMMENT_RETENTION_DAYS = env.int("COMMENT_RETENTION_DAYS", default=180)
# Where “快速离开” leads: a page that is nobody's secret.
QUICK_EXIT_URL = env.str("QUICK_EXIT_URL", default="https://www.weather.com.cn/")

# Mail to moderators and experts: printed until a server is named.
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default=f"webmaster@{urlsplit(SITE_URL).hostname}")

# Search engines that are told of new and changed guides; none where its token or key is empty.
BAIDU_PUSH_TOKEN = env.str("BAIDU_PUSH_TOKEN", default="")
BAIDU_PUSH_URL = env.str("BAIDU_PUSH_URL", default="http://data.zz.baidu.com/urls")
INDEXNOW_KEY = env.str("INDEXNOW_KEY", default="")
INDEXNOW_URL = env.str("INDEXNOW_URL", default="https://api.indexnow.org/indexnow")

_site = urlsplit(SITE_URL)
if _site.scheme not in {"http", "https"} or not _site.hostname:
    raise ImproperlyConfigured(f"SITE_URL 应形如 https://example.cn，现在是 {SITE_URL!r}。")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[]) or [_site.hostname, "127.0.0.1", "localhost"]
# How many proxies of our own stand in front; each adds one address to X-Forwarded-For.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)

# --- How the apps are put together -----------------------------------------

INSTALLED_APPS = [
    "debtfaq.apps.SiteConfig",
    "debtfaq.apps.DebtfaqAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "taggit",
    "simple_history",
    "import_export",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "csp",
    "articles",
    "comments",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "debtfaq.middleware.GZipWords",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "debtfaq.middleware.no_transform",
    "debtfaq.public_pages.allow_caches",
    "debtfaq.middleware.ReadFromReplica",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "debtfaq.urls"
WSGI_APPLICATION = "debtfaq.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {  # for readers
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates" / "public"],
        "OPTIONS": {
            "environment": "debtfaq.public_templates.environment",
            "context_processors": ["debtfaq.context_processors.site"],
        },
    },
    {  # for the desk
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "debtfaq.context_processors.site",
            ],
        },
    },
]

# --- Data ------------------------------------------------------------------

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

DATABASES: dict[str, Any] = {
    "default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}"),
}
DATABASES["default"].setdefault("CONN_MAX_AGE", 600)
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # Take the write lock at the start of a transaction: a transaction that reads first and
        # writes later would otherwise fail at once, without waiting, when another one wrote meanwhile.
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,  # seconds to wait for that lock
        # Pages are kept for each connection, so for each thread; the system keeps them, too, and once for all.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-512;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

# A streaming replica of the database, from which public pages are read (debtfaq.replica).
if env.str("DATABASE_REPLICA_URL", default=""):
    DATABASES["replica"] = env.db_url("DATABASE_REPLICA_URL") | {
        "CONN_MAX_AGE": DATABASES["default"]["CONN_MAX_AGE"],
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"MIRROR": "default"},
    }
    if {database["ENGINE"] for database in DATABASES.values()} != {"django.db.backends.postgresql"}:
        raise ImproperlyConfigured("DATABASE_REPLICA_URL 只能和 PostgreSQL 一起用：主库和副本都要是 postgres://…。")
    DATABASE_ROUTERS = ["debtfaq.replica.Router"]

# A server that is gone does not say so: without limits everybody would wait for it for minutes.
_limits: dict[str, dict[str, Any]] = {
    "default": {"connect_timeout": 3, "tcp_user_timeout": 5000, "keepalives_idle": 5},  # seconds, milliseconds
    "replica": {
        "connect_timeout": 2,
        "tcp_user_timeout": 1000,
        "keepalives_idle": 1,
        "options": "-c statement_timeout=5000",
    },
}
for _name, _database in DATABASES.items():
    if _database["ENGINE"] == "django.db.backends.postgresql":
        _patience = {"keepalives_interval": 1, "keepalives_count": 3, **_limits[_name]}
        _database["OPTIONS"] = _patience | _database.get("OPTIONS", {})

if env.str("CACHE_URL", default=""):
    CACHES: dict[str, Any] = {"default": env.cache_url("CACHE_URL")}
    if CACHES["default"]["BACKEND"] == "django.core.cache.backends.redis.RedisCache":
        CACHES["default"]["BACKEND"] = "debtfaq.cache.RedisCache"
else:
    CACHES = {"default": {"BACKEND": "debtfaq.shared_cache.SharedCache", "LOCATION": str(VAR_DIR / "cache.sqlite3")}}

# Whole pages for readers, kept in the memory of each process; 0 for none.
PAGE_CACHE_MEGABYTES = env.int("PAGE_CACHE_MEGABYTES", default=8)

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "media/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if env.str("MEDIA_S3_BUCKET", default=""):
    # What is left empty is found as Amazon's own tools find it.
    _bucket = {
        "bucket_name": env.str("MEDIA_S3_BUCKET"),
        "endpoint_url": env.str("MEDIA_S3_ENDPOINT", default=""),
        "region_name": env.str("MEDIA_S3_REGION", default=""),
        "access_key": env.str("MEDIA_S3_KEY", default=""),
        "secret_key": env.str("MEDIA_S3_SECRET", default=""),
        "addressing_style": env.str("MEDIA_S3_ADDRESSING", default="auto"),
    }
    STORAGES["default"] = {
        "BACKEND": "debtfaq.object_storage.ObjectStorage",
        "OPTIONS": {name: value for name, value in _bucket.items() if value},
    }
if DEBUG:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

# --- Words and times -------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
USE_I18N = True  # for the admin's own Chinese; the site's own words are Chinese in place
LOCALE_PATHS = [BASE_DIR / "locale"]  # betters some of that Chinese
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

TAGGIT_CASE_INSENSITIVE = True
TAGGIT_TAGS_FROM_STRING = "articles.tagging.split_tags"
TAGGIT_STRING_FROM_TAGS = "articles.tagging.join_tags"

# --- Safety ----------------------------------------------------------------

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "debtfaq.passwords.LengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# Who guesses passwords is kept out for a while, from where they guess; the rightful owner gets in from elsewhere.
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "admin/locked_out.html"
AXES_DISABLE_ACCESS_LOG = True  # who logged in from where is nobody's business once it went well
AXES_ENABLE_ADMIN = False
OTP_TOTP_ISSUER = SITE_NAME

HTTPS = _site.scheme == "https"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# Who was not at the desk for this long logs in again (debtfaq.admin_site renews it while they are).
SESSION_COOKIE_AGE = 60 * 60 * 12  # seconds
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=False)
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=3600 if HTTPS else 0)
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_TRUSTED_ORIGINS = [SITE_URL]
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

# The one script that stands in the page itself: it sets text size and colours before the page is painted.
_inline_script = (BASE_DIR / "templates" / "public" / "includes" / "preferences.js").read_bytes()
_inline_hash = base64.b64encode(hashlib.sha256(_inline_script).digest()).decode()

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, f"'sha256-{_inline_hash}'"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

# Features that no page of ours uses and nothing in it may ask for.
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: []
    for feature in (
        *("accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation"),
        *("gyroscope", "magnetometer", "microphone", "midi", "payment", "usb", "xr-spatial-tracking"),
    )
}

# --- Logging ---------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {"axes": {"level": "WARNING"}},  # who was locked out, not who came in
}

"""The WSGI entry point, which a server such as granian loads."""

import gc
import os
import threading

from django.core.wsgi import get_wsgi_application
from werkzeug.middleware.proxy_fix import ProxyFix

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "debtfaq.settings")

application = get_wsgi_application()

from django.conf import settings  # noqa: E402  (readable only once Django is set up)
from django.db import connections  # noqa: E402
from werkzeug.test import create_environ, run_wsgi_app  # noqa: E402

from debtfaq.content_revision import present  # noqa: E402
from debtfaq.page_cache import PageCache  # noqa: E402
from debtfaq.view_beacon import ViewBeacon  # noqa: E402

if settings.PAGE_CACHE_MEGABYTES and not settings.DEBUG:
    application = PageCache(  # type: ignore[assignment]
        application,
        hosts=settings.ALLOWED_HOSTS,
        capacity=settings.PAGE_CACHE_MEGABYTES << 20,
        https_header=settings.SECURE_PROXY_SSL_HEADER,
        watch=present,
    )
if not settings.DEBUG:
    application = ViewBeacon(  # type: ignore[assignment]
        application, https_header=settings.SECURE_PROXY_SSL_HEADER, watch=present
    )
if settings.TRUSTED_PROXIES:
    # REMOTE_ADDR becomes the reader's address, so that nothing else has to know of proxies.
    application = ProxyFix(application, x_for=settings.TRUSTED_PROXIES, x_proto=0)  # type: ignore[assignment]

# What is loaded by now stays, so the collector need not look through it again and again: one page takes thousands of
# objects, and by default it looks after every seven hundred.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 50)

# A page of each kind, with what it takes to make one.
WARMING = ("/", "/articles/", "/archive/", "/search/?q=逾期", "/feeds/atom.xml")


def warm_up() -> None:
    """Have pages made once, so that processes forked from this one share what is loaded or worked out for the first.

    In a thread, because connections to databases and caches, which must not be taken along, go with it. A page that
    cannot be made, as without a database, is an error in the log and no more.
    """
    thread = threading.Thread(target=_make_pages)
    thread.start()
    thread.join()


def _make_pages() -> None:
    host = next((host.lstrip(".") for host in settings.ALLOWED_HOSTS if host != "*"), "localhost")
    name, secure = settings.SECURE_PROXY_SSL_HEADER or ("wsgi.url_scheme", "https")
    try:
        for address in WARMING:
            environ = create_environ(address, f"https://{host}", environ_overrides={name: secure})
            run_wsgi_app(application, environ, buffered=True)
    finally:
        connections.close_all()

"""The WSGI entry point, which a server such as granian loads."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from werkzeug.middleware.proxy_fix import ProxyFix

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "debtfaq.settings")

application = get_wsgi_application()

from django.conf import settings  # noqa: E402  (readable only once Django is set up)

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

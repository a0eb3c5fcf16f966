"""The WSGI entry point, which a server such as gunicorn loads."""

import os

from django.core.wsgi import get_wsgi_application
from werkzeug.middleware.proxy_fix import ProxyFix

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "debtfaq.settings")

application = get_wsgi_application()

from django.conf import settings  # noqa: E402  (readable only once Django is set up)

if settings.TRUSTED_PROXIES:
    # REMOTE_ADDR becomes the reader's address, so that nothing else has to know of proxies.
    application = ProxyFix(application, x_for=settings.TRUSTED_PROXIES, x_proto=0)  # type: ignore[assignment]

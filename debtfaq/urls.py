from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from debtfaq import views
from debtfaq.media import media

handler404 = "debtfaq.views.page_not_found"

urlpatterns = [
    path("", include("articles.urls")),
    path("", include("comments.urls")),
    path("admin/", admin.site.urls),
    path("healthz", views.health),
    # Browsers ask for this on pages that name no icon, such as a feed.
    path("<str:key>.txt", views.indexnow_key),
    path("favicon.ico", RedirectView.as_view(url=f"{settings.STATIC_URL}img/icon.svg")),
    # One small machine needs no second server for pictures; a proxy in front may answer these itself.
    path(f"{settings.MEDIA_URL.strip('/')}/<path:path>", media),
]

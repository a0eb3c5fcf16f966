from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.static import serve

urlpatterns = [
    path("", include("articles.urls")),
    path("admin/", admin.site.urls),
    # One small machine needs no second server for pictures; a proxy in front may answer these itself.
    path(f"{settings.MEDIA_URL.strip('/')}/<path:path>", serve, {"document_root": settings.MEDIA_ROOT}),
]

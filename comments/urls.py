from django.urls import path
from django.views.generic import RedirectView

from comments import views

app_name = "comments"

urlpatterns = [
    path("experts/<int:pk>/", views.expert, name="expert"),
    # The cookie that remembers what a reader sent is sent back to addresses below this one only.
    path("comments/", RedirectView.as_view(pattern_name="articles:home"), name="write_root"),
    path("comments/withdraw/", views.withdraw, name="withdraw"),
    path("comments/useful/<int:pk>/", views.useful, name="useful"),
    path("comments/report/<int:pk>/", views.report, name="report"),
    path("comments/<int:pk>/", views.write, name="write"),
]

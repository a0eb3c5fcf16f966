from django.urls import path

from comments import views

app_name = "comments"

urlpatterns = [
    path("experts/<int:pk>/", views.expert, name="expert"),
]

from django.urls import path

from articles import views

app_name = "articles"

urlpatterns = [
    path("", views.home, name="home"),
    path("articles/", views.index, name="index"),
    path("articles/<int:pk>/", views.article, name="article_by_number"),
    path("articles/<int:pk>-<str:slug>/", views.article, name="article"),
    path("articles/<int:pk>/views/", views.record_view, name="record_view"),
    path("articles/<int:pk>/views.gif", views.record_view_pixel, name="record_view_pixel"),
    path("categories/<slug:slug>/", views.category, name="category"),
    path("tags/<slug:slug>/", views.tag, name="tag"),
]

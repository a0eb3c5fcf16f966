from django.urls import path

from articles import feeds, preview_views, search_views, sitemaps, views

app_name = "articles"

urlpatterns = [
    path("", views.home, name="home"),
    path("articles/", views.index, name="index"),
    path("articles/<int:pk>/", views.article, name="article_by_number"),
    path("articles/<int:pk>-<str:slug>/", views.article, name="article"),
    path("articles/<int:pk>/views/", views.record_view, name="record_view"),
    path("articles/<int:pk>/views.gif", views.record_view_pixel, name="record_view_pixel"),
    path("articles/<int:pk>/vote/", views.record_vote, name="record_vote"),
    path("preview/<str:token>/", preview_views.preview, name="preview"),
    path("s/<int:pk>/", views.shared, name="shared"),
    path("categories/<slug:slug>/", views.category, name="category"),
    path("tags/<slug:slug>/", views.tag, name="tag"),
    path("archive/", views.archive, name="archive"),
    path("archive/<int:year>/<int:month>/", views.archive_month, name="archive_month"),
    path("search/", search_views.search, name="search"),
    path("search/suggest/", search_views.suggest, name="suggest"),
    path("search/count/", search_views.record_search, name="record_search"),
    path("search/count.gif", search_views.record_search_pixel, name="record_search_pixel"),
    path("glossary/", views.glossary, name="glossary"),
    path("pages/<slug:slug>/", views.page, name="page"),
    path("feeds/atom.xml", feeds.AtomFeed(), name="atom"),
    path("feeds/rss.xml", feeds.RssFeed(), name="rss"),
    path("feeds/<slug:slug>/atom.xml", feeds.AtomFeed(), name="category_atom"),
    path("feeds/<slug:slug>/rss.xml", feeds.RssFeed(), name="category_rss"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemaps/site.xml", sitemaps.site, name="sitemap_site"),
    path("sitemaps/guides-<int:part>.xml", sitemaps.guides, name="sitemap_guides"),
]

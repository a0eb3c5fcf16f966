from django.apps import AppConfig


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = "内容"

    def ready(self) -> None:
        # Each of these connects its receivers; what is awaited first is done first.
        from articles.search import checks, freshness  # noqa: F401, PLC0415, I001
        from articles import glossary, linking, near_duplicates, related, search_engines, sharing  # noqa: F401, PLC0415
        from articles.suggestions import building  # noqa: F401, PLC0415

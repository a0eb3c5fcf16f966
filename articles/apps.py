from django.apps import AppConfig


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = "指南"

    def ready(self) -> None:
        # Each of these connects its receivers.
        from articles import glossary, search_engines, sharing  # noqa: F401, PLC0415

from django.apps import AppConfig


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = "指南"

    def ready(self) -> None:
        from articles import glossary  # noqa: F401, PLC0415  (connects its receiver)

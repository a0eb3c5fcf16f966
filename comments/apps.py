from django.apps import AppConfig


class CommentsConfig(AppConfig):
    name = "comments"
    verbose_name = "专家与评论"

    def ready(self) -> None:
        from comments import exporting, searching  # noqa: F401, PLC0415  (each connects its receivers)

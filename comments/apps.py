from django.apps import AppConfig


class CommentsConfig(AppConfig):
    name = "comments"
    verbose_name = "专家与评论"

    def ready(self) -> None:
        from comments import exporting, linking, searching  # noqa: F401, PLC0415  (connect their receivers)

"""Comments as a table, going out only: what strangers write comes in through the screening, never from a spreadsheet.

Neither the codes of their writers nor anything of their networks is in it.
"""

from typing import Any

from import_export import fields, resources, widgets

from articles.tables import moment
from comments.models import Comment
from comments.moderation import FINDINGS
from comments.querysets import CommentQuerySet


class CommentResource(resources.ModelResource):  # type: ignore[misc]  # it has no types
    number = fields.Field("pk", "编号")
    guide = fields.Field("article__title", "指南")
    guide_number = fields.Field("article_id", "指南编号")
    parent = fields.Field("parent_id", "回复编号")
    author = fields.Field("author", "作者")
    role = fields.Field("author_role", "身份")
    body = fields.Field("body", "内容")
    status = fields.Field("get_status_display", "状态", widgets.Widget())
    posted_at = fields.Field(column_name="发表时间")
    useful = fields.Field("useful", "有用")
    is_featured = fields.Field(column_name="精彩")
    findings = fields.Field(column_name="筛查结果")

    class Meta:
        model = Comment
        fields = (
            *("number", "guide", "guide_number", "parent", "author", "role", "body", "status", "posted_at"),
            *("useful", "is_featured", "findings"),
        )

    def export_field(self, field: fields.Field, instance: Comment, **kwargs: Any) -> Any:
        value = super().export_field(field, instance, **kwargs)
        return int(value) if field.column_name in {"编号", "指南编号", "回复编号", "有用"} and value != "" else value

    def dehydrate_posted_at(self, comment: Comment) -> str:
        return moment(comment.posted_at)

    def dehydrate_is_featured(self, comment: Comment) -> str:
        return "是" if comment.is_featured else ""

    def dehydrate_findings(self, comment: Comment) -> str:
        return "、".join(FINDINGS.get(kind, kind) for kind in comment.finding_types)


def exported(comments: CommentQuerySet) -> CommentQuerySet:
    """Return the comments with all that a table of them shows."""
    return comments.with_guides().select_related("expert")

"""Guides as tables: all that lists them goes out; what describes them comes in again, by the number of the guide."""

import datetime as dt
from typing import IO, Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from import_export import fields, resources, widgets

from articles import revisions, table_files
from articles.addresses import absolute
from articles.importers.report import Outcome, Report, part, rehearsal
from articles.models import Article, Category
from articles.querysets import ArticleQuerySet
from articles.tagging import join_tags, split_tags

NUMBER = "编号"
NOTE = "从表格导入"


class CategoryWidget(widgets.ForeignKeyWidget):  # type: ignore[misc]  # it has no types
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Category | None:
        try:
            category: Category | None = super().clean(value, row, **kwargs)
        except Category.DoesNotExist as error:
            raise ValueError(f"没有分类“{value}”，请先建好") from error
        return category


class DayWidget(widgets.DateWidget):  # type: ignore[misc]
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> dt.date | None:
        try:
            return dt.date.fromisoformat(str(value).replace("/", "-")) if value else None
        except ValueError as error:
            raise ValueError(f"日期“{value}”不对，应形如 2026-03-01") from error


def moment(value: dt.datetime | None) -> str:
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if value else ""


class GuideResource(resources.ModelResource):  # type: ignore[misc]
    """The columns. Those that are `readonly` go out only: a status, above all, changes only by its own methods."""

    number = fields.Field("pk", NUMBER, readonly=True)
    title = fields.Field("title", "标题")
    category = fields.Field("category", "分类", CategoryWidget(Category, "name"))
    tags = fields.Field(column_name="标签")
    summary = fields.Field("summary", "先说结论")
    byline = fields.Field("byline", "署名")
    review_by = fields.Field("review_by", "复核日期", DayWidget())
    status = fields.Field(column_name="状态", readonly=True)
    published_at = fields.Field(column_name="发布时间", readonly=True)
    corrected_at = fields.Field(column_name="更正时间", readonly=True)
    views = fields.Field("view_total", "人气", widgets.Widget(), readonly=True)
    url = fields.Field(column_name="网址", readonly=True)

    class Meta:
        model = Article
        import_id_fields = ("number",)
        fields = (
            *("number", "title", "category", "tags", "summary", "byline", "review_by"),
            *("status", "published_at", "corrected_at", "views", "url"),
        )
        clean_model_instances = True
        use_transactions = False  # each row has its own

    def __init__(self, by: User | None = None) -> None:
        super().__init__()
        self.by = by

    def export_field(self, field: fields.Field, instance: Article, **kwargs: Any) -> Any:
        value = super().export_field(field, instance, **kwargs)
        return int(value) if field.attribute in {"pk", "view_total"} else value

    def dehydrate_tags(self, article: Article) -> str:
        return join_tags(article.tags.all())

    def dehydrate_status(self, article: Article) -> str:
        return "已排期" if article.is_scheduled else article.get_status_display()

    def dehydrate_published_at(self, article: Article) -> str:
        return moment(article.published_at)

    def dehydrate_corrected_at(self, article: Article) -> str:
        return moment(article.corrected_at)

    def dehydrate_url(self, article: Article) -> str:
        return absolute(article.get_absolute_url()) if article.is_public else ""

    # --- Coming in ---

    @property
    def columns_in(self) -> list[str]:
        return [field.column_name for field in self.get_import_fields() if not field.readonly]

    def get_instance(self, instance_loader: Any, row: dict[str, str]) -> Article:
        number = row.get(NUMBER, "")
        guides = Article.objects.not_in_trash().select_related("category").prefetch_related("tags")  # type: ignore[misc]
        is_number = number.isascii() and number.isdigit() and len(number) < 18
        article = guides.filter(pk=number).first() if is_number else None
        if article is None:
            raise ValidationError(f"没有编号为“{number}”的指南")
        return article

    def changes(self, article: Article, row: dict[str, str]) -> list[str]:
        """Tell what of the row is not as the guide in the database has it."""
        before = Article.objects.select_related("category").get(pk=article.pk)
        found = []
        for field in self.get_import_fields():
            if field.readonly or field.column_name not in row:
                continue
            is_tags = field.column_name == "标签"
            old = join_tags(before.tags.all()) if is_tags else str(field.export(before) or "")
            new = "，".join(sorted(split_tags(row["标签"]))) if is_tags else str(field.export(article) or "")
            if old != new:
                found.append(f"{field.column_name}：{_short(old)} → {_short(new)}")
        return found

    def save_instance(self, instance: Article, is_create: bool, row: dict[str, str], **kwargs: Any) -> None:
        with transaction.atomic():
            revisions.keep_first(instance)
            instance.save()
            if "标签" in row:
                instance.tags.set(split_tags(row["标签"]))
            revisions.record(instance, by=self.by, note=NOTE)


def _short(text: str) -> str:
    return f"“{text[:40]}…”" if len(text) > 40 else f"“{text}”"


def exported(guides: ArticleQuerySet) -> ArticleQuerySet:
    """Return the guides with all that a table of them shows."""
    related = guides.select_related("category", "views").prefetch_related("tags")  # type: ignore[misc]  # no types
    return related.defer("body", "body_html", "toc", "source")


def import_guides(file: IO[bytes], *, by: User | None, dry_run: bool) -> Report:
    """Change guides as the table says, each row by itself. Raises ImportProblem for what is no such table."""
    report, resource = Report(dry_run=dry_run), GuideResource(by)
    lines = table_files.read(file)
    with rehearsal(report, dry_run=dry_run):
        for number, row in lines:
            what = row.get("标题") or f"编号 {row.get(NUMBER, '')}"
            with part(report, what, line=number):
                _import_row(report, resource, number, row)
    return report


def _check(resource: GuideResource, article: Article, problems: dict[str, Any]) -> None:
    """Raise ValidationError with all that is wrong, each once, by the names of the columns."""
    try:
        resource.validate_instance(article, problems)
    except ValidationError as problem:
        names = {field.attribute: f"{field.column_name}：" for field in resource.get_import_fields()}
        told = [names.get(name, "") + text for name, texts in problem.message_dict.items() for text in texts]
        kept = [text for text in told if not any(text != other and text.rstrip("。") in other for other in told)]
        raise ValidationError(list(dict.fromkeys(kept))) from problem


def _import_row(report: Report, resource: GuideResource, number: int, row: dict[str, str]) -> None:
    if NUMBER not in row:
        raise ValidationError("没有“编号”这一列")
    article = resource.get_instance(None, row)
    problems: dict[str, Any] = {}
    try:
        resource.import_instance(article, row)
    except ValidationError as problem:
        problems = problem.update_error_dict({})
    changed = [] if problems else resource.changes(article, row)
    if problems or changed:
        _check(resource, article, problems)
        resource.save_instance(article, False, row)
    outcome = Outcome.UPDATED if changed else Outcome.UNCHANGED
    report.add(outcome, article.title, "；".join(changed), number)

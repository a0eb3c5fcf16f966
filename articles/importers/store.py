"""Keep what an importer read as a guide."""

from django.contrib.auth.models import User
from django.utils import timezone

from articles import revisions
from articles.importers.records import GuideRecord
from articles.models import Article, Category
from articles.reader_counts import set_series

LAST_POSITION = 100  # a category that came with an import stands after those that editors have put in order


def store_guide(record: GuideRecord, source: str, *, by: User | None = None) -> tuple[Article, bool]:
    """Return the guide of `record` as a draft, and whether it is new; one that was imported before stays as it is."""
    if known := Article.objects.filter(import_key=record.key).first():
        return known, False
    category, _ = Category.objects.get_or_create(name=record.category, defaults={"position": LAST_POSITION})
    article = Article.objects.create(
        title=record.title,
        category=category,
        body=record.body,
        source=source,
        published_at=record.published_at,
        import_key=record.key,
        created_by=by,
    )
    revisions.record(article, by=by, note="从网页存档导入")
    set_series(article.pk, {timezone.localdate(record.published_at): record.views})
    return article, True

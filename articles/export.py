"""Guides and what they stand in as a zip of text files, which `articles.importers` reads. See docs/formats.md.

Written piece by piece into a file: however many guides there are, a few are in memory.
"""

import datetime as dt
import json
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any, Self

import yaml
from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.storage import default_storage
from django.db import models
from django.utils import timezone

from articles.corrections import corrections
from articles.importers.markdown import GuideFile, dump
from articles.importers.report import progress
from articles.models import Article, Category, Image, Link, Page, Redirect, RelatedGuide, SynonymGroup, Tag, Term
from articles.querysets import ArticleQuerySet
from articles.signals import guides_exported

FORMAT, VERSION = "debtfaq", 1
BATCH = 200
HANGING_ON = ("tagged_items__tag", "pinned_guides", "daily_views")
Row = Mapping[str, Any]


class ArchiveWriter:
    """A zip that is being written. Use it in a `with` block."""

    def __init__(self, target: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED)
        self._media: set[str] = set()

    def text(self, name: str, content: str) -> None:
        self._zip.writestr(self._entry(name), content.encode(), zipfile.ZIP_DEFLATED)

    def table(self, name: str, rows: Iterable[Row]) -> None:
        """Write rows that a person may want to change, as YAML."""
        self.text(
            name, yaml.dump(list(rows), Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=10_000)
        )

    def rows(self, name: str, rows: Iterable[Row]) -> None:
        """Write rows of which there may be many, as JSON Lines."""
        with tempfile.TemporaryFile() as lines:  # a zip holds the length of a file before the file
            for row in rows:
                lines.write(json.dumps(row, ensure_ascii=False, default=_as_text).encode() + b"\n")
            lines.seek(0)
            self._copy(name, lines, zipfile.ZIP_DEFLATED)

    def media(self, name: str) -> None:
        """Copy a file of the default storage, once; pictures are compressed already."""
        if name and name not in self._media and default_storage.exists(name):
            self._media.add(name)
            with default_storage.open(name) as file:
                self._copy(f"media/{name}", file, zipfile.ZIP_STORED)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._zip.close()

    def _copy(self, name: str, source: Any, how: int) -> None:
        entry = self._entry(name)
        entry.compress_type = how
        with self._zip.open(entry, "w", force_zip64=True) as target:
            while chunk := source.read(1 << 20):
                target.write(chunk)

    def _entry(self, name: str) -> zipfile.ZipInfo:
        entry = zipfile.ZipInfo(name, timezone.localtime().timetuple()[:6])
        entry.external_attr = 0o644 << 16
        return entry


def export(guides: ArticleQuerySet, target: IO[bytes], *, is_whole: bool = False, by: User | None = None) -> int:
    """Write these guides with everything that they need into `target`, a file; return how many there are.

    With `is_whole` also what does not hang on guides: all of the site but its accounts. Guides in the trash stay there,
    and so does what `by` may not see.
    """
    # By their numbers alone: a list of the desk may bring columns and joins of its own.
    guides = Article.objects.not_in_trash().filter(pk__in=guides.order_by().values("pk")).order_by()
    with ArchiveWriter(target) as archive:
        return _write(archive, guides, is_whole=is_whole, by=by)


def _write(archive: ArchiveWriter, guides: ArticleQuerySet, *, is_whole: bool, by: User | None) -> int:
    total = guides.count()
    now = timezone.localtime().replace(microsecond=0)
    archive.table(
        "archive.yaml",
        [{"format": FORMAT, "version": VERSION, "site": settings.SITE_URL, "written": now, "guides": total}],
    )
    _write_classification(archive, guides, is_whole=is_whole)
    if is_whole:
        _write_site(archive)
    for article in progress(_with_all(guides), total=total):
        file = file_of(article)
        archive.text(f"guides/{article.pk}-{article.slug}.md", dump(file))
        archive.media(file.cover)
    if is_whole:
        archive.rows("related.jsonl", _related())
    guides_exported.send(Article, archive=archive, guides=guides, is_whole=is_whole, by=by)
    _write_images(archive, guides, is_whole=is_whole)
    return total


def file_of(article: Article) -> GuideFile:
    """Return what a file says of a guide."""
    views = getattr(article, "views", None)
    return GuideFile(
        title=article.title,
        body=article.body,
        id=article.pk,
        category=article.category.slug if article.category else "",
        tags=[row.tag.name for row in sorted(article.tagged_items.all(), key=lambda row: row.pk)],
        summary=article.summary,
        status=article.status,
        published_at=article.published_at,
        corrected_at=article.corrected_at,
        correction_note=article.correction_note,
        corrections={correction.at: correction.note for correction in corrections(article)},
        review_by=article.review_by,
        byline=article.byline,
        source=article.source.split("\n") if article.source else [],
        cover=article.cover.name or "",
        cover_alt=article.cover_alt,
        created_at=article.created_at,
        updated_at=article.updated_at,
        import_key=article.import_key or "",
        pinned=[pin.other_id for pin in sorted(article.pinned_guides.all(), key=lambda pin: pin.position)],
        views=views.total if views else 0,
        helpful=views.helpful if views else 0,
        unhelpful=views.unhelpful if views else 0,
        daily_views={row.day: row.count for row in sorted(article.daily_views.all(), key=lambda row: row.day)},
    )


def in_batches(rows: models.QuerySet[Any]) -> Iterator[list[Any]]:
    """Yield all rows by their numbers, some at a time: no cursor stays open while the file is written."""
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:BATCH]):
        last = _number(batch[-1])
        yield batch


def _number(row: Any) -> int:
    number: int = row["pk"] if isinstance(row, dict) else row.pk
    return number


def _with_all(guides: ArticleQuerySet) -> Iterator[Article]:
    rows = guides.select_related("category", "views").defer("body_html", "toc")
    for batch in in_batches(rows.prefetch_related(*HANGING_ON)):
        yield from batch


def _write_classification(archive: ArchiveWriter, guides: ArticleQuerySet, *, is_whole: bool) -> None:
    categories, tags = Category.objects.in_order(), Tag.objects.order_by("name")
    if not is_whole:
        categories = categories.filter(pk__in=guides.values("category"))
        tags = tags.filter(tagged_items__content_object__in=guides.values("pk")).distinct()
    names = ("id", "name", "slug", "description", "position", "stage")
    archive.table("categories.yaml", categories.values(*names))
    archive.table("tags.yaml", tags.values("id", "name", "slug"))


def _write_site(archive: ArchiveWriter) -> None:
    """Write what stands beside the guides."""
    terms = Term.objects.values("term", "aliases", "slug", "meaning", guide=models.F("article"))
    archive.table("glossary.yaml", terms)
    archive.table("synonyms.yaml", SynonymGroup.objects.values("words"))
    archive.table("redirects.yaml", Redirect.objects.order_by("path").values("path", "to"))
    for page in Page.objects.all():
        front = {name: getattr(page, name) for name in ("title", "description", "position")}
        front["edited_at"] = page.edited_at.isoformat()
        text = yaml.dump(front, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=10_000)
        archive.text(f"pages/{page.slug}.md", f"---\n{text}---\n\n{page.body}")


def _related() -> Iterator[Row]:
    """Yield what stands in the lists of related guides: made anew, it would depend on what was written when."""
    for batch in in_batches(Article.objects.not_in_trash().only("pk")):
        lists: dict[int, list[list[float]]] = defaultdict(list)
        rows = RelatedGuide.objects.filter(article__in=[article.pk for article in batch]).order_by("article", "pk")
        for article, other, score in rows.values_list("article", "other", "score"):
            lists[article].append([other, score])
        yield from ({"guide": guide, "related": related} for guide, related in lists.items())


def _write_images(archive: ArchiveWriter, guides: ArticleQuerySet, *, is_whole: bool) -> None:
    """Write the pictures of the library, or those that stand in these guides, with all their files."""
    images = Image.objects.all()
    if not is_whole:
        images = images.filter(pk__in=Link.objects.filter(article__in=guides.values("pk")).values("image"))
    files = _files_by_key() if images.exists() else {}

    def rows() -> Iterator[Row]:
        for batch in in_batches(images):
            for image in batch:
                names = ("key", "width", "height", "name", "alt", "uploaded_at")
                others = [name for name in files.get(image.key, []) if name != image.file.name]
                yield {"file": image.file.name, **{name: getattr(image, name) for name in names}, "files": others}

    archive.rows("images.jsonl", rows())
    for batch in in_batches(images):
        for image in batch:
            for name in {image.file.name, *files.get(image.key, [])}:
                archive.media(name)


def _files_by_key() -> dict[str, list[str]]:
    """Return the files of each picture of the library: they begin with its key."""
    found: dict[str, list[str]] = defaultdict(list)
    try:
        names = sorted(default_storage.listdir("images")[1])
    except FileNotFoundError:  # a disk on which there is no such folder yet; a bucket has none
        names = []
    for name in names:
        found[name.split("-", 1)[0]].append(f"images/{name}")
    return found


def _as_text(value: object) -> str:
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")

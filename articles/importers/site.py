"""Import what `articles.export` wrote: classification, glossary, pages, pictures, and then the guides."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.utils.dateparse import parse_datetime

from articles.importers.archive import Archive, parse_yaml
from articles.importers.media import check_picture, keep_picture
from articles.importers.records import ImportProblem
from articles.importers.report import Outcome, Report, part
from articles.models import Article, Category, Image, Page, Redirect, RelatedGuide, SynonymGroup, Tag, Term

KEPT_AS_IT_IS = "网站上已有，内容不同；要换成文件里的，请选“更新”"
# The address of a guide, as it is and as it was before titles were part of it.
GUIDE_PATH = re.compile(r"/articles/(?P<number>[0-9]{1,15})(-[\w-]*)?/")
Row = dict[str, Any]


@dataclass
class Import:
    """An import under way: where from, how, and what became of the numbers that the source uses."""

    archive: Archive
    report: Report
    by: User | None = None
    publish: bool = False  # guides whose file names no status
    update: bool = False  # what is here already and differs
    guides: dict[int, int] = field(default_factory=dict)  # number in the source -> number here
    new: list[int] = field(default_factory=list)  # numbers here

    @property
    def is_renumbering(self) -> bool:
        return any(old != here for old, here in self.guides.items())


def import_tables(job: Import) -> None:
    """Import what guides stand in, and what stands beside them."""
    _check_manifest(job)
    for name, kind, store in (
        ("categories.yaml", "分类", _category),
        ("tags.yaml", "标签", _tag),
        ("synonyms.yaml", "同义词", _synonyms),
        ("glossary.yaml", "术语", _term),
    ):
        _each(job, name, kind, store)
    for name in job.archive.names("pages/", ".md"):
        with part(job.report, name, kind="页面"):
            _page(job, name)
    for number, row in job.archive.rows("images.jsonl"):
        with part(job.report, f"images.jsonl 第 {number} 行", kind="图片"):
            if isinstance(row, ImportProblem):
                raise row
            _image(job, row)


def import_links(job: Import) -> None:
    """Import what leads to guides, which must be here by now."""
    for row in _rows(job, "glossary.yaml", "术语"):
        if row.get("guide") in job.guides:
            # Not `save`: no guide reads otherwise for it.
            Term.objects.filter(term=str(row.get("term")), article=None).update(article=job.guides[row["guide"]])
    _each(job, "redirects.yaml", "地址跳转", _redirect)
    new = set(job.new)
    for _, lists in job.archive.rows("related.jsonl"):
        if isinstance(lists, dict) and job.guides.get(lists.get("guide") or 0) in new:
            _relate(job, lists)


def _relate(job: Import, row: Row) -> None:
    """Give a new guide the list of related ones that it had, if all of them are here; else it keeps its own."""
    pairs = row.get("related")
    if not isinstance(pairs, list) or not all(_is_pair(pair) and pair[0] in job.guides for pair in pairs):
        return
    guide = job.guides[row["guide"]]
    with transaction.atomic():
        RelatedGuide.objects.filter(article=guide).delete()
        RelatedGuide.objects.bulk_create(
            (RelatedGuide(article_id=guide, other_id=job.guides[other], score=score) for other, score in pairs),
            ignore_conflicts=True,
        )


def _is_pair(pair: Any) -> bool:
    return isinstance(pair, list) and [type(part) for part in pair] in ([int, int], [int, float])


def set_sequences(*tables: type[models.Model]) -> None:
    """Have numbers given from now on follow the highest one: some databases do not notice rows that brought theirs."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(tables)):
            cursor.execute(statement)


def number_if_free(model: type[models.Model], number: Any) -> int | None:
    """Return the number that a row had where it comes from, if no row has it here; None lets the database choose."""
    if not isinstance(number, int) or not 0 < number < 2**53 or model._default_manager.filter(pk=number).exists():
        set_sequences(model)
        return None
    return number


def _check_manifest(job: Import) -> None:
    """Tell if there are fewer files than there were to be."""
    expected = next((row.get("guides") for row in _rows(job, "archive.yaml", "文件")), None)
    found = len(job.archive.names("guides/", ".md"))
    if isinstance(expected, int) and found < expected:
        job.report.note(f"应有指南 {expected} 篇，文件里只有 {found} 篇，缺 {expected - found} 篇")


def _rows(job: Import, name: str, kind: str) -> list[Row]:
    try:
        return job.archive.table(name)
    except ImportProblem as problem:
        job.report.add(Outcome.SKIPPED, name, problem.reason, problem.line, kind=kind)
        return []


def _each(job: Import, name: str, kind: str, store: Callable[[Import, Row], None]) -> None:
    for number, row in enumerate(_rows(job, name, kind), 1):
        with part(job.report, f"{name} 第 {number} 项", kind=kind):
            store(job, row)


def _text(row: Row, name: str) -> str:
    value = row.get(name)
    if isinstance(value, (dict, list)) or "\0" in str(value):
        raise ImportProblem(f"{name} 应为一段文字")
    return "" if value is None else str(value)


def _settle(job: Import, found: models.Model | None, new: models.Model, names: Iterable[str], kind: str) -> Any:
    """Keep `new`, or bring what was found into line with it if that is asked for, and report; return what is kept."""
    if found is None:
        _check(new)
        new.save()
        job.report.add(Outcome.NEW, str(new), kind=kind)
        return new
    changed = [name for name in names if getattr(found, name) != getattr(new, name)]
    if not changed:
        job.report.add(Outcome.UNCHANGED, str(found), kind=kind)
    elif not job.update:
        job.report.add(Outcome.SKIPPED, str(found), KEPT_AS_IT_IS, kind=kind)
    else:
        for name in changed:
            setattr(found, name, getattr(new, name))
        _check(found)
        found.save()
        job.report.add(Outcome.UPDATED, str(found), kind=kind)
    return found


def _check(row: models.Model) -> None:
    """Raise ValidationError for what an editor could not have written either."""
    row.full_clean(exclude=[field.name for field in row._meta.fields if not field.editable])


def _category(job: Import, row: Row) -> None:
    new = Category(**{name: _text(row, name) for name in ("name", "slug", "description", "stage")})
    new.position = _small(row, "position")
    found = Category.objects.filter(slug=new.slug).first() or Category.objects.filter(name=new.name).first()
    if found is None:
        new.pk = number_if_free(Category, row.get("id"))
    _settle(job, found, new, ("name", "description", "stage", "position"), "分类")
    set_sequences(Category)


def _tag(job: Import, row: Row) -> None:
    name, slug = _text(row, "name"), _text(row, "slug")
    if Tag.objects.filter(name=name).exists():
        job.report.add(Outcome.UNCHANGED, name, kind="标签")
        return
    taken = not slug or Tag.objects.filter(slug=slug).exists()
    tag = Tag(pk=number_if_free(Tag, row.get("id")), name=name, slug="" if taken else slug)
    _check(tag)
    tag.save()
    set_sequences(Tag)
    job.report.add(Outcome.NEW, name, kind="标签")


def _synonyms(job: Import, row: Row) -> None:
    new = SynonymGroup(words=_text(row, "words"))
    _settle(job, SynonymGroup.objects.filter(words=new.words).first(), new, (), "同义词")


def _term(job: Import, row: Row) -> None:
    new = Term(**{name: _text(row, name) for name in ("term", "aliases", "slug", "meaning")})
    _settle(job, Term.objects.filter(term=new.term).first(), new, ("aliases", "slug", "meaning"), "术语")


def _page(job: Import, name: str) -> None:
    """Import a page about the site; where it says the same here, it says so since the earlier of the two days."""
    front, _, body = job.archive.text(name).replace("\r\n", "\n").removeprefix("---\n").partition("\n---\n\n")
    row = parse_yaml(front)
    if not isinstance(row, dict):
        raise ImportProblem("文件应以“---”之间的说明开头", line=1)
    new = Page(body=body, slug=name.removeprefix("pages/").removesuffix(".md"), position=_small(row, "position"))
    new.title, new.description = _text(row, "title"), _text(row, "description")
    found = Page.objects.filter(slug=new.slug).first()
    kept = _settle(job, found, new, ("title", "description", "body", "position"), "页面")
    edited_at = parse_datetime(_text(row, "edited_at"))
    if edited_at and kept.body == new.body and edited_at < kept.edited_at:
        Page.objects.filter(pk=kept.pk).update(edited_at=edited_at)


def _image(job: Import, row: Row) -> None:
    """Import a picture of the library with all its files."""
    key, name = _text(row, "key"), _text(row, "file")
    if Image.objects.filter(key=key).exists():
        job.report.add(Outcome.UNCHANGED, name, kind="图片")
        return
    if not re.fullmatch(r"\w{1,16}", key):
        raise ImportProblem("图片的标识（key）不对")
    for file in [name, *(str(other) for other in row.get("files") or [])]:
        if not file.startswith(f"images/{key}-"):
            raise ImportProblem(f"{file} 不是这张图片的文件")
        if keep_picture(job.archive, file, job.report) != file:
            raise ImportProblem(f"{file} 已被别的图片占用")
    content = job.archive.read(f"media/{name}")
    width, height = check_picture(name, content)
    image = Image(key=key, file=name, width=width, height=height, size=len(content), uploaded_by=job.by)
    image.name, image.alt = _text(row, "name"), _text(row, "alt")
    _check(image)
    image.save()
    if uploaded_at := parse_datetime(_text(row, "uploaded_at")):
        Image.objects.filter(pk=image.pk).update(uploaded_at=uploaded_at)
    job.report.add(Outcome.NEW, str(image), kind="图片")


def _redirect(job: Import, row: Row) -> None:
    new = Redirect(path=_text(row, "path"), to=_text(row, "to"))
    if not (new.path.startswith("/") and new.to.startswith("/") and not new.to.startswith("//")):
        raise ImportProblem("地址应以 / 开头")
    target = renumbered(job, new.to)
    new.to = target or new.to
    _settle(job, Redirect.objects.filter(path=new.path).first(), new, ("to",), "地址跳转")


def renumbered(job: Import, path: str) -> str | None:
    """Return the address here of a guide that had the address `path` in the source, if it has another number here."""
    match = GUIDE_PATH.fullmatch(path)
    old = int(match["number"]) if match else 0
    here = job.guides.get(old, old)
    if here == old:
        return None
    return Article.objects.only("pk", "slug").get(pk=here).get_absolute_url()


def _small(row: Row, name: str) -> int:
    value = row.get(name) or 0
    if not isinstance(value, int) or not 0 <= value < 32768:
        raise ImportProblem(f"{name} 应为不大的数字")
    return value

"""Import guides from Markdown files: each whole or not at all, each known again when it comes a second time."""

import hashlib
import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.urls import reverse

from articles import revisions
from articles.corrections import keep_corrections
from articles.importers.markdown import GuideFile, parse
from articles.importers.media import is_kept, keep_picture
from articles.importers.records import ImportProblem
from articles.importers.report import Outcome, part, progress
from articles.importers.site import GUIDE_PATH, Import, number_if_free, renumbered, set_sequences
from articles.importers.store import LAST_POSITION
from articles.models import MOST_PINNED, Article, Category, PinnedGuide, Redirect
from articles.reader_counts import set_counts
from articles.slugs import pinyin_slug

NOTE = "从文件导入"
LONGEST_TAG = 100
DIFFERENT = "以前导入过，文件里的内容不同；要换成文件里的，请选“更新”"
# What a file may change of a guide that is here already, by the names of the two. Where it stands changes nothing.
PLAIN = ("title", "summary", "body", "byline", "correction_note", "cover_alt", "review_by", "published_at")


def import_guides(job: Import) -> None:
    """Import the guides of an archive, or a single file; then what they say of each other."""
    names = job.archive.names("guides/", ".md") or job.archive.names("", ".md")
    names = [name for name in names if not name.startswith("pages/")]
    pins: dict[int, list[int]] = {}
    for name in progress(names):
        with part(job.report, name):
            file = parse(job.archive.text(name))
            for field in file.unknown:
                job.report.note(f"不认识的字段“{field}”没有导入")
            article, is_new = _import(job, file)
            if file.id:
                job.guides[file.id] = article.pk
            if is_new and file.pinned:
                pins[article.pk] = file.pinned
    _pin(job, pins)
    if job.is_renumbering:
        _rewrite_links(job)


def known_guide(file: GuideFile) -> Article | None:
    """Return the guide that was imported from such a file before, or from which it was exported."""
    keys = [key for key in (file.import_key, key_of(file)) if key]
    if found := Article.objects.filter(import_key__in=keys).first():
        return found
    if file.id and file.created_at:
        return Article.objects.filter(pk=file.id, created_at=file.created_at).first()
    return None


def key_of(file: GuideFile) -> str:
    """Return by what a file that names no key is known: number and time of creation, or else the title."""
    identity = f"{file.id}\n{file.created_at.isoformat()}" if file.id and file.created_at else file.title
    return f"file:{hashlib.sha256(identity.encode()).hexdigest()[:40]}"


def _import(job: Import, file: GuideFile) -> tuple[Article, bool]:
    """Return the guide of `file`, and whether it is new."""
    known = known_guide(file)
    if known is None:
        article = _create(job, file)
        job.new.append(article.pk)
        _report(job, Outcome.NEW, article)
        return article, True
    if known.trashed_at:
        _report(job, Outcome.SKIPPED, known, "在回收站里")
    elif not (changes := _changes(job, known, file)):
        _report(job, Outcome.UNCHANGED, known)
    elif not job.update:
        _report(job, Outcome.SKIPPED, known, DIFFERENT)
    else:
        _update(job, known, file, changes)
        _report(job, Outcome.UPDATED, known)
    return known, False


def _report(job: Import, outcome: Outcome, article: Article, reason: str = "") -> None:
    url = "" if job.report.dry_run else reverse("admin:articles_article_change", args=[article.pk])
    job.report.add(outcome, f"《{article.title}》", reason, url=url)


def _create(job: Import, file: GuideFile) -> Article:
    article = Article(**{name: getattr(file, name) for name in PLAIN}, created_by=job.by)
    article.source, article.corrected_at = "\n".join(file.source), file.corrected_at
    article.import_key = file.import_key or key_of(file)
    article.category = _category(file)
    article.pk = number_if_free(Article, file.id)
    if file.cover:
        article.cover = keep_picture(job.archive, file.cover, job.report)
    _check(article, file)
    article.save()
    article.tags.set(file.tags)
    _place(job, article, file)
    if file.views or file.helpful or file.unhelpful or file.daily_views:
        set_counts(article.pk, file.daily_views, total=file.views, helpful=file.helpful, unhelpful=file.unhelpful)
    revisions.record(article, by=job.by, note=NOTE)
    keep_corrections(article, file.corrections)
    times = {name: getattr(file, name) for name in ("created_at", "updated_at") if getattr(file, name)}
    if times:
        Article.objects.filter(pk=article.pk).update(**times)
    set_sequences(Article)
    if file.id and file.id != article.pk:
        _redirect(file.id, article)
    return article


def _place(job: Import, article: Article, file: GuideFile) -> None:
    """Let the guide stand where the file says; a file that says nothing makes a draft, or is published if asked for."""
    if file.status:
        if file.status not in Article.Status.values:
            raise ImportProblem(f"status：没有“{file.status[:20]}”这种状态")
        article.arrive(Article.Status(file.status), by=job.by, reason=NOTE)
    elif job.publish:
        article.publish(by=job.by)


def _category(file: GuideFile) -> Category | None:
    """Return the category by its slug or name; one that came with an import stands behind those put in order."""
    if not file.category:
        return None
    found = Category.objects.filter(slug=file.category).first() or Category.objects.filter(name=file.category).first()
    if found is None:
        found = Category(name=file.category, position=LAST_POSITION)
        found.full_clean()
        found.save()
    return found


def _check(article: Article, file: GuideFile) -> None:
    """Raise ImportProblem for what an editor could not have written either, with the line where it stands."""
    generated = [field.name for field in article._meta.fields if not field.editable]
    try:
        article.full_clean(exclude=[*generated, "created_by"], validate_constraints=False)
    except ValidationError as problem:
        name, messages = next(iter(problem.message_dict.items()))
        raise ImportProblem(f"{name}：{messages[0]}", line=file.given.get(name)) from problem
    if any(len(tag) > LONGEST_TAG for tag in file.tags):
        raise ImportProblem(f"tags：标签最多 {LONGEST_TAG} 字", line=file.given.get("tags"))
    if article.cover and not article.cover_alt:
        raise ImportProblem("请为题图写一句说明（cover_alt），看不见图片的读者要靠它。", line=file.given.get("cover"))


def _redirect(old: int, article: Article) -> None:
    """Lead from the address where the guide was to the one where it is."""
    old_path = reverse("articles:article", args=[old, pinyin_slug(article.title)])
    Redirect.objects.update_or_create(path=old_path, defaults={"to": article.get_absolute_url()})


# --- A guide that is here already ----------------------------------------------------------------------------------


def _changes(job: Import, article: Article, file: GuideFile) -> dict[str, Any]:
    """Return what the file says otherwise than the guide, by the guide's fields; tags as an editor would write them."""
    said = {name: getattr(file, name) for name in PLAIN if name in file.given}
    if article.body != file.body:
        said["body"] = _with_links_here(job, file.body)
    if "source" in file.given:
        said["source"] = "\n".join(file.source)
    if "category" in file.given:
        said["category"] = _category(file)
    changes = {name: value for name, value in said.items() if getattr(article, name) != value}
    if "tags" in file.given and {tag.name.lower() for tag in article.tags.all()} != {tag.lower() for tag in file.tags}:
        changes["tags"] = file.tags
    if file.cover and not is_kept(article.cover.name or "", job.archive.read(f"media/{file.cover}")):
        changes["cover"] = file.cover
    return changes


def _update(job: Import, article: Article, file: GuideFile, changes: dict[str, Any]) -> None:
    """Make the guide as the file is. That is a revision and no correction: the file says whether readers are told."""
    revisions.keep_first(article)
    corrected_at = file.corrected_at if "corrected_at" in file.given else article.corrected_at
    tags = changes.pop("tags", None)
    if "cover" in changes:
        changes["cover"] = keep_picture(job.archive, changes["cover"], job.report)
    for name, value in changes.items():
        setattr(article, name, value)
    _check(article, file)
    article.save()
    if tags is not None:
        article.tags.set(tags)
    if article.corrected_at != corrected_at:
        article.corrected_at = corrected_at
        Article.objects.filter(pk=article.pk).update(corrected_at=corrected_at)
    revisions.record(article, by=job.by, note=NOTE)


# --- What guides say of each other ---------------------------------------------------------------------------------


def _pin(job: Import, pins: dict[int, list[int]]) -> None:
    for pk, numbers in pins.items():
        others = [job.guides[number] for number in numbers if job.guides.get(number, pk) != pk][:MOST_PINNED]
        PinnedGuide.objects.bulk_create(
            (PinnedGuide(article_id=pk, other_id=other, position=place) for place, other in enumerate(others, 1)),
            ignore_conflicts=True,
        )


def _rewrite_links(job: Import) -> None:
    """Let new guides link to each other by the numbers that they have here. That is no change that anybody made."""
    for pk in job.new:
        article = Article.objects.get(pk=pk)
        body = _with_links_here(job, article.body)
        if body == article.body:
            continue
        corrected_at, updated_at = article.corrected_at, article.updated_at
        article.body = body
        article.save()
        Article.objects.filter(pk=pk).update(corrected_at=corrected_at, updated_at=updated_at)
        article.history.update(body=body)


def _with_links_here(job: Import, body: str) -> str:
    def here(match: re.Match[str]) -> str:
        if target := renumbered(job, match[0]):
            return target
        moved = Redirect.objects.filter(Q(path=match[0]) | Q(path__begins=f"/articles/{match['number']}-"))
        for path, to in moved.order_by("pk").values_list("path", "to")[:2]:
            if GUIDE_PATH.fullmatch(to) and (path == match[0] or match[0].endswith(f"/{match['number']}/")):
                return to
        return match[0]

    return GUIDE_PATH.sub(here, body)

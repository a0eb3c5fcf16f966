"""Files coming in: each source with its importer, and what joins guides and comments."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.urls import reverse

from articles.importers.archive import Archive
from articles.importers.captured_page import read_page
from articles.importers.guides import import_guides
from articles.importers.records import ImportProblem
from articles.importers.report import Outcome, Report, part, rehearsal
from articles.importers.site import Import, import_links, import_tables, set_sequences
from articles.importers.store import store_guide
from articles.models import Article, Category
from comments.importing import store_replies
from comments.models import Comment, Expert
from comments.restoring import import_comments
from debtfaq import wordpress


@dataclass(frozen=True)
class Wishes:
    """How somebody wants a file to be imported."""

    by: User | None = None
    dry_run: bool = False
    publish: bool = False  # what the file itself does not place
    update: bool = False  # what is here already and differs
    most_guides: int | None = None  # that are imported while somebody waits
    name: str = ""  # of the file as it was called where it comes from


def import_archive(path: Path, wishes: Wishes, report: Report) -> None:
    """Import a zip or a folder that `export_site` wrote or somebody put together, or a single Markdown file."""
    with Archive(path) as archive:
        for note in archive.notes:
            report.note(note)
        guides = len(archive.names("guides/", ".md"))
        _check_size(guides, wishes, "import_archive")
        job = Import(archive, report, by=wishes.by, publish=wishes.publish, update=wishes.update)
        import_tables(job)
        import_guides(job)
        import_links(job)
        import_comments(job, may_verify=wishes.by is None or wishes.by.has_perm("comments.verify_expert"))


def import_page(path: Path, wishes: Wishes, report: Report) -> None:
    """Import a captured page, with the replies under it."""
    name = wishes.name or path.name
    with part(report, name):
        record = read_page(path)
        article, is_new = store_guide(record, source=f"网页存档 {name}", by=wishes.by)
        if is_new:
            store_replies(article, record.replies)
            if wishes.publish:
                article.publish(by=wishes.by)
        url = "" if report.dry_run else reverse("admin:articles_article_change", args=[article.pk])
        report.add(Outcome.NEW if is_new else Outcome.UNCHANGED, f"《{article.title}》", url=url)


def import_wordpress(path: Path, wishes: Wishes, report: Report) -> None:
    """Import posts and comments from the export of a WordPress site, without the files of its media."""
    _check_size(path.read_bytes().count(b"<item>"), wishes, "import_wordpress")
    for _ in wordpress.run(path, publish=wishes.publish, dry_run=wishes.dry_run, report=report):
        pass


def _check_size(guides: int, wishes: Wishes, command: str) -> None:
    if wishes.most_guides and guides > wishes.most_guides:
        raise ImportProblem(
            f"有 {guides} 篇，在这里一次最多 {wishes.most_guides} 篇；"
            f"请在服务器上用命令 python manage.py {command} 导入"
        )


Importer = Callable[[Path, Wishes, Report], None]
# By the end of the file's name. A new source is a line here.
IMPORTERS: dict[str, Importer] = {
    ".zip": import_archive,
    ".md": import_archive,
    ".txt": import_page,
    ".xml": import_wordpress,
}


def _refuse(path: Path, wishes: Wishes, report: Report) -> None:
    raise ImportProblem(f"不认识这种文件；能导入的是 {'、'.join(IMPORTERS)}")


def import_files(files: list[tuple[str, Path]], wishes: Wishes) -> Report:
    """Import files, each given by the name that a person knows and by where it lies. Tell what came of it."""
    report = Report()
    with rehearsal(report, dry_run=wishes.dry_run):
        for name, path in files:
            importer = import_archive if path.is_dir() else IMPORTERS.get(Path(name).suffix.lower(), _refuse)
            try:
                importer(path, replace(wishes, name=name), report)
            except (ImportProblem, ValidationError) as problem:
                report.add(Outcome.SKIPPED, name, str(problem), kind="文件")
    if wishes.dry_run:
        set_sequences(Article, Category, Expert, Comment)
    return report

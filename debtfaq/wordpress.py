"""Take over the posts and comments of a WordPress site from its export."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse

from articles.after_commit import gathering
from articles.importers.html import to_markdown
from articles.importers.library import Uploads
from articles.importers.records import ImportProblem
from articles.importers.report import Outcome, Report, part, rehearsal
from articles.importers.wordpress import FileRecord, PostRecord, Record, Site, read
from articles.importers.wordpress_guides import SHORTEST_TITLE, Post, title_of, write_guides
from articles.models import Article
from comments.importing import store_comments
from comments.models import Comment

BATCH = 100  # posts in one transaction: what follows a change, such as the search, does so for all of them at once

KINDS = {"post": "指南", "page": "页面"}
STATUSES = {"publish", "future", "draft", "pending"}
# What is no text of the site, and what else may be skipped.
SKIPPED_KINDS = {
    "nav_menu_item": "菜单",
    "revision": "历史版本",
    "wp_navigation": "菜单",
    "wp_block": "可重用区块",
    "wp_template": "主题的模板",
    "wp_template_part": "主题的模板",
    "wp_global_styles": "主题的样式",
    "custom_css": "主题的样式",
    "customize_changeset": "主题的设置",
}
SKIPPED_STATUSES = {"private": "私密的", "trash": "在回收站里", "auto-draft": "自动草稿", "inherit": "历史版本"}


class Told(NamedTuple):
    """What became of a post and of what was said under it."""

    post: Post
    kept: list[Comment]
    left_out: Counter[str]
    hindrance: str


def run(
    path: Path,
    *,
    media: Path | None = None,
    publish: bool = False,
    dry_run: bool = False,
    report: Report | None = None,
) -> Iterator[Report]:
    """Import the export at `path`; yield the report as it stands after every batch, and when all is done.

    Posts that were imported before stay as they are, with their comments. Raises ImportProblem if it is no export.
    """
    report = report or Report(dry_run=dry_run)
    with rehearsal(report, dry_run=dry_run), gathering() as gathered:
        site = Site()
        desk = _Desk(report, site, Uploads(media, report, dry_run=dry_run), publish=publish)
        records = read(path, site)
        while batch := list(islice(records, BATCH)):
            with transaction.atomic():
                desk.take(batch)
            yield report
        desk.tell_what_was_lost()
    yield report
    for work, article_ids in gathered.items():
        for chunk in _batched(article_ids):
            work(chunk)
            yield report


class _Desk:
    """Takes records one batch after another."""

    def __init__(self, report: Report, site: Site, uploads: Uploads, *, publish: bool) -> None:
        self.report, self.site, self.uploads, self.publish = report, site, uploads, publish
        self.lost: Counter[str] = Counter()

    def take(self, batch: list[Record]) -> None:
        keys = [record.key for record in batch if isinstance(record, PostRecord)]
        known = set(Article.objects.filter(import_key__in=keys).values_list("import_key", flat=True))
        new: list[PostRecord] = []
        for record in batch:
            if isinstance(record, ImportProblem):
                self.report.add(Outcome.SKIPPED, "文件", record.reason, record.line)
            elif isinstance(record, FileRecord):
                self._take_file(record)
            elif reason := _why_not(record):
                what = record.title or f"编号 {record.number}"
                self.report.add(Outcome.SKIPPED, what, reason, record.line, kind=KINDS.get(record.kind, "其他内容"))
            elif record.key in known:
                self.report.add(Outcome.UNCHANGED, title_of(record), line=record.line, kind=KINDS[record.kind])
            else:
                known.add(record.key)
                new.append(record)
        self._take_posts(new)

    def _take_posts(self, records: list[PostRecord]) -> None:
        """Import posts together; if the database refuses one of them, one by one."""
        try:
            with transaction.atomic():
                told = self._write([self._read(record) for record in records])
        except (DatabaseError, ImportProblem):
            for record in records:
                with part(self.report, title_of(record), kind=KINDS[record.kind], line=record.line):
                    told = self._write([self._read(record)])
                    self._tell(told)
        else:
            self._tell(told)

    def _read(self, record: PostRecord) -> Post:
        return Post(record, to_markdown(record.body, picture=self.uploads.picture, link=self._link))

    def _write(self, posts: list[Post]) -> list[Told]:
        write_guides(posts)
        comments = store_comments([(post.article, post.record.comments) for post in posts])
        return [
            Told(post, kept, left_out, self._publish(post))
            for post, (kept, left_out) in zip(posts, comments, strict=True)
        ]

    def _publish(self, post: Post) -> str:
        """Publish what was public on the old site if that is asked for; return why it is left to an editor."""
        if not self.publish or not post.was_public:
            return ""
        if post.record.kind != "post":
            return "页面存为草稿"
        if len(post.article.title) < SHORTEST_TITLE:
            return "标题太短，存为草稿"
        try:
            post.article.publish(by=None)
        except ValidationError as problem:
            return f"存为草稿：{problem.messages[0]}"
        return ""

    def _tell(self, told: list[Told]) -> None:
        for post, kept, left_out, hindrance in told:
            article, record = post.article, post.record
            self.lost.update(post.body.lost)
            said = [*(f"去掉了{what}" for what in post.body.lost), *([hindrance] if hindrance else [])]
            url = reverse("admin:articles_article_change", args=[article.pk])
            self.report.add(Outcome.NEW, article.title, "；".join(said), record.line, kind=KINDS[record.kind], url=url)
            for comment in kept:
                self.report.add(Outcome.NEW, str(comment), comment.get_status_display(), record.line, kind="评论")
            for reason in left_out.elements():
                self.report.add(Outcome.SKIPPED, f"《{article.title}》下的评论", reason, record.line, kind="评论")

    def _take_file(self, record: FileRecord) -> None:
        what = record.title or record.url
        if self.uploads.picture(record.url, record.alt) is not None:
            self.report.add(Outcome.NEW, what, line=record.line, kind="文件")
            return
        reason = "不是图片，或者没有找到文件" if self.uploads.folder else "没有指定上传文件夹（--media）"
        self.report.add(Outcome.SKIPPED, what, reason, record.line, kind="文件")

    def _link(self, address: str) -> str:
        """Let links within the old site be links within this one; the old addresses are redirected."""
        try:
            parts = urlsplit(address)
        except ValueError:
            return address
        if self.site.host and (parts.hostname or "").removeprefix("www.") == self.site.host and parts.path.strip("/"):
            return parts._replace(scheme="", netloc="").geturl()
        return address

    def tell_what_was_lost(self) -> None:
        for what, number in self.lost.most_common():
            self.report.note(f"{number} 篇里去掉了{what}")


def _why_not(record: PostRecord) -> str:
    if record.kind not in KINDS:
        return SKIPPED_KINDS.get(record.kind, f"“{record.kind}”类的内容")
    if record.status not in STATUSES:
        return SKIPPED_STATUSES.get(record.status, f"状态“{record.status}”不明")
    return "有密码保护" if record.has_password else ""


def _batched(numbers: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(numbers)
    while batch := list(islice(rest, BATCH)):
        yield batch

"""Guides as Markdown files: read and written without loss, whatever is in them, and imported with care."""

import datetime as dt
import io
import stat
import zipfile
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Picture

from articles.export import export
from articles.importers.archive import Archive
from articles.importers.guides import import_guides
from articles.importers.markdown import GuideFile, dump, parse
from articles.importers.records import ImportProblem
from articles.importers.report import Outcome, Report, rehearsal
from articles.importers.site import Import, import_links, import_tables
from articles.models import Article, Category, Redirect, Tag, Term
from tests.factories import ArticleFactory, CategoryFactory

GUIDE = """---
title: 信用卡逾期以后怎么办
category: 协商还款
tags: [信用卡, 协商]
summary: 先打客服电话。
---

先把欠款列成一张表。
"""
TRAPS = ["yes", "on", "~", "null", "2026-11-01", "1e3", "0x1f", "a: b", "- a", "#a", "&a", "*a", "!a", "%a", "@", "`"]
texts = st.one_of(st.sampled_from(TRAPS), st.text(st.characters(exclude_characters="\0\r", exclude_categories=["Cs"])))
known_moments = st.integers(0, 10**10).map(lambda seconds: dt.datetime.fromtimestamp(seconds / 7, dt.UTC))
moments = st.none() | known_moments
tags = st.lists(texts.map(str.strip).filter(bool), unique=True)
counts = st.dictionaries(st.dates(dt.date(1970, 1, 1), dt.date(2990, 1, 1)), st.integers(0, 10**9), max_size=3)


# --- One file ------------------------------------------------------------------------------------------------------


@given(
    st.builds(
        GuideFile,
        title=texts.filter(lambda text: text not in {"", "~"}) | st.just("~"),
        body=texts,
        id=st.none() | st.integers(1, 10**9),
        category=texts,
        tags=tags,
        summary=texts,
        byline=texts,
        source=st.lists(texts),
        published_at=moments,
        created_at=moments,
        review_by=st.none() | st.dates(),
        corrections=st.dictionaries(known_moments, texts.filter(bool), max_size=2),
        daily_views=counts,
        views=st.integers(0, 10**9),
    )
)
def test_every_guide_is_read_as_it_was_written(guide):
    assert parse(dump(guide)) == guide


def test_what_people_write_is_taken_as_they_mean_it():
    guide = parse(
        "---\ntitle: 2026\ntags: 信用卡，征信\ndate: 2026-11-01\nsource: |-\n  甲\n  乙\n---\n\n正文\n".replace(
            "\n", "\r\n"
        )
    )
    assert (guide.title, guide.tags, guide.source, guide.body) == ("2026", ["信用卡", "征信"], ["甲", "乙"], "正文\n")
    assert guide.published_at.isoformat() == "2026-11-01T00:00:00+08:00"
    assert parse("# 没有说明的文件\n\n正文").title == "没有说明的文件"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "没有标题"),
        ("---\ntitle: a", "没有结束"),
        ("---\nsummary: a\n---\n", "没有标题"),
        ("---\ntitle: a\nreview_by: 明天\n---\n", "第 3 行：review_by：日期“明天”不对"),
        ("---\ntitle: a\nviews: -1\n---\n", "第 3 行：views"),
        ("---\ntitle: {a: b}\n---\n", "第 2 行：title：应为一段文字"),
        ("---\ntitle: [a\n---\n", "不是 YAML"),
        ("---\ntitle: &a [*a]\n---\n", "应为一段文字"),
        ('---\ntitle: "a\\0b"\n---\n', "不能保存"),
        ("---\n- a\n---\n", "第 2 行：文件开头的说明应为"),
    ],
)
def test_a_wrong_file_is_told_with_its_line(text, told):
    with pytest.raises(ImportProblem) as problem:
        parse(text)
    assert told in str(problem.value)


# --- Archives that nobody should trust -----------------------------------------------------------------------------


def zipped(folder: Path, files: dict[str, bytes | str]) -> Path:
    path = folder / "guides.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def imported(path: Path, **wishes) -> Report:
    report = Report()
    with rehearsal(report, dry_run=wishes.pop("dry_run", False)), Archive(path) as archive:
        job = Import(archive, report, **wishes)
        for note in archive.notes:
            report.note(note)
        import_tables(job)
        import_guides(job)
        import_links(job)
    return report


def test_nothing_leads_out_of_an_archive(tmp_path):
    link = zipfile.ZipInfo("guides/link.md")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = zipped(tmp_path, {"../evil.md": "a", "/etc/evil.md": "a", "guides\\evil.md": "a", "guides/1-a.md": "a"})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    with Archive(path) as archive:
        assert archive.names() == ["guides/1-a.md"]
        assert len(archive.notes) == 4
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/link.md").symlink_to("/etc/passwd")
    with Archive(tmp_path / "folder") as archive:
        assert archive.names() == []


def test_a_bomb_is_not_unpacked(tmp_path):
    path = zipped(tmp_path, {"guides/1-a.md": b" " * 60_000_000})
    with Archive(path) as archive, pytest.raises(ImportProblem, match="文件太大"):
        archive.text("guides/1-a.md")
    bomb = "\n".join(["- &a0 [x, x]", *(f"- &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60))])
    with Archive(zipped(tmp_path, {"tags.yaml": bomb})) as archive, pytest.raises(ImportProblem, match="别名"):
        archive.table("tags.yaml")


@pytest.mark.django_db
def test_a_zip_that_breaks_off_gives_what_is_whole(tmp_path):
    ArticleFactory.create_batch(6)
    whole = io.BytesIO()
    export(Article.objects.all(), whole)
    Article.objects.all().delete()
    with zipfile.ZipFile(whole) as archive:
        fourth = sorted(info.header_offset for info in archive.infolist() if info.filename.startswith("guides/"))[3]
    broken = tmp_path / "broken.zip"
    broken.write_bytes(whole.getvalue()[: fourth + 60])
    report = imported(broken)
    assert report.count(Outcome.NEW, "指南") == Article.objects.count() == 3
    assert [note for note in report.notes if "应有指南 6 篇，文件里只有 3 篇" in note]
    assert [note for note in report.notes if "断开" in note]


# --- Guides --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_one_bad_guide_is_told_and_the_others_come_in(tmp_path, chief):
    files = {
        "guides/a.md": GUIDE,
        "guides/b.md": GUIDE.replace("信用卡逾期以后怎么办", "短"),
        "guides/c.md": GUIDE.replace("以后", "之后").replace("summary: ", "status: secret\nsummary: "),
        "guides/d.md": GUIDE.replace("以后", "当天").replace("summary: ", "cover: ../../a.jpg\nsummary: "),
        "guides/e.md": b"\xff\xfe\x00",
    }
    report = imported(zipped(tmp_path, files), by=chief)
    assert Article.objects.get().created_by == chief
    assert (report.count(Outcome.NEW, "指南"), report.count(Outcome.SKIPPED)) == (1, 4)
    told = report.as_text()
    assert "guides/b.md（第 2 行）：title：" in told
    assert "没有“secret”这种状态" in told
    assert "图片的名称" in told
    assert "guides/e.md：不是文本文件" in told


@pytest.mark.django_db
def test_a_file_comes_in_once_and_changes_a_guide_only_if_asked(tmp_path, chief):
    path = tmp_path / "a.md"
    path.write_text(GUIDE, encoding="utf-8")
    assert imported(path, by=chief, publish=True).count(Outcome.NEW, "指南") == 1
    article = Article.objects.get()
    assert (article.is_public, article.corrected_at, article.history.count()) == (True, None, 1)
    assert imported(path).count(Outcome.UNCHANGED, "指南") == 1
    path.write_text(GUIDE.replace("一张表", "两张表"), encoding="utf-8")
    assert "内容不同" in imported(path).as_text()
    assert imported(path, update=True, by=chief).count(Outcome.UPDATED, "指南") == 1
    article = Article.objects.get()
    assert ("两张表" in article.body, "两张表" in article.body_html, article.corrected_at) == (True, True, None)
    newest, first = article.history.all()
    assert (newest.history_user, newest.history_change_reason, "一张表" in first.body) == (chief, "从文件导入", True)
    assert article.summary == "先打客服电话。"


@pytest.mark.django_db
def test_a_dry_run_leaves_nothing(tmp_path):
    files = {"guides/a.md": GUIDE.replace("summary:", "cover: covers/a.png\ncover_alt: 图\nsummary:")}
    files["media/covers/a.png"] = png()
    report = imported(zipped(tmp_path, files), dry_run=True)
    assert report.count(Outcome.NEW, "指南") == 1
    assert not Article.objects.exists()
    assert not Tag.objects.exists()
    assert not default_storage.exists("covers/a.png")
    imported(zipped(tmp_path, files))
    assert default_storage.exists("covers/a.png")


def png(size: int = 4) -> bytes:
    content = io.BytesIO()
    Picture.new("RGB", (size, size), "teal").save(content, "PNG")
    return content.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("content", [b"<svg onload=alert(1)>", png()[:40], b"GIF89a", b""])
def test_what_is_no_picture_is_not_kept(tmp_path, content):
    text = GUIDE.replace("summary:", "cover: covers/a.png\ncover_alt: 图\nsummary:")
    report = imported(zipped(tmp_path, {"guides/a.md": text, "media/covers/a.png": content}))
    assert "损坏，或不是 PNG 格式" in report.as_text()
    assert not Article.objects.exists()
    assert not default_storage.exists("covers/a.png")


@pytest.mark.django_db
def test_a_guide_whose_number_is_taken_gets_another_and_links_follow(tmp_path, django_capture_on_commit_callbacks):
    first = ArticleFactory(published=True, title="第一篇指南")
    second = ArticleFactory(published=True, title="第二篇指南", body=f"见[第一篇]({first.get_absolute_url()})。")
    first.body = f"见[第二篇](/articles/{second.pk}/)。"
    first.save()
    first.pinned_guides.create(other=second, position=1)
    Article.objects.update(corrected_at=None)
    old = [first.pk, second.pk]
    path = tmp_path / "site.zip"
    with path.open("wb") as target:
        export(Article.objects.all(), target, is_whole=True)
    Article.objects.all().delete()
    for pk in old:
        Article(pk=pk, title="别的指南占了编号").save()
    imported(path)
    first, second = (Article.objects.get(title=title) for title in ("第一篇指南", "第二篇指南"))
    assert not {first.pk, second.pk} & set(old)
    assert first.get_absolute_url() in second.body
    assert second.get_absolute_url() in first.body_html
    assert (first.corrected_at, first.history.count(), first.history.get().body) == (None, 1, first.body)
    assert first.pinned_guides.get().other == second
    moved = dict(Redirect.objects.values_list("path", "to"))
    assert moved[f"/articles/{old[0]}-{first.slug}/"] == first.get_absolute_url()
    again = imported(path)
    assert (again.count(Outcome.UNCHANGED, "指南"), again.is_changing) == (2, False)
    ArticleFactory()  # numbers go on behind those that came


@pytest.mark.django_db
def test_a_guide_comes_back_as_it_was(tmp_path):
    article = ArticleFactory(published=True, tags=["征信", "2026"], source="甲\n\n 乙", review_by=dt.date(2027, 1, 1))
    Article.objects.update(created_at=timezone.now() - dt.timedelta(days=9), corrected_at=timezone.now())
    article = Article.objects.get()
    Term.objects.create(term="催收", meaning="向欠款人讨要欠款", article=article)
    CategoryFactory(name="没有指南的分类", stage="催收")
    before = {f.name: getattr(article, f.name) for f in Article._meta.fields if f.name != "import_key"}
    path = tmp_path / "site.zip"
    with path.open("wb") as target:
        export(Article.objects.all(), target, is_whole=True)
    for model in (Term, Article, Tag, Category):
        model.objects.all().delete()
    imported(path)
    back = Article.objects.get()
    assert {name: getattr(back, name) for name in before} == before
    assert [tag.name for tag in back.tags.all()] == ["征信", "2026"]
    assert Term.objects.get().article == back
    assert Category.objects.get(name="没有指南的分类").stage == "催收"


@pytest.mark.django_db
def test_guides_in_the_trash_stay_there_and_a_part_names_no_others():
    kept, trashed = ArticleFactory(), ArticleFactory()
    trashed.trash(by=None)
    target = io.BytesIO()
    assert export(Article.objects.all(), target) == 1
    with zipfile.ZipFile(target) as archive:
        names = archive.namelist()
        assert kept.category.name in archive.read("categories.yaml").decode()
        assert trashed.category.name not in archive.read("categories.yaml").decode()
    assert [name for name in names if name.startswith("guides/")] == [f"guides/{kept.pk}-{kept.slug}.md"]
    assert "glossary.yaml" not in names


def test_the_report_does_not_grow_with_the_source():
    report = Report(most_rows=5)
    for number in range(1000):
        report.add(Outcome.SKIPPED, f"第 {number} 篇", f"原因 {number}")
    assert (len(report.rows), report.count(Outcome.SKIPPED), report.untold) == (5, 1000, 995)
    assert len(report.reasons) <= 31

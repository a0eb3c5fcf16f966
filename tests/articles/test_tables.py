"""Guides and comments as tables: out to a spreadsheet, and for what describes guides back again."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from articles import table_files
from articles.importers.records import ImportProblem
from articles.models import Article
from articles.table_files import plain, safe
from tests.factories import ArticleFactory, CategoryFactory, CommentFactory

IMPORT = "admin:articles_article_import_table"


@pytest.fixture
def desk(client, chief_editor):
    client.force_login(chief_editor)
    return client


def chosen(desk, model: str, form: str, *pks: int):
    data = {"action": f"export_{form}", "_selected_action": pks}
    return desk.post(reverse(f"admin:{model}_changelist"), data)


def as_csv(response) -> list[dict[str, str]]:
    text = b"".join(response.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:], newline="")))


def sent(desk, text: str | bytes, *, dry_run: bool = False):
    content = text if isinstance(text, bytes) else text.encode()
    data = {"file": SimpleUploadedFile("guides.csv", content)} | ({"dry_run": "on"} if dry_run else {})
    return desk.post(reverse(IMPORT), data)


@pytest.mark.parametrize("value", ["=1+1", "+86", "-5%", "@x", "\t=1", "\r=1", '=HYPERLINK("x")'])
def test_no_cell_is_a_formula(value):
    assert safe(value) == f"'{value}"
    assert plain(safe(value)) == value.strip() if value.strip() == value else plain(safe(value)) == value


@pytest.mark.parametrize(("value", "cell"), [(-3, -3), (0, 0), ("a=1", "a=1"), ("'好'", "'好'"), (None, "")])
def test_other_cells_stay_as_they_are(value, cell):
    assert safe(value) == cell


@pytest.mark.django_db
def test_chosen_guides_go_out(desk):
    one = ArticleFactory(title="=SUM(A1)怎么办", published=True, tags=["征信", "分期"])
    other, _ = ArticleFactory(), ArticleFactory()
    found = as_csv(chosen(desk, "articles_article", "csv", one.pk, other.pk))
    assert [row["编号"] for row in found] == [str(one.pk), str(other.pk)]
    assert found[0]["标题"] == "'=SUM(A1)怎么办"
    assert (found[0]["标签"], found[0]["状态"], found[0]["分类"]) == ("分期，征信", "已发布", one.category.name)
    assert found[0]["网址"].endswith(one.get_absolute_url())
    assert found[1]["网址"] == ""


@pytest.mark.django_db
def test_xlsx_holds_numbers_and_no_formulas(desk):
    guide = ArticleFactory(title="+1 怎么办才好")
    response = chosen(desk, "articles_article", "xlsx", guide.pk)
    sheet = load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    head, row = sheet.iter_rows()
    assert (head[0].value, row[0].value, row[1].value) == ("编号", guide.pk, "'+1 怎么办才好")
    assert {cell.data_type for cell in row} <= {"n", "s", "inlineStr"}


@pytest.mark.django_db
def test_too_many_rows_for_xlsx_are_told(desk, monkeypatch):
    monkeypatch.setattr(table_files, "MOST_IN_XLSX", 1)
    guides = [ArticleFactory() for _ in range(2)]
    response = chosen(desk, "articles_article", "xlsx", *(guide.pk for guide in guides))
    response = desk.get(response.url)
    assert "XLSX 装不下" in response.content.decode()


@pytest.mark.django_db
def test_comments_go_out_without_what_identifies_their_writers(desk):
    comment = CommentFactory(code="ABCDEFGHJK", address_hash="f" * 32, nickname="@小周", approved=True)
    response = chosen(desk, "comments_comment", "csv", comment.pk)
    text = b"".join(response.streaming_content).decode()
    assert "'@小周" in text
    assert comment.article.title in text
    assert "ABCDEFGHJK" not in text
    assert "ffff" not in text


@pytest.mark.django_db
def test_queries_do_not_grow_with_the_rows(django_assert_num_queries, tmp_path, monkeypatch):
    for number in range(4):
        ArticleFactory(tags=[f"标签{number}"])
        CommentFactory()
    monkeypatch.setattr(table_files, "BATCH", 100)
    with django_assert_num_queries(3):  # guides, their tags, and that there are no more
        call_command("export_table", "guides", str(tmp_path / "guides.csv"))
    with django_assert_num_queries(2):
        call_command("export_table", "comments", str(tmp_path / "comments.xlsx"))
    lines = (tmp_path / "guides.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 9
    with pytest.raises(CommandError, match="结尾"):
        call_command("export_table", "guides", str(tmp_path / "guides.txt"))


@pytest.mark.django_db
def test_a_table_changes_what_describes_guides(desk, chief_editor):
    guide, category = ArticleFactory(published=True, tags=["旧标签"]), CategoryFactory(name="协商")
    before = Article.objects.get(pk=guide.pk)
    table = f"编号,标题,分类,标签,复核日期,状态\n{guide.pk},新的标题在这里,协商,征信，分期,2027-01-02,草稿\n"
    said = sent(desk, table, dry_run=True).content.decode()
    assert f"标题：“{guide.title}” → “新的标题在这里”" in said
    assert "标签：“旧标签” → “分期，征信”" in said
    assert "试运行" in said
    assert Article.objects.get(pk=guide.pk).title == before.title
    assert not guide.history.exists()
    sent(desk, table)
    guide = Article.objects.get(pk=guide.pk)
    assert (guide.title, guide.category, str(guide.review_by)) == ("新的标题在这里", category, "2027-01-02")
    assert {tag.name for tag in guide.tags.all()} == {"征信", "分期"}
    assert (guide.status, guide.summary, guide.body) == ("published", before.summary, before.body)
    newest, first = guide.history.all()
    assert (newest.history_user, newest.history_change_reason) == (chief_editor, "从表格导入")
    assert first.title == before.title
    assert "未变" in sent(desk, table).content.decode()
    assert guide.history.count() == 2


@pytest.mark.django_db
def test_what_was_exported_changes_nothing(desk, tmp_path):
    ArticleFactory(title="-5% 的利息怎么算", published=True, tags=["征信"])
    ArticleFactory(category=None, summary="")
    path = tmp_path / "guides.xlsx"
    call_command("export_table", "guides", str(path))
    said = sent(desk, path.read_bytes())
    assert said.context["report"].table == [("指南", [0, 0, 2, 0])]


@pytest.mark.django_db
def test_wrong_rows_are_told_and_the_others_imported(desk):
    guides = [ArticleFactory(published=True) for _ in range(5)]
    trashed = ArticleFactory()
    trashed.trash(by=None)
    table = Workbook(write_only=True)
    sheet = table.create_sheet()
    for row in (
        ["编号", "标题", "分类", "复核日期"],
        [guides[0].pk, "短", guides[0].category.name, None],
        [guides[1].pk, "改好的新标题", "没有的分类", None],
        [guides[2].pk, "改好的新标题", "", None],
        [guides[3].pk, "改好的新标题", guides[3].category.name, "明天"],
        [987654321, "改好的新标题", "", None],
        [trashed.pk, "改好的新标题", "", None],
        [guides[4].pk, "改好的新标题", guides[4].category.name, None],
    ):
        sheet.append(row)
    file = io.BytesIO()
    table.save(file)
    report = sent(desk, file.getvalue()).context["report"]
    told = {row.line: row.reason for row in report.rows}
    assert told[2].startswith("标题：确保该变量至少")
    assert "__all__" not in told[4]
    assert "没有分类“没有的分类”" in told[3]
    assert "已发布的指南必须有发布时间和分类" in told[4]
    assert "日期“明天”不对" in told[5]
    assert "没有编号为“987654321”的指南" in told[6]
    assert "没有编号为" in told[7]
    assert [guide.title for guide in Article.objects.filter(title="改好的新标题")] == ["改好的新标题"]


@pytest.mark.django_db
def test_what_is_no_table_is_told(desk):
    for content, reason in [
        (b"\xff\xfe\x00", "编码"),
        (b"a\0b", "不是 CSV"),
        (b"PK\x03\x04 broken", "读不出来"),
        (b"\n", "空的"),
        ("标题\n没有编号".encode(), "没有“编号”这一列"),
    ]:
        assert reason in sent(desk, content).content.decode()


def test_files_are_read_with_a_limit(monkeypatch):
    monkeypatch.setattr(table_files, "MOST_READ", 2)
    with pytest.raises(ImportProblem, match="一次最多 2 行"):
        table_files.read(io.BytesIO("编号\n1\n2\n3\n".encode()))
    monkeypatch.setattr(table_files, "LARGEST_READ", 2)
    with pytest.raises(ImportProblem, match="太大"):
        table_files.read(io.BytesIO(b"123"))


def test_tables_of_old_excel_are_read():
    assert table_files.read(io.BytesIO("编号,标题\n1,协商\n".encode("gb18030"))) == [(2, {"编号": "1", "标题": "协商"})]

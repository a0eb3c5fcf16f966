"""The page of the desk where files come in and go out."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from articles.models import Article
from comments.models import Comment, Expert
from tests import wxr
from tests.articles.test_captured_page import PAGE
from tests.articles.test_markdown_files import GUIDE
from tests.articles.test_pages import text_of
from tests.factories import ArticleFactory, CommentFactory, ExpertFactory

pytestmark = pytest.mark.django_db


def send(client, *files: tuple[str, str | bytes], **wishes):
    uploads = [SimpleUploadedFile(name, c if isinstance(c, bytes) else c.encode()) for name, c in files]
    return client.post(reverse("admin:transfer_import"), {"uploads": uploads, **wishes})


def test_several_files_at_once_first_for_trial(client, chief_editor):
    client.force_login(chief_editor)
    files = [("甲.md", GUIDE), ("page.txt", PAGE), ("b.md", "没有标题")]
    tried = text_of(send(client, *files, dry_run="试运行"))
    assert "这是试运行，什么也没有改动" in tried
    assert "指南 2 0 0 1" in tried
    assert not Article.objects.exists()
    response = send(client, *files)
    assert "b.md" in text_of(response)
    assert {article.created_by for article in Article.objects.all()} == {chief_editor}
    article = Article.objects.get(title="信用卡逾期以后怎么办")
    assert reverse("admin:articles_article_change", args=[article.pk]) in response.content.decode()
    assert article.status == Article.Status.DRAFT
    assert "指南 0 0 2 1" in text_of(send(client, *files, publish="on"))


def test_a_wordpress_export_comes_in_at_the_desk_too(client, chief_editor, tmp_path):
    client.force_login(chief_editor)
    path = tmp_path / "export.xml"
    wxr.write(path, 5)
    files = [("export.xml", path.read_bytes())]
    assert "什么也没有改动" in text_of(send(client, *files, dry_run="试运行"))
    assert (Article.objects.count(), Comment.objects.count()) == (0, 0)
    send(client, *files)
    assert (Article.objects.count(), Comment.objects.count()) == (5, 10)


@pytest.mark.parametrize(
    ("files", "told"),
    [([], "请选要导入的文件"), ([("a.exe", b"MZ")], "不认识这种文件：a.exe"), ([("a.zip", b"PK")], "不是 zip 文件")],
)
def test_what_cannot_be_imported_is_told(client, chief_editor, files, told):
    client.force_login(chief_editor)
    response = send(client, *files)
    assert response.status_code == 200
    assert told in text_of(response)


def test_guides_go_out_with_what_is_said_under_them_for_those_who_may_see_it(client, chief_editor, author):
    comment = CommentFactory(approved=True, address_hash="secret-network", code="SECRETCODE")
    withdrawn = CommentFactory(article=comment.article, body="收回的话")
    withdrawn.withdraw()
    other = ArticleFactory()
    chosen = {"action": "export_selected", "_selected_action": [comment.article_id]}

    def files() -> dict[str, str]:
        response = client.post(reverse("admin:articles_article_changelist"), chosen)
        with zipfile.ZipFile(io.BytesIO(response.getvalue())) as archive:
            return {name: archive.read(name).decode() for name in archive.namelist()}

    client.force_login(chief_editor)
    found = files()
    assert comment.body in found["comments.jsonl"]
    for secret in ("secret-network", "SECRETCODE", "收回的话", other.title):
        assert secret not in "".join(found.values())
    one = client.get(reverse("admin:articles_article_export", args=[comment.article_id]))
    assert one["Content-Disposition"].startswith('attachment; filename="guides-')
    assert one.getvalue().startswith(b"PK")
    client.force_login(author)
    assert "comments.jsonl" not in files()


def test_a_verification_is_believed_only_from_who_may_verify(client, chief_editor, chief, groups):
    expert = ExpertFactory(name="何澜")
    expert.verify(by=chief)
    CommentFactory(approved=True, expert=expert)
    client.force_login(chief)
    site = client.post(reverse("admin:transfer_export")).getvalue()
    Comment.objects.all().delete()
    Expert.objects.all().delete()
    chief_editor.groups.get().permissions.filter(codename="verify_expert").delete()
    client.force_login(chief_editor)
    assert "已核验的专家导入为未核验" in text_of(send(client, ("site.zip", site)))
    assert not Expert.objects.get().is_verified
    client.force_login(chief)
    Comment.objects.all().delete()
    Expert.objects.all().delete()
    send(client, ("site.zip", site))
    assert Expert.objects.get().is_verified
    assert Comment.objects.get().badge == "已核验"

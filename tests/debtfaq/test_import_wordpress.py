"""Taking over a WordPress site: what becomes of its posts and comments, once and again."""

import io
from pathlib import Path

import PIL.Image
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from articles.importers.wordpress_guides import write_guides
from articles.models import Article, Category, Image, IndexEntry, Redirect, RelatedGuide, Tag, TextBand
from comments.models import Comment, ModerationEvent
from tests import wxr
from tests.factories import CategoryFactory

pytestmark = pytest.mark.django_db

NEGOTIATE = wxr.category("协商", "negotiate")


@pytest.fixture
def bring_in(tmp_path: Path, django_capture_on_commit_callbacks):
    """Import an export of these items by the command; return what it printed."""

    def run(*items: str, **options) -> str:
        path = tmp_path / "export.xml"
        path.write_text(wxr.export(*items), encoding="utf-8")
        out = io.StringIO()
        with django_capture_on_commit_callbacks(execute=True):
            call_command("import_wordpress", str(path), stdout=out, **options)
        return out.getvalue()

    return run


def everything() -> list[list]:
    models = (Article, Category, Tag, Redirect, Comment, ModerationEvent, TextBand, Article.history.model)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_a_post_becomes_a_draft_with_all_that_belongs_to_it(bring_in):
    extra = NEGOTIATE + wxr.category("信用卡") + wxr.category("利息，罚息", domain="post_tag")
    bring_in(wxr.item(body="<h1>第一步</h1>\n列表。", extra=extra, path="/2020/协商/"))
    article = Article.objects.get()
    assert (article.status, article.byline, article.body) == ("draft", "林小满", "## 第一步\n\n列表。\n")
    assert article.published_at.isoformat() == "2020-03-01T08:00:00+00:00"
    assert (article.category.name, article.category.slug) == ("协商", "negotiate")
    assert {tag.name for tag in article.tags.all()} == {"信用卡", "利息 罚息"}
    assert Redirect.objects.get().path == "/2020/协商/"
    assert Redirect.objects.get().to == article.get_absolute_url()
    assert article.history.get().history_change_reason == "从 WordPress 导入"
    assert article.toc[0]["text"] == "第一步"


def test_twice_changes_nothing(bring_in):
    items = [wxr.item(n, extra=NEGOTIATE, comments=wxr.comment(n, "谢谢分享")) for n in range(1, 5)]
    bring_in(*items)
    article = Article.objects.first()
    article.title = "编辑改过的标题"
    article.save()
    before = everything()
    assert "指南：新增 0，更新 0，未变 4，跳过 0" in bring_in(*items, publish=True)
    assert everything() == before


def test_only_what_was_public_is_published_and_only_if_asked(bring_in, client):
    category = CategoryFactory(name="协商")
    items = [
        wxr.item(1, extra=NEGOTIATE),
        wxr.item(2, status="draft", extra=NEGOTIATE),
        wxr.item(3, status="future", date="2999-01-01 00:00:00", extra=NEGOTIATE),
        wxr.item(4),
        wxr.item(5, kind="page", extra=NEGOTIATE),
        wxr.item(6, title="短", extra=NEGOTIATE),
    ]
    bring_in(*items, publish=True)
    public = Article.objects.published().get()
    assert client.get(public.get_absolute_url()).status_code == 200
    assert (public.category, public.status_changes.count()) == (category, 1)
    assert Article.objects.scheduled().count() == 1
    assert IndexEntry.objects.count() == 2
    assert RelatedGuide.objects.filter(article=public).exists()
    assert Article.objects.count() == 6


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (wxr.item(kind="nav_menu_item"), "菜单"),
        (wxr.item(kind="revision", status="inherit"), "历史版本"),
        (wxr.item(kind="product"), "“product”类的内容"),
        (wxr.item(status="private"), "私密的"),
        (wxr.item(status="trash"), "在回收站里"),
        (wxr.item().replace("<wp:post_password><![CDATA[", "<wp:post_password><![CDATA[x"), "有密码保护"),
        (wxr.item(body="<div>" * 5000), "太多层了"),
        (wxr.item().replace("</wp:post_id>", "</wp:oops>"), "坏了"),
    ],
)
def test_what_is_no_guide_is_skipped_with_the_reason(bring_in, item, reason):
    told = bring_in(item, wxr.item(2))
    assert Article.objects.count() == 1
    assert reason in told
    assert "新增 1" in told


def test_titles_of_any_length(bring_in):
    bring_in(wxr.item(1, title=""), wxr.item(2, title="长" * 90))
    assert {article.title for article in Article.objects.all()} == {"无标题（原编号 1）", "长" * 79 + "…"}


def test_comments_are_masked_and_screened_as_new_ones(bring_in):
    comments = [
        wxr.comment(1, "谢谢，<b>有用</b>"),
        wxr.comment(2, "我也想问问", approved="0"),
        wxr.comment(3, "我的电话 13812345678，请联系我"),
        wxr.comment(4, "加微信 vx12345678 帮你上岸"),
        wxr.comment(5, "同问", parent=1, nickname="张律师"),
        wxr.comment(6, "再答", parent=5),
        wxr.comment(7, "垃圾", approved="spam"),
        wxr.comment(8, "丢掉", approved="trash"),
        wxr.comment(9, "引用", kind="pingback"),
        wxr.comment(10, "答垃圾", parent=7),
    ]
    told = bring_in(wxr.item(comments="".join(comments)))
    kept = {comment.body: comment for comment in Comment.objects.all()}
    approved = {body for body, comment in kept.items() if comment.status == "approved"}
    assert approved == {"谢谢，有用", "同问", "再答", "答垃圾"}
    assert not any("13812345678" in body for body in kept)
    assert {comment.status for body, comment in kept.items() if "电话" in body or "微信" in body} == {"pending"}
    assert kept["同问"].parent == kept["再答"].parent == kept["谢谢，有用"]
    assert kept["答垃圾"].parent is None
    assert (kept["同问"].nickname, kept["再答"].nickname) == ("", "小周")
    assert kept["谢谢，有用"].events.get().to_status == "approved"
    assert kept["谢谢，有用"].posted_at.isoformat() == "2020-03-02T02:00:00+00:00"
    assert Comment.objects.waiting().count() == 3
    assert all(comment.waits_since > comment.posted_at for comment in Comment.objects.waiting())
    assert not any(comment.address_hash or comment.code for comment in kept.values())
    assert "评论：新增 7，更新 0，未变 0，跳过 3" in told


def test_links_within_the_old_site_stay_within_this_one(bring_in):
    body = '<a href="https://www.old.example/2020/03/post-2/#a">旧文</a> <a href="https://other.cn/x">外</a>'
    bring_in(wxr.item(body=body))
    assert Article.objects.get().body == "[旧文](/2020/03/post-2/#a) [外](https://other.cn/x)\n"


def test_an_old_address_never_hides_a_page_of_this_site(bring_in):
    bring_in(wxr.item(1, path="/articles/"), wxr.item(2, path="/?p=2"), wxr.item(3, path="/old/"))
    assert [redirect.path for redirect in Redirect.objects.all()] == ["/old/"]


def test_a_dry_run_tells_the_same_and_changes_nothing(bring_in):
    items = [wxr.item(1, extra=NEGOTIATE, comments=wxr.comment(1, "谢谢")), wxr.item(2, status="private")]
    before = everything()
    told = bring_in(*items, dry_run=True, publish=True)
    assert everything() == before
    assert told.startswith("试运行，什么也没有改动。\n")
    assert told.split("\n", 1)[1] == bring_in(*items, publish=True)


def test_one_post_that_the_database_refuses_keeps_no_other_back(bring_in, monkeypatch):
    def write(posts):
        write_guides(posts)
        if any(post.record.number == "2" for post in posts):
            raise IntegrityError("refused")

    monkeypatch.setattr("debtfaq.wordpress.write_guides", write)
    told = bring_in(*(wxr.item(n, extra=NEGOTIATE, comments=wxr.comment(n, "谢谢")) for n in range(1, 4)))
    assert (Article.objects.count(), Comment.objects.count(), Redirect.objects.count()) == (2, 2, 2)
    assert "数据库不接受：refused" in told


def test_pictures_are_looked_for_only_below_the_folder(tmp_path, bring_in):
    uploads = tmp_path / "uploads"
    (uploads / "2020").mkdir(parents=True)
    for path in (uploads / "2020/a.jpg", tmp_path / "secret.jpg"):
        PIL.Image.new("RGB", (8, 6)).save(path)
    (uploads / "2020/c.jpg").write_text("no picture")
    address = "https://old.example/wp-content/uploads"
    names = ("2020/a-300x200.jpg", "../secret.jpg", "2020/b.jpg", "2020/c.jpg")
    images = "".join(f'<img src="{address}/{name}" alt="账单">' for name in names)
    told = bring_in(wxr.item(body=images + "完"), media=uploads)
    picture = Image.objects.get()
    assert (Article.objects.get().body, picture.alt) == (f"![账单]({picture.address.url})完\n", "账单")
    assert "1 篇里去掉了图片（没有找到文件）" in told


def test_a_file_that_is_no_export_is_told_in_one_sentence(tmp_path):
    path = tmp_path / "page.html"
    path.write_text("<html></html>")
    with pytest.raises(CommandError, match="不是 WordPress 的导出文件"):
        call_command("import_wordpress", str(path))
    with pytest.raises(CommandError, match="文件不存在"):
        call_command("import_wordpress", str(tmp_path / "none.xml"))
    with pytest.raises(CommandError, match="不是文件夹"):
        call_command("import_wordpress", str(path), media=path)


def test_queries_do_not_grow_with_the_posts(tmp_path, django_assert_max_num_queries):
    path = tmp_path / "export.xml"
    wxr.write(path, 30)
    call_command("import_wordpress", str(path), stdout=io.StringIO())  # makes the categories and tags
    wxr.write(path, 90)
    with django_assert_max_num_queries(60):
        call_command("import_wordpress", str(path), stdout=io.StringIO())
    assert (Article.objects.count(), Comment.objects.count()) == (90, 180)

"""The media library: pictures come in whole or not at all, guides show them, editors find, describe and delete them."""

import json
import re

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.storage import default_storage
from django.db import transaction
from django.urls import reverse

from articles.images import ImageProblem
from articles.models import Article, Image, Link
from articles.models.media import ImageInUse
from articles.rendering import render, sanitise
from comments.models import Expert
from tests.articles.pictures import decoded, encoded, photo, screenshot, upload
from tests.debtfaq.test_admin import form_of, messages_of
from tests.factories import ArticleFactory, ImageFactory

pytestmark = pytest.mark.django_db

UPLOAD, CHOOSE = "/admin/articles/image/upload/", "/admin/articles/image/choose/"
LIBRARY, ADD = "/admin/articles/image/", "/admin/articles/image/add/"
BOMB = b"<svg onload=alert(1)>"


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


def stored() -> set[str]:
    """Return what lies in the storage beside the pictures of links."""
    return set(default_storage.listdir("images")[1]) if default_storage.exists("images") else set()


def fetch(client, address: str, **options):
    """Return an answer with its file read and closed."""
    response = client.get(address, **options)
    response.body = response.getvalue()
    response.close()
    return response


def read(file) -> bytes:
    with file.open() as opened:
        return opened.read()


def names_of(image: Image) -> set[str]:
    return {name.removeprefix("images/") for name in image.address.names}


def changed(image: Image) -> str:
    return f"{LIBRARY}{image.pk}/change/"


# --- Coming in ---


def test_a_picture_comes_in_with_all_its_files(editor):
    image = Image.objects.add(upload(), by=editor, alt="账单")
    assert stored() == names_of(image)
    assert (image.width, image.height, image.name, image.uploaded_by) == (600, 400, "账单截图.png", editor)
    assert image.size == default_storage.size(image.file.name)
    assert image.address.url == default_storage.url(image.file.name)


def test_the_same_picture_twice_is_one(editor):
    first = Image.objects.add(upload(), by=editor)
    assert Image.objects.add(upload(name="again.png"), alt="账单") == first
    assert Image.objects.get().alt == "账单", "what the first time was not said"
    assert Image.objects.add(upload(), alt="别的").alt == "账单"
    assert stored() == names_of(first)


def test_an_import_keeps_the_address():
    image = Image.objects.add(upload(), key="0123456789abcdef")
    assert image.address.url == "/media/images/0123456789abcdef-600x400.png"
    assert stored() == names_of(image)


def test_files_that_a_crash_left_are_written_anew():
    image = Image.objects.add(upload())
    Image.objects.filter(pk=image.pk).delete()  # the files stay
    default_storage.delete(image.address.preview.removeprefix("/media/"))
    Image.objects.add(upload())
    assert stored() == names_of(image)


def test_a_failure_leaves_neither_row_nor_files(monkeypatch):
    whole, saved = default_storage.save, []

    def full_disk(name, content):
        if len(saved) == 2:
            raise OSError("No space left on device")
        saved.append(whole(name, content))
        return saved[-1]

    monkeypatch.setattr(default_storage, "save", full_disk)
    with pytest.raises(OSError, match="No space"):
        Image.objects.add(upload())
    assert len(saved) == 2
    assert not stored()
    assert not Image.objects.exists()


def test_what_is_refused_leaves_nothing():
    with pytest.raises(ImageProblem):
        Image.objects.add(upload(BOMB))
    assert not stored()


def test_deleting_a_picture_deletes_its_files(django_capture_on_commit_callbacks):
    image = Image.objects.add(upload())
    with django_capture_on_commit_callbacks(execute=True):
        image.delete()
    assert not stored()


def test_a_deletion_that_is_taken_back_keeps_the_files():
    image = Image.objects.add(upload())
    with transaction.atomic():
        image.delete()
        transaction.set_rollback(True)
    assert stored() == names_of(image)


def test_a_picture_that_a_guide_shows_cannot_be_deleted():
    image = ImageFactory()
    Link.objects.create(article=ArticleFactory(), path=image.address.url, image=image)
    with pytest.raises(ImageInUse, match="不能删除"):
        image.delete()
    assert Image.objects.exists()


# --- In guides ---

WIDE, TALL = "/media/images/0123456789abcdef-1600x900.jpg", "/media/images/0123456789abcdef-1080x2400.png"


def test_a_guide_shows_every_variant_of_a_picture():
    html = render(f"![一张“账单”]({WIDE})").html
    kinds = re.findall(r'<source type="image/(\w+)" srcset="([^"]*)" sizes="[^"]+">', html)
    assert [kind for kind, _ in kinds] == ["avif", "webp"]
    stem = "/media/images/0123456789abcdef-1600x900"
    assert kinds[0][1] == ", ".join(f"{stem}-{width}.avif {width}w" for width in (480, 800, 1200, 1600))
    [img] = re.findall("<img [^>]*>", html)
    for part in (f'src="{WIDE}"', f"{stem}-480.jpg 480w", f"{WIDE} 1600w", 'width="1600" height="900"'):
        assert part in img
    assert 'alt="一张“账单”"' in img
    assert 'loading="lazy" decoding="async"' in img
    assert 'class="tall"' not in img
    assert 'class="tall"' in render(f"![]({TALL})").html


def test_a_title_is_a_caption_where_the_picture_stands_alone():
    html = render(f'![账单]({WIDE} "最低还款额 <b>")\n\n看 ![账单]({WIDE} "说明")').html
    assert html.count("<figure>") == 1
    assert "</picture><figcaption>最低还款额 &lt;b&gt;</figcaption></figure>" in html
    assert 'title="说明"' in html


@pytest.mark.parametrize(
    "address",
    [
        *("/a.jpg", "https://example.cn/media/images/0123456789abcdef-1600x900.jpg"),
        *(WIDE.replace("cdef", "cdeg"), WIDE.replace(".jpg", ".svg"), f"{WIDE}?x", WIDE.replace("900", "0")),
    ],
)
def test_other_pictures_stay_as_they_are(address):
    assert render(f'![图]({address} "题")').html == f'<p><img src="{address}" alt="图" title="题" loading="lazy"></p>\n'


def test_a_list_of_addresses_that_is_not_ours_does_not_pass():
    assert sanitise('<img src="/a.jpg" srcset="https://evil.example/x 1x">') == '<img src="/a.jpg">'


def test_feeds_have_whole_addresses_of_pictures(client):
    ArticleFactory(published=True, body=f'![账单]({WIDE})\n\n[站内](/glossary/) 写成 src="/x" 的字')
    for feed in ("atom", "rss"):
        text = client.get(f"/feeds/{feed}.xml").content.decode()
        assert "http://127.0.0.1:8000/media/images/0123456789abcdef-1600x900-480.avif 480w, http://127.0" in text
        assert "http://127.0.0.1:8000/media/images/0123456789abcdef-1600x900.jpg" in text
        assert "http://127.0.0.1:8000/glossary/" in text
        assert not re.search(r'(?<!写成 )(src|href|srcset)=(&quot;|")/', text)
        assert re.search(r'写成 src=(&quot;|")/x', text)


def test_what_the_library_writes_is_what_the_renderer_reads(client):
    image = Image.objects.add(upload(), alt="[账单] *2026*")
    html = render(image.markdown).html
    assert 'alt="[账单] *2026*"' in html
    for address in set(re.findall(r"/media/images/[^ \",]+", html)):
        assert fetch(client, address).status_code == 200, address


# --- On the way to readers ---


def test_files_are_sent_as_pictures_and_kept_for_ever(client):
    image = Image.objects.add(upload())
    for suffix, kind in (("avif", "image/avif"), ("webp", "image/webp"), ("png", "image/png")):
        response = fetch(client, image.address.variant_url(480, suffix), headers={"accept-encoding": "gzip"})
        assert response["Content-Type"] == kind
        assert {"public", "max-age=31536000", "immutable"} <= set(response["Cache-Control"].split(", "))
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert "Content-Encoding" not in response
        assert decoded(response.body).width == 480


@pytest.mark.parametrize("name", ["x.html", "x.svg", "x"])
def test_what_is_no_picture_is_never_shown_as_a_page(client, settings, name):
    settings.MEDIA_ROOT.mkdir()
    (settings.MEDIA_ROOT / name).write_text("<script>alert(1)</script>")
    response = fetch(client, f"/media/{name}")
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == "attachment"
    assert "immutable" not in response["Cache-Control"]


@pytest.mark.parametrize("path", ["images/", "images", "../settings.py", "images/..%2f..%2fdb.sqlite3"])
def test_folders_and_what_lies_outside_are_not_shown(client, settings, path):
    (settings.MEDIA_ROOT / "images").mkdir(parents=True)
    assert client.get(f"/media/{path}").status_code in {400, 404}


# --- At the desk ---


def test_a_picture_is_put_into_a_guide(desk):
    response = desk.post(UPLOAD, {"file": upload(), "alt": " 一张 账单 "})
    assert response.status_code == 201
    image = Image.objects.get()
    said = response.json()
    assert (said["id"], said["url"], said["name"]) == (image.pk, image.address.url, "账单截图.png")
    assert (said["alt"], said["width"], said["height"]) == ("一张 账单", 600, 400)
    assert said["markdown"] == f"![一张 账单]({image.address.url})"
    assert said["preview"] == f"/media/images/{image.key}-600x400-480.webp"
    for data, said in (({}, "没有收到"), ({"file": "text"}, "没有收到"), ({"file": upload(BOMB)}, "SVG")):
        response = desk.post(UPLOAD, data)
        assert response.status_code == 400
        assert said in response.json()["error"]


def test_pictures_are_chosen_page_by_page(desk, django_assert_max_num_queries):
    images = [ImageFactory(alt=f"第{number}张账单", name="a.jpg") for number in range(25)]
    ImageFactory(alt="征信报告", name="report.png")
    with django_assert_max_num_queries(8):
        first = desk.get(CHOOSE, {"q": "账单 A.JPG"}).json()
    assert [image["id"] for image in first["images"]] == [image.pk for image in images[:0:-1]]
    assert first["more"] is True
    second = desk.get(CHOOSE, {"q": "账单", "page": "2"}).json()
    assert ([image["alt"] for image in second["images"]], second["more"]) == (["第0张账单"], False)
    assert json.loads(desk.get(CHOOSE, {"page": "x" * 9}).content)["more"] is True


def test_several_pictures_at_once_and_the_good_ones_are_kept(desk, editor):
    other = upload(encoded(screenshot(500, 300), "PNG"), "另一张.png")
    response = desk.post(ADD, {"pictures": [upload(), upload(BOMB, "坏.svg"), other]}, follow=True)
    assert response.redirect_chain == [(LIBRARY, 302)]
    said = messages_of(response)
    assert "收下了 2 张" in said
    assert "“坏.svg”没有收下：SVG" in said
    assert set(Image.objects.values_list("name", "uploaded_by")) == {
        ("账单截图.png", editor.pk),
        ("另一张.png", editor.pk),
    }
    assert LogEntry.objects.filter(action_flag=1).count() == 2
    assert "请先选图片" in desk.post(ADD).content.decode()


def test_the_library_is_searched_and_filtered(desk, editor, django_assert_max_num_queries):
    used, unused = ImageFactory(alt="账单"), ImageFactory(alt="征信报告", uploaded_by=editor)
    guides = [ArticleFactory(title=f"看账单的第{number}种方法") for number in range(2)]
    for guide in guides:
        Link.objects.create(article=guide, path=used.address.url, image=used)
    with django_assert_max_num_queries(15):
        page = desk.get(LIBRARY).content.decode()
    assert used.address.preview in page
    assert "用在 2 篇指南里" in page

    def found(query: str) -> set[int]:
        return {image.pk for image in desk.get(f"{LIBRARY}?{query}").context["cl"].result_list}

    assert found("q=征信") == found("used=no") == found(f"uploaded_by__id__exact={editor.pk}") == {unused.pk}
    assert found("used=yes") == {used.pk}
    with django_assert_max_num_queries(15):
        page = desk.get(changed(used)).content.decode()
    assert all(guide.title in page for guide in guides)


def test_alternative_text_and_name_are_changed_and_nothing_else(desk):
    image = ImageFactory()
    desk.post(changed(image), {"alt": "新的说明", "name": "新名字.jpg", "key": "f" * 16, "width": "1"})
    after = Image.objects.get()
    assert (after.alt, after.name, after.key, after.width) == ("新的说明", "新名字.jpg", image.key, image.width)


def test_only_what_no_guide_shows_is_deleted_from_the_library(desk):
    used, unused = ImageFactory(alt="用到的"), ImageFactory()
    Link.objects.create(article=ArticleFactory(), path=used.address.url, image=used)
    assert "用在 1 篇指南里" in desk.post(f"{LIBRARY}{used.pk}/delete/", {"post": "yes"}).content.decode()
    chosen = {"action": "delete_selected", "_selected_action": [used.pk, unused.pk], "post": "yes"}
    assert "用在 1 篇指南里" in desk.post(LIBRARY, chosen).content.decode()
    assert Image.objects.count() == 2
    desk.post(LIBRARY, {**chosen, "_selected_action": [unused.pk]})
    assert Image.objects.get() == used


# --- Covers and portraits ---


def test_a_cover_comes_through_the_same_gate(desk):
    polyglot = encoded(photo(2000, 1000), "JPEG", comment=b"<script>alert(1)</script>") + b"<script>alert(2)</script>"
    url, data = reverse("admin:articles_article_add"), form_of(cover_alt="账单")
    desk.post(url, {**data, "cover": upload(polyglot, "封面.html")})
    cover = Article.objects.get().cover
    content = read(cover)
    assert b"<script" not in content
    assert decoded(content).size == (1600, 800)
    assert re.fullmatch(r"covers/\d{4}/\d\d/[0-9a-f]{16}\.jpg", cover.name)
    assert "SVG" in desk.post(url, {**data, "cover": upload(BOMB)}).content.decode()


def test_a_portrait_comes_through_the_same_gate(desk):
    data = {"name": "宁问", "role": "法律顾问", "verifications-TOTAL_FORMS": 0, "verifications-INITIAL_FORMS": 0}
    desk.post(reverse("admin:comments_expert_add"), {**data, "avatar": upload(encoded(photo(), "BMP"))})
    assert not Expert.objects.exists()
    desk.post(reverse("admin:comments_expert_add"), {**data, "avatar": upload(encoded(photo(), "WEBP"))})
    assert decoded(read(Expert.objects.get().avatar)).width == 256

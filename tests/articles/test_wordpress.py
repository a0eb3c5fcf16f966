"""Reading WordPress exports: what they hold, what is broken in them, what becomes of their HTML."""

import datetime as dt
import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.importers.html import to_markdown, to_text
from articles.importers.records import ImportProblem
from articles.importers.wordpress import FileRecord, PostRecord, Site, read
from articles.rendering import render
from tests import wxr


@pytest.fixture
def reading(tmp_path: Path):
    """Read an export given as text or bytes."""

    def run(content: str | bytes, site: Site | None = None) -> list:
        path = tmp_path / "export.xml"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return list(read(path, site or Site()))

    return run


def converted(html: str, **pictures: str) -> str:
    return to_markdown(html, picture=lambda address, alt: pictures.get(address)).markdown


def test_everything_of_a_post_is_read(reading):
    site = Site()
    extra = wxr.category("协商", "negotiate") + wxr.category("未分类", "uncategorized")
    extra += wxr.category("A&amp;B", "ab", domain="post_tag")
    comments = wxr.comment(7, "谢谢", approved="0", parent=3)
    (post,) = reading(wxr.export(wxr.item(5, extra=extra, comments=comments, path="/%e5%8d%8f/")), site)
    assert (post.number, post.kind, post.status, post.byline) == ("5", "post", "publish", "林小满")
    assert (post.categories, post.tags, post.path) == ([("negotiate", "协商")], ["A&B"], "/协/")
    assert post.posted_at == dt.datetime(2020, 3, 1, 8, tzinfo=dt.UTC)
    assert [(c.number, c.parent, c.approved, c.body) for c in post.comments] == [("7", "3", "0", "谢谢")]
    assert "198.51.100.7" not in repr(post)
    assert "reader@mail.example" not in repr(post)
    assert site.host == "old.example"


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_every_version_packed_or_not(reading, version, pack):
    text = wxr.export(wxr.item()).replace("export/1.2/", f"export/{version}/")
    assert reading(pack(text.encode()))[0].title == "信用卡逾期怎么协商"


def test_old_encodings(reading):
    text = wxr.export(wxr.item()).replace('encoding="UTF-8"', 'encoding="GBK"')
    assert reading(text.encode("gbk"))[0].byline == "林小满"


def test_a_time_without_zone_is_that_of_the_site(reading):
    (post,) = reading(wxr.export(wxr.item(status="draft")))
    assert post.posted_at.isoformat() == "2020-03-01T08:00:00+08:00"


def test_files_are_told_with_their_alternative_text(reading):
    meta = (
        "<wp:attachment_url>https://old.example/wp-content/uploads/a.jpg</wp:attachment_url><wp:postmeta>"
        "<wp:meta_key>_wp_attachment_image_alt</wp:meta_key><wp:meta_value>账单</wp:meta_value></wp:postmeta>"
    )
    (file,) = reading(wxr.export(wxr.item(kind="attachment", status="inherit", extra=meta)))
    assert isinstance(file, FileRecord)
    assert (file.url[-5:], file.alt) == ("a.jpg", "账单")


def test_what_is_whole_around_broken_places_is_read(reading):
    good = [wxr.item(n) for n in range(1, 7)]
    good[1] = good[1].replace("<wp:post_id>2</wp:post_id>", "<wp:post_id>2</wp:oops>")
    good[3] = good[3].replace("</item>\n", "")
    good[4] = good[4].replace("先列", "先\x08列")
    found = reading(wxr.export(*good))
    assert [post.number for post in found if isinstance(post, PostRecord)] == ["1", "3", "5", "6"]
    lines = wxr.export(*good).split("\n")
    problems = [record for record in found if isinstance(record, ImportProblem)]
    assert [problem.line for problem in problems] == [
        next(number for number, line in enumerate(lines, 1) if "oops" in line),
        next(number for number, line in enumerate(lines, 1) if "post-5/" in line) - 2,
    ]
    assert all("坏了" in str(problem) for problem in problems)


def test_a_file_that_breaks_off_gives_what_came_before(reading):
    text = wxr.export(wxr.item(1), wxr.item(2), wxr.item(3))
    for content in (text[: text.index("post-3")].encode(), gzip.compress(text.encode(), 1)[:-9]):
        *posts, problem = reading(content)
        assert [post.number for post in posts][:2] == ["1", "2"]
        assert "断了" in problem.reason


@pytest.mark.parametrize(
    "content",
    [
        "",
        "你好",
        "<html></html>",
        "<rss><channel><item><title>x</title></item></channel></rss>",
        "<rss><channel></channel></rss>",
        b"\x1f\x8b no gzip",
        '<?xml version="1.0" encoding="no-such"?><rss/>',
    ],
)
def test_what_is_no_export_is_refused(reading, content):
    with pytest.raises(ImportProblem):
        reading(content)


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>',
        '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd">',
    ],
)
def test_document_types_are_refused(reading, doctype):
    with pytest.raises(ImportProblem, match="为安全起见不读"):
        reading(wxr.export(wxr.item(body="x")).replace("<rss", f"{doctype}<rss", 1))


@settings(deadline=None)
@given(st.integers(0, 3000), st.sampled_from(["", "<", "]]>", "&x;", "</item>", "<item>", "\x00", "</channel>"]))
def test_no_damage_is_too_much(tmp_path_factory, place, damage):
    text = wxr.export(wxr.item(1), wxr.item(2))
    path = tmp_path_factory.mktemp("damaged") / "export.xml"
    path.write_text(text[:place] + damage + text[place + 3 :], encoding="utf-8")
    try:
        list(read(path, Site()))
    except ImportProblem as problem:
        assert str(problem)  # noqa: PT017


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("第一段\n第二行\n\n第二段", "第一段  \n第二行\n\n第二段\n"),
        ("<!-- wp:paragraph -->\n<p>一</p>\n<!-- /wp:paragraph -->", "一\n"),
        ("<h1>甲</h1>文<h3>乙</h3>", "## 甲\n\n文\n\n#### 乙\n"),
        ("<h4>甲</h4><h5>乙</h5>", "## 甲\n\n### 乙\n"),
        ("<strong>注意：</strong>先停卡", "**注意**：先停卡\n"),
        ("<b>《民法典》</b> 规定", "**《民法典》** 规定\n"),
        ("<p>要<em>马上</em>还</p>", "要*马上*还\n"),
        ("<ul><li>一</li><li>二<ol><li>三</li></ol></li></ul>", "- 一\n- 二\n  1. 三\n"),
        ('<a href="https://a.cn/x_(1)">看</a>', "[看](https://a.cn/x_%281%29)\n"),
        ('<a href="javascript:alert(1)">看</a>', "看\n"),
        ('<a href=" java\nscript:alert(1)">看</a>', "看\n"),
        ("<pre><code>a &lt; b\n\n[gallery]</code></pre>", "```\na < b\n\n[gallery]\n```\n"),
        ("<table><tr><td>甲|乙</td><td>丙</td></tr></table>", "| 甲\\|乙 | 丙 |\n| --- | --- |\n"),
        ("前<!--more-->后", "前\n\n后\n"),
        ('[gallery ids="1,2"]看图', "看图\n"),
        ("[sic] 原文 [1] 与 [[gallery]]", "\\[sic\\] 原文 \\[1\\] 与 \\[gallery\\]\n"),
        ('[box color="red"]提示[/box]', "提示\n"),
        ("<script>alert(1)</script><p>文</p><style>p{}</style>", "文\n"),
        ('<iframe src="https://x.cn"></iframe>文', "文\n"),
        ("# 不是标题\n\n1. 不是列表\n\n- 也不是", "\\# 不是标题\n\n1\\. 不是列表\n\n\\- 也不是\n"),
        ("2*3*4 和 a_b_c 与 _x_", "2\\*3\\*4 和 a_b_c 与 \\_x\\_\n"),
    ],
)
def test_html_becomes_markdown(html, markdown):
    assert converted(html) == markdown


@pytest.mark.parametrize(
    "html",
    [
        '[caption id="a" width="3"]<img src="u" alt="账单"> 账单的样子[/caption]',
        '[caption caption="账单的样子"]<a href="u"><img src="u" alt="账单"></a>[/caption]',
        '<figure class="wp-block-image"><img src="u" alt="账单"/><figcaption>账单的样子</figcaption></figure>',
    ],
)
def test_pictures_and_their_captions(html):
    assert converted(html, u="/media/images/k-8x8.jpg") == "![账单](/media/images/k-8x8.jpg)\n\n账单的样子\n"
    left_out = to_markdown(html, picture=lambda address, alt: None)
    assert (left_out.markdown, left_out.lost) == ("账单的样子\n", ["图片（没有找到文件）"])


def test_words_come_through_as_they_were():
    words = "*a* _b_ `c` [d](e) <f> &lt; # g ~~h~~ ![i](j) ::: 注意 | k \\ l"
    source = f"<p>{words.replace('&', '&amp;').replace('<', '&lt;')}</p>"
    html = render(converted(source)).html
    assert to_text(html) == words


def test_too_much_is_refused():
    with pytest.raises(ImportProblem, match="一层套一层"):
        converted("<div>" * 5000)
    with pytest.raises(ImportProblem, match="万字"):
        converted("长" * 1_000_001)


@settings(deadline=None)
@given(st.text(alphabet="<>/=\"'[]!-: \nabp*_`#|&;divimgsrc", max_size=200))
def test_any_html_becomes_something(html):
    render(converted(html))
    to_text(html)

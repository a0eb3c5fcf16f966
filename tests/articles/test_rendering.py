import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.rendering import TermLink, render, sanitise


def markup(html: str) -> tuple[set[str], list[str]]:
    """Return the names of all elements and attributes, and all addresses, as a browser would find them."""
    names: set[str] = set()
    addresses: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):
            names.update([tag, *(name for name, _ in attrs)])
            addresses.extend(value or "" for name, value in attrs if name in {"href", "src"})

    Reader().feed(html)
    return names, addresses


@pytest.mark.parametrize(
    ("markdown", "level"), [("# 题", "h2"), ("## 题", "h2"), ("### 题", "h3"), ("###### 题", "h6")]
)
def test_headings_start_at_h2_because_the_page_has_the_h1(markdown, level):
    assert render(markdown).html == f'<{level} id="s-ti">题</{level}>\n'


def test_setext_headings_too():
    assert render("题\n==").html == '<h2 id="s-ti">题</h2>\n'


def test_table_of_contents_nests_and_its_anchors_are_unique():
    toc = render("# 怎么**还款**\n\n## 怎么还款\n\n### 先还\n\n#### 再谈\n\n## `LPR`").toc
    assert [(h["id"], h["text"], [c["id"] for c in h.get("children", [])]) for h in toc] == [
        ("s-zen-me-huan-kuan", "怎么还款", []),
        ("s-zen-me-huan-kuan-2", "怎么还款", ["s-xian-huan", "s-zai-tan"]),
        ("s-lpr", "LPR", []),
    ]


def test_callouts():
    html = render("::: 法条\n《民法典》\n:::\n\n::: 广告\n不是\n:::").html
    assert '<div class="callout callout-law"><p class="callout-title">法条</p>\n<p>《民法典》</p>' in html
    assert "callout-" not in html.split("</div>")[1]


def test_tables_scroll_and_say_their_headings_and_alignment_without_inline_style():
    html = render("| 项 | 元 |\n| --- | ---: |\n| 本金 | 5 |").html
    assert 'tabindex="0"' in html
    assert '<th scope="col">项</th>' in html
    assert '<td class="align-right">5</td>' in html
    assert "style=" not in html


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[点我](javascript:alert(1))",
        "[点我](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](x 'a\" onerror=\"alert(1)')",
        "::: 注意\n<iframe src=//evil></iframe>\n:::",
        '<a href="javascript:alert(1)">x</a>',
        "<svg/onload=alert(1)>",
        "[a]: javascript:alert(1)\n\n[a]",
    ],
)
def test_nothing_that_runs_survives(attack):
    names, addresses = markup(render(attack).html)
    assert names <= {"p", "a", "img", "div", "class", "alt", "src", "href", "title", "loading", "rel"}
    assert not [address for address in addresses if ":" in address]


TERMS = [
    TermLink(["催收"], "/glossary/#cui-shou", "讨债"),
    TermLink(["失信被执行人", "老赖"], "/glossary/#shi-xin", "有能力而不还的人"),
    TermLink(["被执行人"], "/glossary/#bei", "没有按判决还的人"),
]


def linked(markdown: str) -> str:
    """Return the body with each link to the glossary as [word]."""
    html = re.sub(
        r'<a href="/glossary/#[^"]*" title="[^"]*" class="term">([^<]*)</a>', r"[\1]", render(markdown, TERMS).html
    )
    return html.replace("<p>", "").replace("</p>", "").strip()


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("催收打来，催收又打来", "[催收]打来，催收又打来"),
        ("老赖就是失信被执行人，不是被执行人", "[老赖]就是失信被执行人，不是[被执行人]"),
        ("《催收指引》说的催收", "《催收指引》说的[催收]"),
        ("`催收` 和 **催收**", "<code>催收</code> 和 <strong>[催收]</strong>"),
        ("[催收](/x/)", '<a href="/x/">催收</a>'),
        ("没有这个词", "没有这个词"),
    ],
)
def test_terms_are_linked_once(markdown, expected):
    assert linked(markdown) == expected


def test_terms_in_headings_are_left_alone():
    assert linked("## 催收\n\n催收").endswith("催收</h2>\n[催收]")


def test_html_in_markdown_is_shown_as_text():
    assert render("<b>粗</b>").html == "<p>&lt;b&gt;粗&lt;/b&gt;</p>\n"


def test_what_slips_through_the_parser_is_taken_out():
    html = '<p onclick="x()" style="y">好<script>x()</script><a href="javascript:x()">点</a></p>'
    assert sanitise(html) == "<p>好<a>点</a></p>"


@given(st.text(alphabet=st.sampled_from(list("#*_`>[](){}|:-\n 1.!<>\"'&注意法条逾期a")), max_size=200))
def test_any_text_renders_without_markup_of_its_own(text):
    rendered = render(text)
    assert "<script" not in rendered.html
    assert "<h1" not in rendered.html
    assert all(f'id="{heading["id"]}"' in rendered.html for heading in rendered.toc)

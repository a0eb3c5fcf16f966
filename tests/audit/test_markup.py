"""The checks of feeds, sitemaps and JSON-LD find what is wrong, and let pass what is right."""

import json

import pytest

from tests.audit import feeds, json_ld, sitemaps
from tests.audit.crawl import Answer

BASE = "https://example.cn"

ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-CN">
  <title>债务问答</title><id>tag:example.cn,2026:site</id><updated>2026-11-01T08:00:00+08:00</updated>
  <link rel="self" href="https://example.cn/feed.xml"/><link rel="alternate" href="https://example.cn/"/>
  <entry>
    <title>逾期</title><id>tag:example.cn,2026:articles/1</id><updated>2026-11-01T00:00:00Z</updated>
    <author><name>编辑部</name></author><category term="协商"/><link href="https://example.cn/articles/1-a/"/>
    <content type="html">&lt;a href="https://example.cn/"&gt;先说结论&lt;/a&gt;</content>
  </entry>
</feed>"""

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/">
  <channel>
    <title>债务问答</title><link>https://example.cn/</link><description>先看这里</description>
    <atom:link rel="self" href="https://example.cn/feed.xml"/>
    <item>
      <title>逾期</title><link>https://example.cn/articles/1-a/</link><description>先说结论</description>
      <dc:creator>编辑部</dc:creator><pubDate>Sun, 01 Nov 2026 08:00:00 +0800</pubDate>
      <guid isPermaLink="false">tag:example.cn,2026:articles/1</guid>
    </item>
  </channel>
</rss>"""

URLSET = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
  <url><lastmod>2026-01-02</lastmod><loc>https://example.cn/articles/1-a/</loc></url>
  <url><loc>https://example.cn/</loc><lastmod>2026-01-02T03:04:05+08:00</lastmod><priority>0.5</priority></url>
</urlset>"""

GUIDE = {
    "@context": "https://schema.org",
    "@graph": [
        {
            "@type": "Article",
            "@id": "https://example.cn/articles/1-a/#article",
            "headline": "信用卡逾期怎么办",
            "datePublished": "2026-11-01T08:00:00+08:00",
            "dateModified": "2026-11-02T08:00:00+08:00",
            "author": {"@type": "Organization", "name": "编辑部"},
            "publisher": {"@type": "Organization", "name": "债务问答"},
        },
        {
            "@type": "BreadcrumbList",
            "itemListElement": [
                {"@type": "ListItem", "position": 1, "name": "首页", "item": "https://example.cn/"},
                {"@type": "ListItem", "position": 2, "name": "信用卡逾期怎么办"},
            ],
        },
        {
            "@type": "QAPage",
            "mainEntity": {
                "@type": "Question",
                "name": "最低还款还算逾期吗？",
                "answerCount": 1,
                "suggestedAnswer": {"@type": "Answer", "text": "不算。"},
            },
        },
    ],
}


def feed_problems(body: str, content_type: str) -> list[str]:
    return feeds.check(Answer(f"{BASE}/feed.xml", 200, content_type, body.encode()))[0]


def sitemap_problems(body: str) -> list[str]:
    return sitemaps.check(Answer(f"{BASE}/sitemap.xml", 200, "application/xml", body.encode()), BASE).problems


def json_ld_problems(text: str) -> list[str]:
    return json_ld.check(text, BASE)[0]


def test_what_is_right_passes():
    assert feed_problems(ATOM, "application/atom+xml") == []
    assert feed_problems(RSS, "application/rss+xml") == []
    assert sitemap_problems(URLSET) == []
    assert json_ld_problems(json.dumps(GUIDE)) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("</feed>", "", "not well formed"),
        ("<title>债务问答</title>", "", "no title"),
        ("<id>tag:example.cn,2026:site</id>", "<id>site</id>", "no absolute IRI"),
        ("<author><name>编辑部</name></author>", "", "no author"),
        ("<author><name>编辑部</name></author>", "<author><uri>https://a.cn/</uri></author>", "author: no name"),
        ("2026-11-01T00:00:00Z", "2026-11-01 00:00:00", "no RFC 3339 date"),
        ("2026-11-01T00:00:00Z", "2026-11-31T00:00:00Z", "no RFC 3339 date"),
        ('rel="self" href="https://example.cn/feed.xml"', 'rel="self" href="https://other.cn/"', "rel=self"),
        ('href="https://example.cn/articles/1-a/"', 'href="/articles/1-a/"', "no absolute URL"),
        ('&lt;a href="https://example.cn/"', '&lt;a href="/"', "relative addresses"),
        ("<entry>", "<entry><title>又</title>", "title twice"),
        ("<entry>", "<entry><pubDate/>", "unknown element pubDate"),
        ("</feed>", ATOM[ATOM.index("<entry>") :], "identifier 'tag:example.cn,2026:articles/1' twice"),
    ],
)
def test_atom(old, new, problem):
    assert any(problem in found for found in feed_problems(ATOM.replace(old, new), "application/atom+xml"))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('version="2.0"', 'version="0.91"', "version is '0.91'"),
        ("<description>先看这里</description>", "", "no description"),
        ("08:00:00 +0800", "08:00:00 CST", "no RFC 822 date"),
        ('<guid isPermaLink="false">', "<guid>", "isPermaLink"),
        ("dc:creator>", "author>", "no e-mail address"),
        ("<link>https://example.cn/articles/1-a/</link>", "<link>/articles/1-a/</link>", "no absolute URL"),
        ("<item>", "<item><updated/>", "unknown element updated"),
    ],
)
def test_rss(old, new, problem):
    assert any(problem in found for found in feed_problems(RSS.replace(old, new), "application/rss+xml"))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("schemas/sitemap/0.9", "schemas/sitemap/0.84", "the root is"),
        ("<loc>https://example.cn/</loc>", "", "no loc"),
        ("<loc>https://example.cn/</loc>", "<loc>/</loc>", "no absolute address"),
        ("<loc>https://example.cn/</loc>", "<loc>https://example.cn/债务/</loc>", "not escaped"),
        ("<loc>https://example.cn/</loc>", "<loc>https://www.example.cn/</loc>", "no absolute address"),
        ("2026-01-02T03:04:05+08:00", "2026-01-02T03:04:05", "no W3C date"),
        ("2026-01-02T03:04:05+08:00", "2999-01-02", "lies ahead"),
        ("<priority>0.5", "<priority>1.5", "priority"),
        ("</priority>", "</priority><changefreq>often</changefreq>", "changefreq"),
        ("</priority>", "</priority><priority>0.5</priority>", "priority twice"),
        ("</priority>", "</priority><title/>", "unknown element title"),
    ],
)
def test_sitemaps(old, new, problem):
    assert any(problem in found for found in sitemap_problems(URLSET.replace(old, new)))


def test_a_sitemap_has_entries_but_not_too_many():
    start, entry, end = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">', "<url/>", "</urlset>"
    assert any("entries" in found for found in sitemap_problems(start + end))
    assert any("entries" in found for found in sitemap_problems(start + entry * 50_001 + end))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("}", "", "no JSON"),
        ("https://schema.org", "http://schema.org", "@context"),
        ('"Article"', '"Artikel"', "not in the table"),
        ('"QAPage"', '"FAQPage"', "nobody but the site answers"),
        ('"headline"', '"title"', "no headline"),
        ('"headline"', '"title"', "has no property title"),
        ('"headline": "', f'"headline": "{"长" * 110}', "more than 110"),
        ("2026-11-02T08:00:00+08:00", "2026-11-02", "no ISO date"),
        ("2026-11-02T08:00:00+08:00", "2026-10-02T08:00:00+08:00", "modified before"),
        ('{"@type": "Organization", "name": "编辑部"}', '"编辑部"', "author has no name"),
        ('"position": 2', '"position": 3', "positions are [1, 3]"),
        ('"item": "https://example.cn/"', '"item": "/"', "no absolute address"),
        ("https://example.cn/articles", "https://other.cn/articles", "not of this site"),
        ('"suggestedAnswer"', '"comment"', "neither acceptedAnswer"),
        ('"answerCount": 1', '"answerCount": 2', "with 1 answers"),
    ],
)
def test_json_ld(old, new, problem):
    text = json.dumps(GUIDE, ensure_ascii=False)
    assert old in text
    assert any(problem in found for found in json_ld_problems(text.replace(old, new)))

"""Exports of WordPress sites for tests: any number of posts, the same ones every time."""

import datetime as dt
import random
from collections.abc import Iterator
from pathlib import Path

HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<!-- generator="WordPress/6.4" -->
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wfw="http://wellformedweb.org/CommentAPI/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel>
<title>旧网站</title>
<link>https://old.example</link>
<wp:wxr_version>1.2</wp:wxr_version>
<wp:base_site_url>https://old.example</wp:base_site_url>
<wp:base_blog_url>https://old.example</wp:base_blog_url>
<wp:author><wp:author_login><![CDATA[lin]]></wp:author_login><wp:author_email><![CDATA[lin@old.example]]></wp:author_email>
<wp:author_display_name><![CDATA[林小满]]></wp:author_display_name></wp:author>
"""
TAIL = "</channel>\n</rss>\n"

THINGS = ["信用卡", "网贷", "房贷", "车贷", "花呗", "借呗", "消费贷", "经营贷", "助学贷款", "民间借贷"]
DEEDS = ["逾期", "协商", "分期", "停息挂账", "催收", "起诉", "征信", "减免", "展期", "担保"]
SENTENCES = (
    "先把每一笔欠款的本金、利息和逾期天数列成一张表，再决定先还哪一笔。",
    "打官方客服电话，说明收入变化的原因，请对方登记个性化分期的申请。",
    "每一次通话都记下日期、工号和对方承诺的内容，必要时可以要求书面答复。",
    "不要用新的借款去还旧的借款，利息会越滚越多，最后更难收拾。",
    "收到法院的传票以后，一定要按时到庭，缺席判决对自己没有好处。",
    "家人不是担保人，没有替人还款的义务，对方也不能反复打扰他们。",
    "如果催收人员威胁或者辱骂，可以保存录音，向监管部门投诉。",
    "协商成功以后按时还款，中途再断一次，之前的约定就可能作废。",
)


def item(
    number: int = 1,
    *,
    title: str = "信用卡逾期怎么协商",
    body: str = "<p>先列一张表。</p>",
    kind: str = "post",
    status: str = "publish",
    date: str = "2020-03-01 08:00:00",
    path: str = "",
    extra: str = "",
    comments: str = "",
) -> str:
    gmt = "0000-00-00 00:00:00" if status in {"draft", "pending"} else date
    return f"""<item>
<title><![CDATA[{title}]]></title>
<link>https://old.example{path or f"/2020/03/post-{number}/"}</link>
<dc:creator><![CDATA[lin]]></dc:creator>
<guid isPermaLink="false">https://old.example/?p={number}</guid>
<content:encoded><![CDATA[{body}]]></content:encoded>
<excerpt:encoded><![CDATA[]]></excerpt:encoded>
<wp:post_id>{number}</wp:post_id>
<wp:post_date><![CDATA[{date}]]></wp:post_date>
<wp:post_date_gmt><![CDATA[{gmt}]]></wp:post_date_gmt>
<wp:status><![CDATA[{status}]]></wp:status>
<wp:post_type><![CDATA[{kind}]]></wp:post_type>
<wp:post_password><![CDATA[]]></wp:post_password>
{extra}{comments}</item>
"""


def comment(
    number: int, body: str, *, approved: str = "1", parent: int = 0, kind: str = "comment", nickname: str = "小周"
) -> str:
    return f"""<wp:comment>
<wp:comment_id>{number}</wp:comment_id>
<wp:comment_author><![CDATA[{nickname}]]></wp:comment_author>
<wp:comment_author_email><![CDATA[reader@mail.example]]></wp:comment_author_email>
<wp:comment_author_IP><![CDATA[198.51.100.7]]></wp:comment_author_IP>
<wp:comment_date><![CDATA[2020-03-02 10:00:00]]></wp:comment_date>
<wp:comment_date_gmt><![CDATA[2020-03-02 02:00:00]]></wp:comment_date_gmt>
<wp:comment_content><![CDATA[{body}]]></wp:comment_content>
<wp:comment_approved><![CDATA[{approved}]]></wp:comment_approved>
<wp:comment_type><![CDATA[{kind}]]></wp:comment_type>
<wp:comment_parent>{parent}</wp:comment_parent>
</wp:comment>
"""


def category(name: str, nicename: str = "", domain: str = "category") -> str:
    return f'<category domain="{domain}" nicename="{nicename or name}"><![CDATA[{name}]]></category>\n'


def export(*items: str) -> str:
    return "".join([HEAD, *items, TAIL])


def write(path: Path, count: int, *, comments: int = 2) -> None:
    """Write an export of `count` posts, each with so many comments, as a site of this kind has them."""
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD)
        file.writelines(_items(count, comments))
        file.write(TAIL)


def _items(count: int, comments: int) -> Iterator[str]:
    start = dt.datetime(2012, 1, 1, tzinfo=dt.UTC)
    for number in range(1, count + 1):
        chance = random.Random(number)
        thing, deed = chance.choice(THINGS), chance.choice(DEEDS)
        said = [
            comment(
                number * 100 + n,
                f"我的{thing}也{deed}了，{chance.choice(SENTENCES)}",
                parent=0 if n == 1 else number * 100 + 1,
            )
            for n in range(1, comments + 1)
        ]
        yield item(
            number,
            title=f"{thing}{deed}第{number}问：该怎么办",
            body=_body(chance, thing, deed),
            date=f"{start + dt.timedelta(hours=number * 5):%Y-%m-%d %H:%M:%S}",
            extra=category(deed) + category(thing, domain="post_tag") + category(deed, domain="post_tag"),
            comments="".join(said),
        )


def _body(chance: random.Random, thing: str, deed: str) -> str:
    """Return a text of about 1,000 characters, in the manner of the classic editor."""
    parts = [f"{thing}{deed}以后，<strong>先别慌</strong>。{chance.choice(SENTENCES)}\n\n<!--more-->"]
    for step in range(1, 6):
        said = "".join(chance.choices(SENTENCES, k=3))
        parts.append(f"<h2>第{step}步：{chance.choice(DEEDS)}</h2>\n{said}\n\n{chance.choice(SENTENCES)}")
        link = f'<a href="https://old.example/2020/03/post-{chance.randint(1, 99)}/">{chance.choice(THINGS)}</a>'
        parts.append(f"<ul>\n<li>{chance.choice(SENTENCES)}</li>\n<li>{link}</li>\n</ul>")
    return "\n\n".join(parts)

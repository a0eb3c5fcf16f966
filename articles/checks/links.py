"""Where the body leads."""

import re
from collections.abc import Iterator

from articles.checks.drafts import Draft
from articles.checks.problems import ERROR, WARNING, Found, check

SAYS_NOTHING = {
    "点击这里",
    "点这里",
    "点击此处",
    "点此",
    "这里",
    "此处",
    "链接",
    "网址",
    "点击查看",
    "详情",
    "查看详情",
}
BARE = re.compile(r"(?:https?://|www\.)[^\s\u3000-\u9fff，。；、）》”]+")


@check("link_broken", ERROR, "body")
def link_broken(draft: Draft) -> Iterator[Found]:
    for link in draft.links:
        if link.address in draft.known.missing:
            yield Found(f"链接“{link.text}”指向的页面不存在，或者还没有发布", link.line, link.address)


@check("picture_broken", ERROR, "body")
def picture_broken(draft: Draft) -> Iterator[Found]:
    for picture in draft.pictures:
        if picture.address in draft.known.missing:
            yield Found("图片库里没有这张图片", picture.line, picture.address)


@check("link_without_address", ERROR, "body")
def link_without_address(draft: Draft) -> Iterator[Found]:
    for link in draft.links:
        if not re.match(r"[a-z][a-z+.-]*:|/|#", link.address, re.IGNORECASE):
            why = "地址要以 https:// 或 / 开头" if link.address else "还没有地址"
            yield Found(f"链接“{link.text}”{why}", link.line, link.address)


@check("link_scheduled", WARNING, "body")
def link_scheduled(draft: Draft) -> Iterator[Found]:
    for link in draft.links:
        if link.address in draft.known.scheduled:
            yield Found(f"链接“{link.text}”指向的指南已排期，到时才能打开", link.line, link.address)


@check("link_says_nothing", WARNING, "body")
def link_says_nothing(draft: Draft) -> Iterator[Found]:
    for link in draft.links:
        if link.text.strip() in SAYS_NOTHING:
            yield Found(f"链接的文字“{link.text.strip()}”没有说通向哪里", link.line, link.address)


@check("address_bare", WARNING, "body")
def address_bare(draft: Draft) -> Iterator[Found]:
    for line in draft.text_lines:
        for match in BARE.finditer(line.text):
            yield Found("网址直接写在正文里，请写成带文字的链接", line.number, match[0][:40])

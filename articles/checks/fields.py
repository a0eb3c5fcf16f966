"""What the fields beside the body lack."""

import re
from collections.abc import Iterator

from articles.checks.drafts import Draft
from articles.checks.problems import ERROR, WARNING, Found, check

LONG_TITLE, LONGEST_TITLE = 30, 40  # Chinese characters
LONGEST_SUMMARY = 200


def width(text: str) -> int:
    """Return how many Chinese characters are as wide as the text; a Latin letter is half of one."""
    return round(sum(1 if ord(character) > 0x2E80 else 0.5 for character in text))


@check("category_missing", ERROR, "category")
def category_missing(draft: Draft) -> Iterator[Found]:
    if not draft.has_category:
        yield Found("还没有选分类")


@check("answer_missing", ERROR, "summary")
def answer_missing(draft: Draft) -> Iterator[Found]:
    if not draft.summary.strip():
        yield Found("还没有写“先说结论”")


@check("answer_too_long", ERROR, "summary")
def answer_too_long(draft: Draft) -> Iterator[Found]:
    if (length := len(draft.summary.strip())) > LONGEST_SUMMARY:
        yield Found(f"“先说结论”有 {length} 个字，请缩到 {LONGEST_SUMMARY} 个字以内，两句话最好")


@check("title_too_long", ERROR, "title")
def title_too_long(draft: Draft) -> Iterator[Found]:
    if (length := width(draft.title)) > LONGEST_TITLE:
        yield Found(f"标题有 {length} 个字宽，请缩到 {LONGEST_TITLE} 个字以内")


@check("cover_without_alt", ERROR, "cover_alt")
def cover_without_alt(draft: Draft) -> Iterator[Found]:
    if draft.has_cover and not draft.cover_alt.strip():
        yield Found("题图还没有说明，看不见图片的读者要靠它")


@check("title_long", WARNING, "title")
def title_long(draft: Draft) -> Iterator[Found]:
    if LONG_TITLE < (length := width(draft.title)) <= LONGEST_TITLE:
        yield Found(f"标题有 {length} 个字宽，超过 {LONG_TITLE} 个字的部分在搜索结果里会被截掉")


@check("title_taken", WARNING, "title")
def title_taken(draft: Draft) -> Iterator[Found]:
    if draft.known.same_title:
        yield Found("已有一篇指南用了同样的标题")


@check("answer_is_title", WARNING, "summary")
def answer_is_title(draft: Draft) -> Iterator[Found]:
    title, summary = _letters(draft.title), _letters(draft.summary)
    if title and summary.startswith(title) and len(summary) < len(title) + 10:
        yield Found("“先说结论”只是重复了标题，还没有答案")


@check("tags_missing", WARNING, "tags")
def tags_missing(draft: Draft) -> Iterator[Found]:
    if not draft.tags:
        yield Found("还没有标签")


@check("sources_missing", WARNING, "source")
def sources_missing(draft: Draft) -> Iterator[Found]:
    if not draft.sources:
        yield Found("还没有写资料来源")


@check("review_date_missing", WARNING, "review_by")
def review_date_missing(draft: Draft) -> Iterator[Found]:
    if not draft.has_review_date:
        yield Found("还没有定复核日期，发布时会自动定为半年后")


def _letters(text: str) -> str:
    return re.sub(r"\W", "", text)

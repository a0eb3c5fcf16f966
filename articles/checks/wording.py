"""How the text is worded and typed."""

import re
from collections.abc import Iterator

from articles.checks.drafts import Draft, Line
from articles.checks.problems import ERROR, WARNING, Found, check

HAN = "\u3400-\u4dbf\u4e00-\u9fff"
AROUND = 8  # characters shown on each side of what is wrong

PLACEHOLDER = re.compile(
    r"\b(?:TODO|FIXME|TBD)\b|(?<![A-Za-z])XXX(?![A-Za-z])|待补充|待完善|待核实|此处(?:填写|插入|补充)|这里填写"
    r"|lorem\s+ipsum|【\s*】|上传中(?:…|\.{3})",
    re.IGNORECASE,
)
HALF_WIDTH = re.compile(
    rf"(?<=[{HAN}])[,:;?!](?=[{HAN}]|\s*$)|(?<=[{HAN}])\.(?=[{HAN}]|\s*$)|(?<=[{HAN}])\((?=[{HAN}])"
)
SPACE = re.compile(rf"(?<=[{HAN}]) +(?=[{HAN}])")
PLATITUDE = re.compile(
    r"在(?:现代|当今|当前|如今)的?(?:社会|生活)|随着|众所周知|近年来|当今社会|在日常生活中|我们都知道|大家都知道"
)
PAIRS = {"“": "”", "‘": "’", "《": "》", "（": "）", "【": "】", "「": "」"}
BRACKET = re.compile(f"[{''.join(PAIRS)}{''.join(PAIRS.values())}]")
STATUTE = re.compile(r"《[^《》]{1,30}(?:法|法典|条例|解释|办法|通则)》(?:的?相关|明确|也|就|都)?(?:规定|要求)")
ARTICLE = re.compile(r"第[〇零一二三四五六七八九十百千\d]+条")
SENTENCE = re.compile(r"[^。！？\n]*[。！？]?")


@check("placeholder", ERROR, "body")
def placeholder(draft: Draft) -> Iterator[Found]:
    for line, match in _matches(PLACEHOLDER, draft.source_lines):
        yield Found(f"“{match[0]}”还没有换成正式的内容", line.number, _around(line.text, match))


@check("placeholder_in_title", ERROR, "title")
def placeholder_in_title(draft: Draft) -> Iterator[Found]:
    if match := PLACEHOLDER.search(draft.title):
        yield Found(f"标题里的“{match[0]}”还没有换成正式的内容")


@check("placeholder_in_answer", ERROR, "summary")
def placeholder_in_answer(draft: Draft) -> Iterator[Found]:
    if match := PLACEHOLDER.search(draft.summary):
        yield Found(f"“先说结论”里的“{match[0]}”还没有换成正式的内容")


@check("no_answer_first", WARNING, "body")
def no_answer_first(draft: Draft) -> Iterator[Found]:
    first = next((block for block in draft.blocks if block.kind == "paragraph"), None)
    if first and (match := PLATITUDE.match(first.text.lstrip())):
        yield Found(f"第一段以“{match[0]}”这样的套话开头，请先给答案", first.lines[0].number, first.text[:16])


@check("half_width", WARNING, "body")
def half_width(draft: Draft) -> Iterator[Found]:
    for line, match in _matches(HALF_WIDTH, draft.text_lines):
        yield Found(f"汉字之间用了半角的“{match[0]}”", line.number, _around(line.text, match))


@check("half_width_in_answer", WARNING, "summary")
def half_width_in_answer(draft: Draft) -> Iterator[Found]:
    if match := HALF_WIDTH.search(draft.summary):
        yield Found(f"“先说结论”里汉字之间用了半角的“{match[0]}”", excerpt=_around(draft.summary, match))


@check("half_width_in_title", WARNING, "title")
def half_width_in_title(draft: Draft) -> Iterator[Found]:
    if match := HALF_WIDTH.search(draft.title):
        yield Found(f"标题里汉字之间用了半角的“{match[0]}”", excerpt=_around(draft.title, match))


@check("space", WARNING, "body")
def space(draft: Draft) -> Iterator[Found]:
    for line, match in _matches(SPACE, draft.text_lines):
        yield Found("汉字之间有空格", line.number, _around(line.text, match))


@check("unmatched", WARNING, "body")
def unmatched(draft: Draft) -> Iterator[Found]:
    """Quotes and brackets are opened and closed within a paragraph."""
    for block in draft.blocks:
        opened: list[tuple[str, Line, re.Match[str]]] = []
        for line, match in _matches(BRACKET, list(block.lines)):
            if match[0] in PAIRS:
                opened.append((match[0], line, match))
            elif opened and PAIRS[opened[-1][0]] == match[0]:
                opened.pop()
            else:
                yield Found(f"“{match[0]}”前面没有与它成对的", line.number, _around(line.text, match))
                opened = []
                break
        if opened:
            mark, line, match = opened[0]
            yield Found(f"“{mark}”后面没有与它成对的", line.number, _around(line.text, match))


@check("statute_without_article", WARNING, "body")
def statute_without_article(draft: Draft) -> Iterator[Found]:
    for line in draft.text_lines:
        for sentence in SENTENCE.findall(line.text):
            if (match := STATUTE.search(sentence)) and not ARTICLE.search(sentence):
                yield Found("引用法律没有写第几条", line.number, match[0])


def _matches(pattern: re.Pattern[str], lines: list[Line]) -> Iterator[tuple[Line, re.Match[str]]]:
    return ((line, match) for line in lines for match in pattern.finditer(line.text))


def _around(text: str, match: re.Match[str]) -> str:
    start, end = max(match.start() - AROUND, 0), match.end() + AROUND
    return f"{'…' if start else ''}{text[start:end].strip()}{'…' if end < len(text) else ''}"

"""Splitting what a reader typed into the words that matter. Only questions are split, never guides: what is found does
not depend on a dictionary."""

import re
from collections.abc import Container, Iterator

import rjieba

from articles.search.tokens import HAN, runs

LONGEST_KNOWN = 20  # characters of a word that the site knows

# Words that ask, point or bind, and say nothing of what a guide is about.
_ASKING = """
    的 了 吗 呢 吧 啊 呀 么 嘛 啦 地 得 着 过 是 在 和 与 及 或 跟 同 有 没 没有
    会 能 可 可以 需要 要 得要 应 应该 该 想 想要 哪 哪些 哪个 哪里 哪儿 什么 什么样
    怎 怎么 怎么样 怎样 怎么着 如何 怎么办 咋 咋办 咋整 为什么 为何 为啥 啥 多 多少 多久
    多长 多大 几 何 我 你 您 他 她 它 我们 你们 他们 咱 咱们 自己 人家 大家 这 那
    这个 那个 这些 那些 这样 那样 这么 那么 一 个 一个 一下 一些 就 都 也 还 又 再 才
    只 被 把 给 让 对 从 到 向 往 于 为 以 用 由 之 其 所 请 请问 问 求 求助 帮
    帮忙 如果 要是 假如 因为 所以 但 但是 而 并 且 后 前 里 上 下 中 之后 以后 之前
    时候 的话 会不会 是不是 能不能 可不可以 要不要 有没有 算不算 用不用 注意 事项 现在 已经
    真的 到底 究竟 比较 非常 很 太 最 更 特别 一直 突然 结果 情况 问题 有关 关于 知道
    告诉 觉得 说 说是 听说 天 日 月 年 元 次 位
"""
STOP_WORDS = frozenset(_ASKING.split())

# What a number counts. Other characters after a number begin a word of their own.
UNITS = frozenset("%天日月年元块万亿倍岁次个期笔条号点折分成周")

_PART = re.compile(rf"(?:[^\W_]|[{HAN}]|%|(?<=[0-9])\.(?=[0-9]))+")


def split(folded: str, known: Container[str]) -> list[str]:
    """Return the words of a folded question that say what it is about, each once, in order.

    Words that the site knows stay whole. If nothing but stop words is left, they are what is asked for.
    """
    parts = _PART.findall(folded)
    words = [word for part in parts for word in _split_part(part, known)]
    words = words or [run for part in parts for run, _, _ in runs(part)]
    return list(dict.fromkeys(words))


def _split_part(part: str, known: Container[str]) -> Iterator[str]:
    if part in STOP_WORDS and part not in known:
        return
    if len(part) <= 2 and not part[0].isascii():
        # Two characters are looked for as they are: there is no telling that they are not one word.
        yield part
        return
    begun = 0
    for start, end in _known_words(part, known):
        yield from _split_text(part[begun:start])
        yield part[start:end]
        begun = end
    yield from _split_text(part[begun:])


def _known_words(part: str, known: Container[str]) -> Iterator[tuple[int, int]]:
    """Yield where words stand that the site knows, the longest first at each place, none across other words."""
    borders = {0, len(part)}
    for word in rjieba.cut(part):
        borders.add(max(borders - {len(part)}) + len(word))
    place = 0
    while place < len(part):
        for end in range(min(len(part), place + LONGEST_KNOWN), place + 1, -1):
            if part[place:end] in known and (place in borders or end in borders) and not _cuts_word(part, place, end):
                yield place, end
                place = end
                break
        else:
            place += 1


def _cuts_word(part: str, start: int, end: int) -> bool:
    """Say whether a Latin word or number goes on beyond one of the two places."""
    return any(0 < at < len(part) and re.fullmatch("[a-z0-9]{2}", part[at - 1 : at + 1]) for at in (start, end))


def _split_text(text: str) -> Iterator[str]:
    for run, is_han, follower in runs(text):
        if is_han:
            yield from _split_han(run)
        else:
            yield from _split_latin(run, follower)


def _split_latin(run: str, follower: str) -> Iterator[str]:
    """Yield a word or number, a number with its unit. lpr4倍 are two words, p2p is one."""
    if not follower or follower not in UNITS or not run[-1].isdigit():
        yield run
    elif match := re.fullmatch(r"([a-z]{2,})([0-9.]+)", run):
        yield from (match[1], match[2] + follower)
    else:
        yield run + follower


def _split_han(run: str) -> Iterator[str]:
    """Yield the words of a run that are no stop words. Single characters that are left side by side make one."""
    left = ""
    for word in [*_mended(rjieba.cut(run)), ""]:
        if len(word) == 1 and word not in STOP_WORDS:
            left += word
            continue
        if len(left) > 1:
            yield left
        left = ""
        if len(word) > 1 and word not in STOP_WORDS:
            yield word


def _mended(words: list[str]) -> Iterator[str]:
    """Yield `words` with 会上 门 as 会 上门: a dictionary prefers the longer first word."""
    place = 0
    while place < len(words):
        word, following = words[place], words[place + 1] if place + 1 < len(words) else ""
        if (
            len(word) == 2
            and word[0] in STOP_WORDS
            and len(following) == 1
            and following not in STOP_WORDS
            and rjieba.has_word(word[1] + following)
        ):
            yield from (word[0], word[1] + following)
            place += 2
        else:
            yield word
            place += 1

"""How long the screening takes: `python -m tests.benchmarks.bench_screening`. Needs no Django.

Prints median and 99th percentile in milliseconds of processor time, so that others on the machine do not count: comments of 1,000 characters as readers write them, and texts of
10,000 characters made to be slow. The aims are 2 ms and 50 ms.
"""

import gc
import statistics
import time
from collections.abc import Iterator

from comments.screening import screen
from tests.comments.test_screening_caught import CAUGHT
from tests.comments.test_screening_harmless import HARMLESS

LENGTH = 10_000
ROUNDS_OF_COMMENTS, ROUNDS_OF_HOSTILE = 300, 30


def _fill(part: str, length: int = LENGTH) -> str:
    return (part * (length // len(part) + 1))[:length]


def _comments(parts: list[str], length: int = 1000) -> Iterator[str]:
    """Yield comments of `length` characters, each from other parts."""
    for first in range(len(parts)):
        yield _fill("，".join(parts[first:] + parts[:first]), length)


HOSTILE = {
    "digits": _fill("1234567890"),
    "one digit": _fill("1"),
    "phone after phone": _fill("13800138000 "),
    "separators": _fill("-"),
    "blanks": _fill(" "),
    "一": _fill("一"),
    "digit, blank": _fill("1 "),
    "digit, two separators": _fill("6-."),
    "dates": _fill("2024-03-15 "),
    "@": _fill("@"),
    "a@": _fill("a@"),
    "letters": _fill("a"),
    "letters and dots": _fill("a."),
    "links": _fill("http://a.com/b "),
    "v": _fill("v "),
    "加微信": _fill("加微信"),
    "accounts": _fill("加V：yq8866 "),
    "加 and signs": _fill("加·· "),
    "微信, signs": _fill("微信：::: "),
    "q and digits": _fill("q 1 2 3 "),
    "rooms": _fill("1室，"),
    "districts": _fill("区1室，"),
    "addresses": _fill("上海市黄浦区南京路1号2室，"),
    "adverts": _fill("征信修复，包过"),
    "anti collection": _fill("反催收"),
    "soft words": _fill("停息挂账"),
    "sentences": _fill("停息挂账吗？"),
    "warnings": _fill("骗"),
    "wildcards": _fill("成功率结束活着死"),
    "wildcard starts": _fill("死"),
    "crisis": _fill("不想活"),
    "harmless sayings": _fill("想死我"),
    "hunts": _fill("催收员电话13800138000打爆他"),
    "calls": _fill("打爆"),
    "codes": _fill("验证码"),
    "codes and digits": _fill("验证码1234 "),
    "contracts": _fill("合同号a1"),
    "contract letters": "合同号" + _fill("a-"),
    "names": _fill("我叫张"),
    "names and phone": "13800138000" + _fill("我是李明，"),
    "circled": _fill("①②③"),
    "invisible": _fill("\u200b加"),
    "emoji": _fill("❤️➕"),
    "split characters": _fill("扌口"),
    "brackets": _fill("("),
    "every character": "".join(map(chr, range(0x4E00, 0x4E00 + LENGTH))),
    "letters o l i": _fill("oli"),
    "ID cards": _fill("11010519491231002X "),
    "bank cards": _fill("6222020000000000018 "),
    "new lines": _fill("\n"),
    "questions": _fill("?"),
    "platforms": _fill("抖音上搜"),
}


def _times(texts: list[str], rounds: int) -> list[float]:
    """Return how many milliseconds each screening took."""
    taken = []
    for number in range(rounds):
        text = texts[number % len(texts)]
        begun = time.process_time()
        screen(text)
        taken.append((time.process_time() - begun) * 1000)
    return taken


def _report(name: str, taken: list[float]) -> None:
    p99 = statistics.quantiles(taken, n=100)[98]
    print(f"{name:28} median {statistics.median(taken):8.3f} ms   p99 {p99:8.3f} ms")


def main() -> None:
    screen("预热" * 10)
    gc.collect()
    print("1,000 characters (aim: 2 ms)")
    _report("harmless", _times(list(_comments(HARMLESS)), ROUNDS_OF_COMMENTS))
    _report("full of findings", _times(list(_comments([text for text, _, _ in CAUGHT])), ROUNDS_OF_COMMENTS))
    print("10,000 characters (aim: 50 ms)")
    for name, text in HOSTILE.items():
        _report(name, _times([text], ROUNDS_OF_HOSTILE))
    for name, parts in (("harmless", HARMLESS), ("full of findings", [text for text, _, _ in CAUGHT])):
        _report(name, _times(list(_comments(parts, LENGTH)), ROUNDS_OF_HOSTILE))


if __name__ == "__main__":
    main()

"""How fast the search is: `python -m tests.benchmarks.bench_search --guides 100000 --database both`.

Makes guides of 2,000 characters in a throwaway database, indexes them with the code of `manage.py reindex`, and prints
median and 99th percentile in milliseconds for kinds of questions, what saving a guide adds, and how large the index is.
Aims at 100,000 guides: rare and several words 50 ms p99, very common words 100 ms, long questions 200 ms median,
a save 10 ms.
"""

import argparse
import contextlib
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from debtfaq.seeding_words import PLACES

COMMON = ["逾期", "银行", "还款", "信用卡", "催收", "协商"]
_FIELD = (
    "征信 起诉 法院 利息 网贷 客服 合同 证据 分期 违约金 本金 律师 上门 电话 短信 投诉 录音 账单 调解 判决 执行 冻结 工资 担保 配偶 债务 "
    "花呗 借呗 白条 微粒贷 年化 罚息 停息挂账 个性化分期 爆通讯录 律师函 传票 答辩状 支付令 仲裁 管辖 保全 限高 失信 终本 和解 破产 时效 "
    "债权转让 催告 保证人 继承 遗产 离婚 夫妻 子女 父母 同事 单位 公积金 社保 住房 拍卖 退款 骗局 中介 代理 修复 异议 报告 更正 宽限期"
)
DOMAIN = _FIELD.split()
RARE = [f"{first}{second}{third}" for first in "鲸鹮鹭" for second in "蜃璇麒麟" for third in "榫卯"]
SEVERAL = [
    "信用卡 逾期 起诉",
    "网贷 爆通讯录 投诉",
    "停息挂账 协商 录音",
    "夫妻 债务 离婚",
    "微粒贷 逾期 上门",
    "征信 修复 骗局",
]
LONG = [
    "工商银行信用卡逾期会上门吗需要注意哪些事项",
    "欠招商银行信用卡三个月会被起诉到法院吗",
    "花呗逾期一年会冻结银行卡和工资吗怎么办",
    "收到律师函短信是真的吗应该怎么处理才好",
    "配偶欠的网贷离婚以后还要我一起偿还吗",
    "被法院强制执行后公积金和社保会被扣掉吗",
]
LENGTH, SENTENCES = 2000, 30_000
ROUNDS = 30


def sentences(chance: random.Random) -> list[str]:
    """Make sentences of common words, words of the field, and others made of characters by Zipf's law."""
    characters = [chr(code) for code in range(0x4E00, 0x4E00 + 3000)]
    chance.shuffle(characters)
    by_rank = [1 / (rank + 3) for rank in range(len(characters))]
    other = ["".join(chance.choices(characters, by_rank, k=chance.choice((1, 2, 2, 2, 3)))) for _ in range(12_000)]
    words = DOMAIN + other
    weights = [6 / (rank + 10) for rank in range(len(DOMAIN))] + [30 / (rank + 60) for rank in range(len(other))]
    common = [4 / (rank + 4) for rank in range(len(COMMON))]
    made = []
    for _ in range(SENTENCES):
        parts = chance.choices(words, weights, k=chance.randint(5, 14))
        if chance.random() < 0.12:
            parts.insert(chance.randrange(len(parts)), chance.choices(COMMON, common)[0])
        made.append("".join(parts) + chance.choice("，。。；？"))
    return made


def bodies(number: int) -> Iterator[tuple[str, str, str]]:
    """Yield title, summary and body of so many guides."""
    chance = random.Random(5)
    pool = sentences(chance)
    for index in range(number):
        body, length = [], 0
        while length < LENGTH:
            body.append(pool[int(chance.random() * SENTENCES)])
            length += len(body[-1])
        if chance.random() < 0.004:
            body.insert(len(body) // 2, f"还有{chance.choice(RARE)}。")
        title = f"{chance.choice(PLACES)}{chance.choice(COMMON)}{chance.choice(DOMAIN)}之后{chance.choice(DOMAIN)}怎么办 {index}"
        yield title, body[0] + body[1], "".join(body)


def fill(number: int) -> None:
    import datetime as dt  # noqa: PLC0415

    from django.utils import timezone  # noqa: PLC0415

    from articles.models import Article, Category  # noqa: PLC0415
    from articles.slugs import pinyin_slug  # noqa: PLC0415

    now = timezone.now()
    categories = [Category.objects.create(name=f"分类{n}", slug=f"category-{n}") for n in range(12)]
    batch = []
    for index, (title, summary, body) in enumerate(bodies(number)):
        batch.append(
            Article(
                title=title,
                slug=pinyin_slug("指南"),
                summary=summary[:200],
                body=body,
                body_html=f"<p>{body}</p>",
                category=categories[index % 12],
                status=Article.Status.PUBLISHED,
                published_at=now - dt.timedelta(minutes=index * 37 % (60 * 24 * 3000)),
            )
        )
        if len(batch) == 1000:
            Article.objects.bulk_create(batch)
            batch = []
    Article.objects.bulk_create(batch)


def times(deeds: list[Callable[[], object]], rounds: int = ROUNDS) -> list[float]:
    """Return how many milliseconds each deed took, each done `rounds` times."""
    taken = []
    for _ in range(rounds):
        for deed in deeds:
            begun = time.perf_counter()
            deed()
            taken.append((time.perf_counter() - begun) * 1000)
    return taken


def report(name: str, taken: list[float]) -> None:
    p99 = statistics.quantiles(taken, n=100)[98]
    print(f"  {name:34} median {statistics.median(taken):8.1f} ms   p99 {p99:8.1f} ms", flush=True)


def index_size() -> int:
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT sum(pg_total_relation_size(c)) FROM unnest(%s::regclass[]) c",
                [["articles_search", "articles_indexentry"]],
            )
        else:
            cursor.execute(
                "SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'articles_search%' OR name LIKE '%indexentry%'"
            )
        return int(cursor.fetchone()[0])


def measure(number: int) -> None:
    import django  # noqa: PLC0415

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    from articles import search  # noqa: PLC0415
    from articles.models import Article, Category  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    begun = time.perf_counter()
    fill(number)
    print(f"{connection.vendor}: {number} guides made in {time.perf_counter() - begun:.0f} s", flush=True)
    begun = time.perf_counter()
    for _ in search.reindex():
        pass
    print(f"  indexed in {time.perf_counter() - begun:.0f} s, {index_size() / 1e6:.0f} MB", flush=True)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    def asking(texts: list[str], **options: object) -> list[Callable[[], object]]:
        return [lambda text=text: search.find(text, **options) for text in texts]  # type: ignore[misc,arg-type]

    category = Category.objects.first()
    for name, deeds in {
        "rare words": asking(RARE[:8]),
        "very common words": asking(COMMON),
        "very common words, newest first": asking(COMMON, newest_first=True),
        "very common words in a category": asking(COMMON, category=category),
        "several words": asking(SEVERAL),
        "long questions": asking(LONG),
        "single characters": asking(["债", "贷", "的"]),
        "nothing found": asking(["鸑鷟", "鸑鷟 鸂鶒", "xyzxyz"]),
    }.items():
        for deed in deeds:
            deed()
        report(name, times(deeds))
    ids = list(Article.objects.values_list("pk", flat=True)[:100])
    report("indexing a saved guide", times([lambda pk=pk: search.update([pk]) for pk in ids], 1))  # type: ignore[misc]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--guides", type=int, default=2000)
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        measure(arguments.guides)
        return
    from tests.run import postgresql  # noqa: PLC0415

    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="debtfaq-bench-")))
        folder.chmod(0o755)
        urls = {}
        if arguments.database != "postgresql":
            urls["sqlite"] = f"sqlite:///{folder / 'db.sqlite3'}"
        if arguments.database != "sqlite":
            urls["postgresql"] = stack.enter_context(postgresql(folder))
        for name, url in urls.items():
            if not url:
                print(f"{name}: not installed")
                continue
            environment = {**os.environ, "TEST_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
            command = [sys.executable, "-m", __spec__.name, "--measure", "--guides", str(arguments.guides)]
            subprocess.run(command, env=environment, check=True)


if __name__ == "__main__":
    main()

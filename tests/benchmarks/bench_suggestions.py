"""How long suggestions take at 100,000 guides: `python -m tests.benchmarks.bench_suggestions [GUIDES]`.

Makes the guides' titles, 500 terms, 2,000 tags and 2,000 popular searches in a database of its own (or, with
TEST_DATABASE_URL, in one beside that), and prints median and 99th percentile in milliseconds of what is typed, letter
by letter, in characters, pinyin and initials; how long one guide's publication keeps the tables busy; their size. The
aim is 5 ms.
"""

import datetime as dt
import os
import random
import statistics
import sys
import time
from collections.abc import Callable

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django

django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import setup_databases, teardown_databases  # noqa: E402
from django.utils import timezone  # noqa: E402

from articles.models import (  # noqa: E402
    Article,
    Category,
    DailyViews,
    KnownWordKey,
    SearchCount,
    SuggestionKey,
    Tag,
    TaggedArticle,
    Term,
)
from articles.pinyin import initials, syllables  # noqa: E402
from articles.suggestions import building, suggest  # noqa: E402
from articles.suggestions.corrections import did_you_mean  # noqa: E402
from debtfaq.seeding_words import PLACES  # noqa: E402

BATCH = 2000
PARTS = {
    "who": [
        "工商银行",
        "农业银行",
        "中国银行",
        "建设银行",
        "交通银行",
        "招商银行",
        "中信银行",
        "平安银行",
        "微粒贷",
        "花呗",
        "借呗",
        "京东白条",
        "网贷",
        "信用卡",
        "房贷",
        "车贷",
        "度小满",
        "分期乐",
    ],
    "what": [
        "逾期",
        "催收",
        "起诉",
        "协商还款",
        "停息挂账",
        "个性化分期",
        "冻结",
        "强制执行",
        "征信",
        "最低还款",
        "违约金",
        "上门",
        "律师函",
        "爆通讯录",
        "债务重组",
        "呆账",
        "代偿",
        "限高",
    ],
    "where": PLACES,
    "how": [
        "怎么办",
        "会坐牢吗",
        "要准备什么材料",
        "有什么后果",
        "怎么谈",
        "是真的吗",
        "多久会发生",
        "家人要还吗",
        "怎么投诉",
        "能减免吗",
    ],
}
TYPED = ["催收", "信用卡逾期", "停息挂账", "花呗", "工商银行逾期", "征信", "个性化分期", "微粒贷", "强制执行", "起诉"]


def _title(number: int, chance: random.Random) -> str:
    part = {name: chance.choice(words) for name, words in PARTS.items()}
    return f"{part['where']}{part['who']}{part['what']}{number % 1000}天{part['how']}，{chance.choice(PARTS['what'])}有什么影响"


def _fill(guides: int) -> None:
    chance = random.Random(7)
    category = Category.objects.create(name="分类", slug="category")
    Term.objects.bulk_create(
        Term(
            term=f"{chance.choice(PARTS['what'])}{chance.choice(PARTS['who'])}{number}",
            slug=f"t{number}",
            meaning="解释",
        )
        for number in range(500)
    )
    tags = Tag.objects.bulk_create(
        Tag(name=f"{chance.choice(PARTS['who'])}{chance.choice(PARTS['what'])}{number}", slug=f"t{number}")
        for number in range(2000)
    )
    today = timezone.localdate()
    searches = [f"{PARTS['who'][number % 18]}{PARTS['what'][number % 17]} {number}" for number in range(2000)]
    SearchCount.objects.bulk_create(
        SearchCount(text=text, day=day, count=5, found=3)
        for text in searches
        for day in (today, today - dt.timedelta(days=1))
    )
    for start in range(0, guides, BATCH):
        rows = Article.objects.bulk_create(
            Article(
                title=_title(number, chance),
                slug="s",
                category=category,
                status="published",
                published_at=timezone.now(),
            )
            for number in range(start, min(start + BATCH, guides))
        )
        TaggedArticle.objects.bulk_create(TaggedArticle(tag=chance.choice(tags), content_object=row) for row in rows)
        DailyViews.objects.bulk_create(
            DailyViews(article=row, day=today, count=chance.randrange(1, 1000)) for row in rows[::20]
        )


def _times(act: Callable[[str], object], texts: list[str]) -> list[float]:
    taken = []
    for text in texts:
        begun = time.perf_counter()
        act(text)
        taken.append((time.perf_counter() - begun) * 1000)
    return taken


def _report(name: str, taken: list[float]) -> None:
    p99 = statistics.quantiles(taken, n=100)[98]
    print(f"{name:34} median {statistics.median(taken):7.2f} ms   p99 {p99:7.2f} ms   most {max(taken):7.2f} ms")


def _beginnings(words: list[str]) -> list[str]:
    return [word[:length] for word in words for length in range(1, len(word) + 1)]


def _publish(number: str) -> None:
    article = Article.objects.get(pk=int(number))
    Article.objects.filter(pk=article.pk).update(title=f"{article.title}吗")
    building._follow_guide(article.pk)


def main(guides: int) -> None:
    begun = time.perf_counter()
    _fill(guides)
    print(f"{connection.vendor}: {guides} guides made in {time.perf_counter() - begun:.0f} s")
    for name in ("first", "second"):
        begun = time.perf_counter()
        for _ in building.refresh():
            pass
        print(f"{name} refresh: {time.perf_counter() - begun:.0f} s", flush=True)
    print(f"{SuggestionKey.objects.count()} keys of suggestions, {KnownWordKey.objects.count()} keys of known words")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
            cursor.execute(
                "SELECT pg_total_relation_size('articles_suggestionkey'), pg_total_relation_size('articles_suggestion')"
            )
            print("bytes of keys and suggestions:", *cursor.fetchone())
    suggest("预热")
    pinyin = ["".join(syllables(word)) for word in TYPED]
    rounds = 5
    _report("characters", _times(suggest, _beginnings(TYPED) * rounds))
    _report("pinyin", _times(suggest, _beginnings(pinyin) * rounds))
    _report("initials", _times(suggest, _beginnings([initials(syllables(word)) for word in TYPED]) * rounds))
    _report("nothing like it", _times(suggest, ["火星", "zzz", "qqq", "９９９９", "旅行"] * 20))
    _report("did you mean (without searching)", _times(did_you_mean, ["火星旅行社的电话是多少", "完全没有的话题"] * 20))
    pks = list(Article.objects.order_by("?").values_list("pk", flat=True)[:100])
    _report("a guide's title changes", _times(_publish, list(map(str, pks))))


if __name__ == "__main__":
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
    finally:
        teardown_databases(databases, verbosity=0)

"""How long related guides and near-duplicates take: `python -m tests.benchmarks.bench_related [guides]`.

Makes throwaway databases with 100,000 guides (or as many as are asked for) of 2,000 characters, drawn from the
sentences of the demo guides, on SQLite and, where it is installed, on PostgreSQL. Prints median and 99th percentile
in milliseconds of what is done after a publish (the aim is 10 ms) and of looking for near-duplicates after a save,
and the processor time of this process (with SQLite in it), which others on the machine do not change.
"""

# ruff: noqa: PLC0415  (Django is set up when the database is known)

import contextlib
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

GUIDES = 100_000
LENGTH = 2_000  # characters
ROUNDS = 300
SAMPLE = 2_000  # guides of which words are counted; the count is then scaled up
AT_ONCE = 1_000
DEMO = Path(__file__).parents[2] / "debtfaq" / "demo" / "guides"


class Corpus:
    """Guides made of sentences: most of a theme, which is a demo guide, the others from anywhere."""

    def __init__(self) -> None:
        self.random = random.Random(5)
        self.themes = []
        for path in sorted(DEMO.glob("*.md")):
            _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
            title = re.search(r"^title: (.+)$", head, re.MULTILINE)
            sentences = [part for part in re.split(r"(?<=[。！？\n])", body) if len(part) > 8]
            self.themes.append((title[1] if title else "", sentences))
        self.sentences = [sentence for _, sentences in self.themes for sentence in sentences]

    def guide(self) -> tuple[int, str, str]:
        """Return the number of a theme, a title and a body."""
        theme = self.random.randrange(len(self.themes))
        title, sentences = self.themes[theme]
        body = ""
        while len(body) < LENGTH:
            body += self.random.choice(sentences if self.random.random() < 0.6 else self.sentences)
        return theme, title, body


def fill(count: int) -> Corpus:
    """Fill the empty database with guides, their keywords, lists of ten, and bands."""
    from django.db import transaction
    from django.utils import timezone

    from articles.models import Article, Category, Keyword, RelatedGuide, TextBand, Word
    from articles.related import keywords, words_of
    from articles.similarity import bands, runs

    corpus = Corpus()
    categories = [Category.objects.create(name=f"分类{n}", slug=f"c{n}") for n in range(len(corpus.themes))]
    counted: Counter[str] = Counter()
    for _ in range(SAMPLE):
        _, title, body = corpus.guide()
        counted.update(["", *words_of(Article(title=title, body=body))])
    guides = {word: max(n * count // SAMPLE, 1) for word, n in counted.items()}
    Word.objects.bulk_create([Word(text=word, guides=n) for word, n in guides.items()])
    ids = dict(Word.objects.values_list("text", "pk"))
    now = timezone.now()
    for first in range(1, count + 1, AT_ONCE):
        articles, rows, text_bands = [], [], []
        for pk in range(first, min(first + AT_ONCE, count + 1)):
            theme, title, body = corpus.guide()
            category = categories[theme]
            articles.append(
                Article(
                    pk=pk, title=title, slug="x", category=category, body=body, status="published", published_at=now
                )
            )
            words = Counter({word: n for word, n in words_of(articles[-1]).items() if word in ids})
            rows += [Keyword(article_id=pk, word_id=ids[word], weight=w) for word, w in keywords(words, guides).items()]
            text_bands += [TextBand(article_id=pk, band=band) for band in set(bands(runs(body)))]
        with transaction.atomic():
            Article.objects.bulk_create(articles)
            Keyword.objects.bulk_create(rows)
            TextBand.objects.bulk_create(text_bands)
    for first in range(1, count + 1, AT_ONCE):
        RelatedGuide.objects.bulk_create(
            RelatedGuide(article_id=pk, other_id=other, score=corpus.random.random() / 2 + 0.3)
            for pk in range(first, min(first + AT_ONCE, count + 1))
            for other in {corpus.random.randint(1, count) for _ in range(10)} - {pk}
        )
    return corpus


def measure(corpus: Corpus, count: int) -> None:
    from django.utils import timezone

    from articles.models import Article, Category, RelatedGuide
    from articles.near_duplicates import near_duplicates, store_bands_of
    from articles.related import forget, refresh

    categories = list(Category.objects.order_by("pk"))
    taken: dict[str, list[tuple[float, float]]] = {}
    same = shown = 0

    def timed(name: str, work: Callable[[], object]) -> None:
        begun = time.perf_counter(), time.process_time()
        work()
        passed = time.perf_counter() - begun[0], time.process_time() - begun[1]
        taken.setdefault(name, []).append((passed[0] * 1000, passed[1] * 1000))

    for number in range(1, ROUNDS + 1):
        theme, title, body = corpus.guide()
        article = Article(
            pk=count + number,
            title=title,
            slug="x",
            category=categories[theme],
            body=body,
            status="published",
            published_at=timezone.now(),
        )
        Article.objects.bulk_create([article])  # without the receivers
        timed("related, published", lambda: refresh(article.pk))  # noqa: B023
        others = RelatedGuide.objects.filter(article=article).order_by("-score")[:5]
        same += sum(other.other.category_id == article.category_id for other in others.select_related("other"))
        shown += len(others)
        timed("related, corrected", lambda: refresh(article.pk))  # noqa: B023
        timed("near-duplicates, stored", lambda: store_bands_of([article.pk]))  # noqa: B023
        timed("near-duplicates, looked for", lambda: near_duplicates(article))  # noqa: B023
    for number in range(1, ROUNDS + 1):
        timed("related, withdrawn", lambda: forget(count + number))  # noqa: B023
    for name, both in taken.items():
        times, own = ([pair[n] for pair in both] for n in (0, 1))
        p99 = statistics.quantiles(times, n=100)[98]
        print(f"{name:28} median {statistics.median(times):7.2f} ms   p99 {p99:7.2f} ms", end="   ")
        print(f"of it in this process {statistics.median(own):6.2f} ms", flush=True)
    print(f"{'of the five shown':28} {same / shown:.0%} are of the same theme", flush=True)


def bench(count: int) -> None:
    """Fill and measure the database that DATABASE_URL names."""
    import django
    from django.core.management import call_command

    django.setup()
    from django.db import connection

    call_command("migrate", verbosity=0)
    begun = time.perf_counter()
    corpus = fill(count)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"\n=== {connection.vendor}, {count:,} guides, made in {time.perf_counter() - begun:.0f} s ===", flush=True)
    measure(corpus, count)


@contextlib.contextmanager
def databases() -> Iterator[dict[str, dict[str, str]]]:
    """Yield the environments in which to measure, by name."""
    from tests.run import postgresql

    with tempfile.TemporaryDirectory(prefix="debtfaq-bench-") as name:
        Path(name).chmod(0o755)  # PostgreSQL runs as a user of its own
        with postgresql(Path(name)) as url:
            yield {"SQLite": {"TEST_VAR_DIR": name}} | ({"PostgreSQL": {"TEST_DATABASE_URL": url}} if url else {})


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--here"]:
        bench(int(arguments[1]))
        return 0
    count = int(arguments[0]) if arguments else GUIDES
    with databases() as environments:
        settings = {"DJANGO_SETTINGS_MODULE": "tests.settings"}
        command = [sys.executable, "-m", "tests.benchmarks.bench_related", "--here", str(count)]
        return max(subprocess.call(command, env={**os.environ, **settings, **env}) for env in environments.values())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Which guides are related: by the words that tell each from the others, by category and by tags.

The twenty heaviest words of a guide (tf-idf) stand for it. Two guides are as alike as their words are (cosine); the
same category and shared tags add to that. The likeness is the same from both sides, so a guide that is published
takes its place in the lists of its neighbours without their being made anew.

In how many guides a word occurs is counted on when a guide appears. Corrections and withdrawals do not count: that
would cost the words as they were before, and weights need no exact numbers. `manage.py refresh_related` counts anew.
"""

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import rjieba
from django.db import connection, transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.signals import m2m_changed, post_save
from django.dispatch import receiver

from articles.after_commit import after_commit
from articles.models import Article, Keyword, RelatedGuide, TaggedArticle, Word
from articles.querysets import ArticleQuerySet

KEYWORDS = 20
KEPT = 10  # related guides kept of each: more than are shown, for some may be withdrawn or not have appeared yet
ENOUGH = 5  # with fewer left, a list is made anew
COMPARED = 20  # guides alike in their words, of which category and tags are looked at
PER_WORD = 100  # guides looked at for each word: those of which it says the most
LEAST_ALIKE = 0.05  # less is chance: words that most guides have
SMALL_SITE = 1000  # guides
FEWEST_GUIDES = {True: 2, False: 5}  # on a small site and on others: a word in fewer brings no guides together
IN_TITLE, IN_SUMMARY = 4, 2  # how often a word counts there
SAME_CATEGORY, SHARED_TAG, MOST_SHARED_TAGS = 0.1, 0.05, 3
REMADE_AT_ONCE = 20
MOST_WORDS = 400  # of one guide
BATCH = 100  # guides

KEYWORD = re.compile(r"[\u3400-\u9fff]{2,}|[a-z][a-z0-9]+")
NUMBER = re.compile(r"第?[一二三四五六七八九十百千万零两几]+[条款年月日天次元个张]?")
ADDRESS = re.compile(r"\]\([^)\s]*\)|https?://\S+")


def words_of(article: Article) -> Counter[str]:
    """Return the words that may say what a guide is about: in its title or summary, or more than once in its body."""
    words = Counter(_words(ADDRESS.sub(" ", article.body)))
    chosen = Counter({word: count for word, count in words.items() if count > 1})
    for text, times in ((article.title, IN_TITLE), (article.summary, IN_SUMMARY)):
        for word in _words(text):
            chosen[word] = (chosen[word] or words[word]) + times
    return Counter(dict(chosen.most_common(MOST_WORDS)))


def _words(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKC", text).lower()
    return [word for word in rjieba.cut(folded, hmm=False) if _may_be_keyword(word)]


def _may_be_keyword(word: str) -> bool:
    return len(word) <= Word.LONGEST and bool(KEYWORD.fullmatch(word)) and not NUMBER.fullmatch(word)


def keywords(counts: Counter[str], guides: dict[str, int]) -> dict[str, float]:
    """Return the words that tell a guide with these words from others, with their weights.

    `guides` says in how many guides each word occurs, and under the empty word how many there are.
    """
    total = max(guides.get("", 0), 1)
    fewest = FEWEST_GUIDES[total < SMALL_SITE]
    weights = {
        # Half a guide more and less: a word that all guides have weighs next to nothing, but something on a new site.
        word: (1 + math.log(count)) * math.log((total + 1) / (min(guides.get(word, 0), total) + 0.5))
        for word, count in counts.items()
    }
    # Words that few guides have come last, not never: on a new site, others may come to use them.
    chosen = sorted(weights, key=lambda word: (guides.get(word, 0) < fewest, -weights[word], word))[:KEYWORDS]
    length = math.sqrt(sum(weights[word] ** 2 for word in chosen)) or 1
    return {word: weights[word] / length for word in chosen}


# --- When a guide changes ------------------------------------------------------------------------------------------


@receiver(post_save, sender=Article)
def follow_guide(instance: Article, **kwargs: Any) -> None:
    if instance.status in {Article.Status.PUBLISHED, Article.Status.WITHDRAWN}:
        after_commit(refresh_these, instance.pk, is_slow=True)


@receiver(m2m_changed, sender=TaggedArticle)
def follow_tags(instance: Article, action: str, **kwargs: Any) -> None:
    if action.startswith("post_") and instance.status == Article.Status.PUBLISHED:
        after_commit(refresh_these, instance.pk, is_slow=True)


def refresh_these(pks: list[int]) -> None:
    for pk in pks:
        refresh(pk)


def refresh(pk: int) -> None:
    """Make what is related to a guide as the guide is now, in its own list and in those of others."""
    with transaction.atomic():
        article = Article.objects.announced().filter(pk=pk).only("title", "summary", "body", "category_id").first()
        if article is None:
            forget(pk)
            return
        others = alike(article, store_keywords(article, words_of(article)))
        RelatedGuide.objects.filter(Q(article=pk) | Q(other=pk)).delete()
        RelatedGuide.objects.bulk_create([*_list(pk, others), *_places(pk, others)], ignore_conflicts=True)


def forget(pk: int) -> None:
    """Take a guide out of the lists of others, and make those anew that have become short."""
    neighbours = list(RelatedGuide.objects.filter(other=pk).values_list("article", flat=True))
    Keyword.objects.filter(article=pk).delete()
    RelatedGuide.objects.filter(Q(article=pk) | Q(other=pk)).delete()
    left = RelatedGuide.objects.filter(article__in=neighbours).values("article").annotate(left=Count("pk"))
    long = set(left.filter(left__gte=ENOUGH).values_list("article", flat=True))
    short = [neighbour for neighbour in neighbours if neighbour not in long]
    for article in Article.objects.announced().filter(pk__in=short[:REMADE_AT_ONCE]).only("category_id"):
        relist(article)


def relist(article: Article) -> None:
    """Make the list of a guide anew, from the keywords that are stored."""
    others = alike(article, dict(Keyword.objects.filter(article=article).values_list("word", "weight")))
    RelatedGuide.objects.filter(article=article).delete()
    RelatedGuide.objects.bulk_create(_list(article.pk, others), ignore_conflicts=True)


def _list(pk: int, others: dict[int, float]) -> list[RelatedGuide]:
    """Return what stands in the list of a guide: the best of `others`."""
    best = sorted(others.items(), key=lambda item: (-item[1], -item[0]))[:KEPT]
    return [RelatedGuide(article_id=pk, other_id=other, score=score) for other, score in best]


def _places(pk: int, others: dict[int, float]) -> list[RelatedGuide]:
    """Return the places of a guide in the lists of `others` where it is among the best; take out what it pushes off."""
    lists: dict[int, list[tuple[float, int]]] = defaultdict(list)
    rows = RelatedGuide.objects.filter(article__in=others).values_list("article", "score", "pk")
    for article, score, row in rows:
        lists[article].append((score, row))
    places, pushed_off = [], []
    for other, score in others.items():
        worst = sorted(lists[other])[: max(len(lists[other]) - KEPT + 1, 0)]
        if not worst or worst[-1][0] < score:
            places.append(RelatedGuide(article_id=other, other_id=pk, score=score))
            pushed_off += [row for _, row in worst]
    if pushed_off:
        RelatedGuide.objects.filter(pk__in=pushed_off).delete()
    return places


# --- Keywords ------------------------------------------------------------------------------------------------------


def _count_on(counts: Counter[str]) -> None:
    """Count one more guide with these words; in their order, lest two that count at once lock each other."""
    table = Word._meta.db_table
    texts = sorted({"", *counts})
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (text, guides) VALUES {', '.join(['(%s, 1)'] * len(texts))} "  # noqa: S608  (no words in it)
            f"ON CONFLICT (text) DO UPDATE SET guides = {table}.guides + 1",
            texts,
        )


def store_keywords(article: Article, counts: Counter[str], *, is_counted: bool = False) -> dict[int, float]:
    """Store the keywords of a guide with these words. Return their weights by the numbers of the words."""
    deleted, _ = Keyword.objects.filter(article=article).delete()
    if not deleted and not is_counted:
        _count_on(counts)
    rows = list(Word.objects.filter(text__in=["", *counts]).values_list("text", "pk", "guides"))
    ids = {text: pk for text, pk, _ in rows}
    chosen = keywords(Counter({word: counts[word] for word in ids if word}), {text: n for text, _, n in rows})
    weights = {ids[word]: weight for word, weight in chosen.items()}
    Keyword.objects.bulk_create(
        [Keyword(article=article, word_id=word, weight=weight) for word, weight in weights.items()],
        ignore_conflicts=True,
    )
    return weights


# --- Likeness ------------------------------------------------------------------------------------------------------


def alike(article: Article, own: dict[int, float]) -> dict[int, float]:
    """Return the guides most like `article`, whose keywords and weights are `own`, with how much."""
    words = _alike_in_words(article, own)
    others = dict(Article.objects.filter(pk__in=words).order_by().values_list("pk", "category"))
    tags = TaggedArticle.objects.filter(content_object=article).values("tag")
    shared = TaggedArticle.objects.filter(content_object__in=words, tag__in=tags)
    shared_tags = Counter(shared.values_list("content_object", flat=True))
    return {
        pk: words[pk]
        + SAME_CATEGORY * (category == article.category_id)
        + SHARED_TAG * min(shared_tags[pk], MOST_SHARED_TAGS)
        for pk, category in others.items()
    }


def _alike_in_words(article: Article, own: dict[int, float]) -> dict[int, float]:
    """Return the guides whose keywords are most like `own`, with the cosine of the two.

    One query, which reads at most PER_WORD guides of each word, however many there are.
    """
    if not own:
        return {}
    table = Keyword._meta.db_table
    of_word = (
        f"SELECT article_id, score FROM (SELECT article_id, weight * CAST(%s AS double precision) AS score "  # noqa: S608  (no words in it)
        f"FROM {table} WHERE word_id = %s AND article_id <> %s ORDER BY weight DESC LIMIT {PER_WORD}) AS heaviest"
    )
    union = " UNION ALL ".join([of_word] * len(own))
    parameters = [value for word, weight in own.items() for value in (weight, word, article.pk)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT article_id, SUM(score) FROM ({union}) AS scores "  # noqa: S608
            f"GROUP BY article_id ORDER BY SUM(score) DESC, article_id DESC LIMIT {COMPARED}",
            parameters,
        )
        return {pk: score for pk, score in cursor.fetchall() if score >= LEAST_ALIKE}


# --- All of them ---------------------------------------------------------------------------------------------------


def refresh_all() -> Iterator[tuple[str, int]]:
    """Count words and make keywords and lists of every guide anew. Yield, after each batch, the step and guides done.

    A batch is one short transaction, so the site goes on; until a guide's turn comes, it has what it had.
    """
    # Asked of each: a list of very many guides would be gone through for each.
    Keyword.objects.filter(~Exists(Article.objects.announced().filter(pk=OuterRef("article")))).delete()
    for end in ("article", "other"):
        RelatedGuide.objects.filter(~Exists(Article.objects.announced().filter(pk=OuterRef(end)))).delete()
    counted: Counter[str] = Counter()
    yield from _in_batches("数词", lambda article: counted.update(["", *words_of(article)]))
    _store_counts(counted)
    yield from _in_batches("关键词", lambda article: store_keywords(article, words_of(article), is_counted=True))
    yield from _in_batches("相关指南", relist)


def _in_batches(step: str, work: Callable[[Article], object]) -> Iterator[tuple[str, int]]:
    done = 0
    for batch in in_batches(Article.objects.announced().only("title", "summary", "body", "category_id")):
        with transaction.atomic():
            for article in batch:
                work(article)
        done += len(batch)
        yield step, done


def in_batches(articles: ArticleQuerySet) -> Iterator[list[Article]]:
    """Yield all of `articles`, some at a time. Not by `iterator`: on SQLite an open one gets in the way of writing."""
    last = 0
    while batch := list(articles.filter(pk__gt=last).order_by("pk")[:BATCH]):
        last = batch[-1].pk
        yield batch


def _store_counts(counted: Counter[str]) -> None:
    known = {text: (pk, guides) for text, pk, guides in Word.objects.values_list("text", "pk", "guides").iterator()}
    changed = [Word(pk=pk, text=text, guides=counted[text]) for text, (pk, n) in known.items() if n != counted[text]]
    Word.objects.bulk_update(changed, ["guides"], batch_size=500)
    new = [Word(text=text, guides=guides) for text, guides in counted.items() if text not in known]
    Word.objects.bulk_create(new, batch_size=500, ignore_conflicts=True)

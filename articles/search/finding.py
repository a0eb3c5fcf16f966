"""From what a reader typed to a page of guides."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.safestring import SafeString

from articles.models import Article, Category, IndexEntry, Tag
from articles.prepared import NOW, Given, Prepared
from articles.search.documents import category_mark, tag_mark
from articles.search.expressions import Expression, Token, at_least, every
from articles.search.highlight import Highlighter
from articles.search.query import Query, read, understand
from articles.search.ranking import Weights, phrase_bonus, score, weigh
from articles.search.scopes import HEAD, WHOLE, Database, Found, Moment, Source, guide_in
from articles.search.tokens import fold
from articles.search.words import known_in

CANDIDATES = 200  # guides that are ranked, at most; others that have all words come after them, the newest first
READ_CLOSELY = 30  # of them, those whose bodies are read as well
MOST_FOUND = 10_000  # guides of one search
MOST_IDS = 1000  # guides that are told to others than readers
COUNTED = 5000  # guides that have a word, at most
ENOUGH = 20  # guides that have all words: no need to ask for less
SELECTIVE_WORDS, DEMANDED_WORDS = 5, 2  # when less is asked for: so many of so many
MOST_OF_LESS = 300  # guides that are looked at then
NEARLY_AS_GOOD = 0.25  # of the best one's score, which those must have
AT_ONCE = READ_CLOSELY  # guides that one query reads, at most

_guides = Prepared(
    Article.objects.published(NOW, few=True).for_lists().order_by().filter(pk__in=Given.several("ids", AT_ONCE))
)
_entries = Prepared(IndexEntry.objects.only("text").filter(article__pk__in=Given.several("ids", AT_ONCE)))


@dataclass(frozen=True)
class Hit:
    article: Article  # as lists show it, without its body
    title: SafeString
    snippet: SafeString


@dataclass(frozen=True)
class Results:
    hits: list[Hit]
    total: int  # at most MOST_FOUND
    is_capped: bool  # there are or may be more
    is_partial: bool  # not every word was demanded


@dataclass(frozen=True)
class Place:
    """Where guides must stand to be found."""

    category: Category | None = None
    tag: Tag | None = None

    def narrow(self, expression: Expression) -> Expression:
        marks = [category_mark(self.category.pk)] if self.category else []
        marks += [tag_mark(self.tag.pk)] if self.tag else []
        return every([expression, *map(Token, marks)])


def find(database: Database, text: str, place: Place, *, newest_first: bool, page: slice) -> Results:
    query = _understood(text)
    if not query.words:
        return Results([], 0, is_capped=False, is_partial=False)
    before, weights = Moment(timezone.now()), _weigh(database, query)
    candidates = _candidates(database, query, weights, place, before, best_only=not newest_first)
    ranked, texts = (candidates.found, {}) if newest_first else _rank(query, weights, candidates)
    ids = [one.article_id for one in ranked]
    total, is_capped = len(ids), False
    if not candidates.are_all:
        wanted = place.narrow(query.every_word)
        total, is_capped = database.total(wanted, before, MOST_FOUND, enough=CANDIDATES)
        total -= len(candidates.found) - len(ranked)
        if page.stop > len(ids):
            ids += _others(database.slots(wanted, before, page.stop + CANDIDATES), candidates)
    hits = _hits(ids[page], query, weights, texts)
    total -= len(ids[page]) - len(hits)  # withdrawn a moment ago
    return Results(hits, total, is_capped, is_partial=not candidates.partly.isdisjoint(ids))


def article_ids(database: Database, text: str) -> list[int]:
    """Return the numbers of the guides on the website that have every word of `text`, at most MOST_IDS."""
    query = _understood(text)
    if not query.words:
        return []
    return [one.article_id for one in _find(database, _sources(query, Place()), Moment(timezone.now()), MOST_IDS)]


def _understood(text: str) -> Query:
    folded = read(text)
    return understand(folded, known_in(folded)) if folded else Query("", (), ())


@dataclass(frozen=True)
class _Candidates:
    found: list[Found]  # the newest first
    are_all: bool
    partly: frozenset[int]  # the guides that perhaps do not have every word


def _weigh(database: Database, query: Query) -> Weights:
    counted = [*query.words, *query.pairs]
    if len(counted) == 1:
        return weigh(query, 1, {counted[0]: 1})
    total, *frequencies = database.count([word.expression for word in counted], COUNTED)
    return weigh(query, total, dict(zip(counted, frequencies, strict=True)))


def _sources(query: Query, place: Place) -> list[Source]:
    """Return where to search for what has every word, then for what is likely to be better than most of it."""
    wanted = place.narrow(query.every_word)
    sources: list[Source] = [(WHOLE, wanted), (HEAD, wanted)]
    phrase = place.narrow(query.phrase) if query.phrase else wanted
    return sources if phrase == wanted else [*sources, (WHOLE, phrase)]


def _candidates(  # noqa: PLR0913
    database: Database, query: Query, weights: Weights, place: Place, before: Moment, *, best_only: bool
) -> _Candidates:
    sources = _sources(query, place)
    found = _find(database, sources if best_only else sources[:1], before, CANDIDATES + 1)
    are_all, found = len(found) <= CANDIDATES, found[:CANDIDATES]
    partly: frozenset[int] = frozenset()
    if not found or (query.is_sentence and len(found) < ENOUGH):
        have = {one.article_id for one in found}
        less = place.narrow(_less(weights)) if weights.by_word else None
        others = _find(database, [(WHOLE, less), (HEAD, less)], before, MOST_OF_LESS) if less else []
        others = [one for one in others if one.article_id not in have]
        partly = frozenset(one.article_id for one in others)
        found += others
    return _Candidates(found, are_all, partly)


def _find(database: Database, sources: Sequence[Source], before: Moment, most: int) -> list[Found]:
    """Return the newest of very many, but before them those that say it at their head, or say all of it."""
    found = database.find(sources, before, most)
    return sorted(found, key=lambda one: one.sources == 1)[:most] if len(found) >= most else found


def _less(weights: Weights) -> Expression:
    """Return what asks for less than every word: two of the most selective, or one where that is selective enough."""
    selective = weights.most_selective(SELECTIVE_WORDS)
    are_many = sum(weights.frequencies[word] for word in selective) > MOST_OF_LESS
    return at_least(DEMANDED_WORDS if are_many else 1, [word.expression for word in selective])


def _rank(query: Query, weights: Weights, candidates: _Candidates) -> tuple[list[Found], dict[int, str]]:
    """Return the candidates, the best first, and the texts of those that were read closely."""
    plain = {one.article_id: score(query, weights, one) for one in candidates.found}
    totals = {one.article_id: plain[one.article_id] + phrase_bonus(query, weights, one) for one in candidates.found}
    # Sorting keeps the newest first where the scores are alike.
    ranked = sorted(candidates.found, key=lambda one: totals[one.article_id], reverse=True)
    closely, others = ranked[:READ_CLOSELY], ranked[READ_CLOSELY:]
    texts = _texts([one.article_id for one in closely])
    for one in closely:
        text = fold(texts.get(one.article_id, ""))
        plain[one.article_id] = score(query, weights, one, text)
        totals[one.article_id] = plain[one.article_id] + phrase_bonus(query, weights, one, text)
    # Pairs of characters that are not next to each other can look like a word; that is seen where bodies are read.
    closely = [one for one in closely if totals[one.article_id]]
    closely.sort(key=lambda one: totals[one.article_id], reverse=True)
    least = max(plain.values(), default=0.0) * NEARLY_AS_GOOD
    good = [one for one in closely + others if one.article_id not in candidates.partly or plain[one.article_id] > least]
    return good, texts


def _others(slots: Iterable[int], candidates: _Candidates) -> list[int]:
    """Return the numbers of the guides there that are no candidates."""
    have = {one.article_id for one in candidates.found}
    return [pk for pk in map(guide_in, slots) if pk not in have]


def _texts(ids: Sequence[int]) -> dict[int, str]:
    return {entry.pk: entry.text for some in _batches(ids) for entry in _entries(ids=some)}


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


def _hits(ids: Sequence[int], query: Query, weights: Weights, texts: Mapping[int, str]) -> list[Hit]:
    """Return what is shown of those that readers may still see."""
    articles = {guide.pk: guide for some in _batches(ids) for guide in _guides(ids=some)}
    texts = {**texts, **_texts([pk for pk in ids if pk not in texts])}
    highlighter = Highlighter({form: weight for word, weight in weights.by_word.items() for form in word.forms})
    return [
        Hit(
            article,
            highlighter.whole(article.title),
            highlighter.snippet([article.summary.strip(), texts.get(pk, "")]),
        )
        for pk in ids
        if (article := articles.get(pk))
    ]

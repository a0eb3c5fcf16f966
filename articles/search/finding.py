"""From what a reader typed to a page of guides."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.safestring import SafeString

from articles.models import Article, Category, IndexEntry, Tag
from articles.search.documents import category_mark, slot_after, tag_mark
from articles.search.expressions import Expression, Token, at_least, every
from articles.search.highlight import highlighted, snippet
from articles.search.query import Query, read, understand
from articles.search.ranking import Weights, phrase_bonus, score, weigh
from articles.search.scopes import HEAD, WHOLE, Database, Found, Moment, Source
from articles.search.tokens import fold
from articles.search.words import known_in

CANDIDATES = 1000  # guides that are ranked, at most
READ_CLOSELY = 30  # of them, those whose bodies are read as well
COUNTED = 5000  # guides that have a word, at most
ENOUGH = 20  # guides that have all words: no need to ask for less
SELECTIVE_WORDS, DEMANDED_WORDS = 5, 2  # when less is asked for: so many of so many
MOST_OF_LESS = 300  # guides that are looked at then
NEARLY_AS_GOOD = 0.25  # of the best one's score, which those must have


@dataclass(frozen=True)
class Hit:
    article: Article  # as lists show it, without its body
    title: SafeString
    snippet: SafeString


@dataclass(frozen=True)
class Results:
    hits: list[Hit]
    total: int  # at most CANDIDATES
    is_capped: bool  # there are more
    is_partial: bool  # not every word was demanded


@dataclass(frozen=True)
class Place:
    """Where guides must stand to be found."""

    category: Category | None
    tag: Tag | None

    def narrow(self, expression: Expression) -> Expression:
        marks = [category_mark(self.category.pk)] if self.category else []
        marks += [tag_mark(self.tag.pk)] if self.tag else []
        return every([expression, *map(Token, marks)])


def find(database: Database, text: str, place: Place, *, newest_first: bool, page: slice) -> Results:
    folded = read(text)
    query = understand(folded, known_in(folded)) if folded else Query("", (), ())
    if not query.words:
        return Results([], 0, is_capped=False, is_partial=False)
    weights = _weigh(database, query)
    candidates = _candidates(database, query, weights, place, best_only=not newest_first)
    if newest_first:
        ranked = candidates.found
        texts = _texts(ranked[page])
    else:
        ranked, texts = _rank(query, weights, candidates, page)
    hits = _hits(ranked[page], query, weights, texts)
    missing = len(ranked[page]) - len(hits)  # withdrawn a moment ago
    is_partial = any(one.article_id in candidates.partly for one in ranked)
    return Results(hits, len(ranked) - missing, candidates.is_capped, is_partial)


def article_ids(database: Database, text: str) -> list[int]:
    """Return the numbers of the guides on the website that have every word of `text`, at most CANDIDATES."""
    folded = read(text)
    query = understand(folded, known_in(folded)) if folded else Query("", (), ())
    if not query.words:
        return []
    # Without weights: nothing is ranked, and nothing less than every word is asked for.
    candidates = _candidates(database, query, Weights({}, 0, {}), Place(None, None), best_only=True, every_word=True)
    return [one.article_id for one in candidates.found]


@dataclass(frozen=True)
class _Candidates:
    found: list[Found]  # the newest first
    is_capped: bool
    partly: frozenset[int]  # the guides that perhaps do not have every word


def _weigh(database: Database, query: Query) -> Weights:
    counted = [*query.words, *query.pairs]
    if len(counted) == 1:
        return weigh(query, 1, {counted[0]: 1})
    total, *frequencies = database.count([word.expression for word in counted], COUNTED)
    return weigh(query, total, dict(zip(counted, frequencies, strict=True)))


def _candidates(  # noqa: PLR0913
    database: Database, query: Query, weights: Weights, place: Place, *, best_only: bool, every_word: bool = False
) -> _Candidates:
    now = timezone.now()
    before = Moment(now, slot_after(now.timestamp()))
    all_words = place.narrow(every([word.expression for word in query.words]))
    sources: list[Source] = [(WHOLE, all_words)]
    if best_only:
        sources.append((HEAD, all_words))
        if query.phrase:
            sources.append((WHOLE, place.narrow(query.phrase)))

    found = _find(database, sources, before, CANDIDATES + 1)
    is_capped = len(found) > CANDIDATES
    found = found[:CANDIDATES]
    partly: frozenset[int] = frozenset()
    if not every_word and (not found or (query.is_sentence and len(found) < ENOUGH)):
        have = {one.article_id for one in found}
        less = place.narrow(_less(weights)) if weights.by_word else None
        others = _find(database, [(WHOLE, less), (HEAD, less)], before, MOST_OF_LESS) if less else []
        others = [one for one in others if one.article_id not in have]
        partly = frozenset(one.article_id for one in others)
        found += others
    return _Candidates(found, is_capped, partly)


def _find(database: Database, sources: Sequence[Source], before: Moment, most: int) -> list[Found]:
    """Return the newest of very many, but before them those that say it at their head, or say all of it."""
    found = database.find(sources, before, most)
    return sorted(found, key=lambda one: one.sources == 1)[:most] if len(found) >= most else found


def _less(weights: Weights) -> Expression:
    """Return what asks for less than every word: two of the most selective, or one where that is selective enough."""
    selective = weights.most_selective(SELECTIVE_WORDS)
    are_many = sum(weights.frequencies[word] for word in selective) > MOST_OF_LESS
    return at_least(DEMANDED_WORDS if are_many else 1, [word.expression for word in selective])


def _rank(query: Query, weights: Weights, candidates: _Candidates, page: slice) -> tuple[list[Found], dict[int, str]]:
    """Return the candidates, the best first, and the texts of those that were read closely or are on the page."""
    plain = {one.article_id: score(query, weights, one) for one in candidates.found}
    totals = {one.article_id: plain[one.article_id] + phrase_bonus(query, weights, one) for one in candidates.found}
    # Sorting keeps the newest first where the scores are alike.
    ranked = sorted(candidates.found, key=lambda one: totals[one.article_id], reverse=True)
    closely, others = ranked[:READ_CLOSELY], ranked[READ_CLOSELY:]
    texts = _texts({one.article_id: one for one in [*closely, *ranked[page]]}.values())
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


def _texts(found: Collection[Found]) -> dict[int, str]:
    entries = IndexEntry.objects.filter(pk__in=[one.article_id for one in found])
    return dict(entries.values_list("pk", "text"))


def _hits(found: Sequence[Found], query: Query, weights: Weights, texts: dict[int, str]) -> list[Hit]:
    """Return what is shown of those that readers may still see."""
    articles = Article.objects.published().for_lists().in_bulk([one.article_id for one in found])
    forms = {form: weight for word, weight in weights.by_word.items() for form in word.forms}
    return [
        Hit(
            article,
            highlighted(article.title, forms),
            snippet([article.summary, texts.get(article.pk, "")], forms),
        )
        for one in found
        if (article := articles.get(one.article_id))
    ]

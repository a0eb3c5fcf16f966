"""What a reader asks for, as the search understands it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from articles.search.expressions import Expression, either, every, holds
from articles.search.segmentation import LONGEST_KNOWN, STOP_WORDS, split
from articles.search.tokens import fold, required_tokens, runs

LONGEST = 100  # characters that are read of a question
SHORTEST_SOUND = 2  # letters
MOST_FORMS = 8
MOST_PAIRS = 16
SHORTEST_SENTENCE = 6  # Han characters in a row

# Characters that say nothing by themselves, nor do two of them.
EMPTY = frozenset("的了吗呢吧啊呀么是在和与我你他她它这那就都也又被把对从到怎什会能可以有没不要个一着过给让很太多少几")

_LATIN = re.compile(r"(?<![^\W_])[a-z]+(?:[ '][a-z]+)*(?![0-9])")


@dataclass(frozen=True)
class Known:
    """A word that the site knows, with those that mean the same."""

    word: str
    pinyin: str
    initials: str
    forms: tuple[str, ...]


@dataclass(frozen=True)
class Word:
    """Something that is asked for, and the forms in which guides may say it, the reader's own first."""

    forms: tuple[str, ...]

    @property
    def expression(self) -> Expression:
        return either([holds(form) for form in self.forms])


@dataclass(frozen=True)
class Query:
    text: str  # folded
    words: tuple[Word, ...]
    # Pairs of characters that are in none of the words, or in a word that perhaps no guide has: for long questions.
    pairs: tuple[Word, ...]

    @property
    def every_word(self) -> Expression:
        return every([word.expression for word in self.words])

    @property
    def phrase(self) -> Expression | None:
        """All that was typed, stop words too; None if it cannot be searched or says no more than its one word."""
        if not required_tokens(self.text) or len(self.words) == 1 == len(list(runs(self.text))):
            return None
        return holds(self.text)

    @cached_property
    def all_pairs(self) -> list[str]:
        """Every pair of neighbouring Han characters, stop words too."""
        return list({run[at : at + 2] for run, is_han, _ in runs(self.text) if is_han for at in range(len(run) - 1)})

    @property
    def is_sentence(self) -> bool:
        """Whether this is a question in a reader's own words, rather than words that every guide should have."""
        return any(is_han and len(run) >= SHORTEST_SENTENCE for run, is_han, _ in runs(self.text))


def read(text: str) -> str:
    """Return what is read of what somebody typed, folded."""
    return fold(text[:LONGEST].replace("\0", " ")).strip()


def possible_words(folded: str) -> set[str]:
    """Return every part of a question that might be a word the site knows."""
    return {
        chunk[start:end]
        for chunk in folded.split()
        for start in range(len(chunk))
        for end in range(start + 2, min(len(chunk), start + LONGEST_KNOWN) + 1)
    }


def possible_sounds(folded: str) -> tuple[set[str], set[str]]:
    """Return what might be the pinyin of a word, and what might be the initials of one."""
    spellings = {spelling for _, spelling in _latin(folded)}
    pinyin = {
        spelling[start:end]
        for spelling in spellings
        for start in range(len(spelling))
        for end in range(start + SHORTEST_SOUND, len(spelling) + 1)
    }
    return pinyin, {spelling for spelling in spellings if len(spelling) >= SHORTEST_SOUND}


def _latin(folded: str) -> Iterator[tuple[str, str]]:
    """Yield words of Latin letters, one by one and several that follow each other as one, with how they stand."""
    for match in _LATIN.finditer(folded):
        whole = match.group()
        for text in dict.fromkeys([whole, *re.findall("[a-z]+", whole)]):
            yield text, re.sub("[^a-z]", "", text)


def understand(folded: str, known: Sequence[Known]) -> Query:
    """Return a question with its words as the site knows them."""
    by_sound = _by_sound(known)
    heard: dict[str, list[str]] = {}
    text = folded
    for written, spelling in _latin(folded):
        alternatives = _as_heard(spelling, by_sound)
        if len(alternatives) == 1 and written == spelling:
            heard[spelling] = alternatives[0]  # or the Latin word itself was meant
        elif alternatives:
            text = text.replace(written, "".join(words[0] for words in alternatives))
    same = {entry.word: entry.forms for entry in known}
    asked = split(text, same)
    words = [word for word in asked if required_tokens(word)]
    return Query(
        text,
        tuple(_word(word, same, heard) for word in words),
        tuple(Word((pair,)) for pair in _pairs(text, words)),
    )


def _pairs(text: str, words: Sequence[str]) -> list[str]:
    """Return pairs of neighbouring Han characters that say something which short words do not say already."""
    said = {word for word in words if len(word) == 2}
    for word in said:
        text = text.replace(word, " ")
    pairs = (run[at : at + 2] for run, is_han, _ in runs(text) if is_han for at in range(len(run) - 1))
    return [pair for pair in dict.fromkeys(pairs) if pair not in STOP_WORDS and not {*pair} <= EMPTY][:MOST_PAIRS]


def _word(word: str, same: Mapping[str, tuple[str, ...]], heard: Mapping[str, list[str]]) -> Word:
    own = [word, *heard.get(word, ())]
    forms = list(dict.fromkeys([*own, *(form for one in own for form in same.get(one, ()) if required_tokens(form))]))
    return Word(tuple(forms[:MOST_FORMS]))


def _by_sound(known: Sequence[Known]) -> dict[str, list[str]]:
    """Return the words for each pinyin, and for each of the initials."""
    by_sound: dict[str, list[str]] = {}
    for entry in known:
        for sound in {entry.pinyin, entry.initials}:
            by_sound.setdefault(sound, []).append(entry.word)
    return by_sound


def _as_heard(spelling: str, by_sound: Mapping[str, list[str]]) -> list[list[str]]:
    """Return the fewest words that sound like `spelling` one after the other, each with those that sound alike."""
    best: list[list[list[str]] | None] = [[]] + [None] * len(spelling)
    for end in range(SHORTEST_SOUND, len(spelling) + 1):
        for start in range(end - SHORTEST_SOUND + 1):
            before, sound = best[start], spelling[start:end]
            # Initials are only heard by themselves: in the middle of a word they would be anything.
            fits = sound in by_sound and (sound == spelling or len(sound) > 3)
            if before is not None and fits and (best[end] is None or len(before) + 1 < len(best[end] or ())):
                best[end] = [*before, by_sound[sound][:MOST_FORMS]]
    return best[-1] or []

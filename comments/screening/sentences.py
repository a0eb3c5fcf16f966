"""Sentences of a comment, and whether one only asks, warns of or reports what others said."""

import re
from bisect import bisect_right
from functools import cached_property

from comments.screening.normalisation import NormalText
from comments.screening.words import WordLists

_ENDS = re.compile(r"[。!?;\n]+")
_CLAUSE_END = re.compile(r"[。!?;\n，,]")
_BEFORE = 8  # characters
_WRITER = re.compile(
    r"(?<![找加私系询问戳滴信聊])我(?!们|司|公司|这[边里儿的都有能]|处|所|家专|能|可|帮)|俺|自己|本人(?!专|承|做)"
)
_ENDS_ASKING = re.compile(r"[吗么][?!。]*$")
_ASKING_END = re.compile(r"[么吧]\W{0,3}$")


def told_of_others(text: str, start: int, words: WordLists) -> bool:
    """Return whether the words just before `start` make somebody else the one who acts (催收让我加…)."""
    before = _CLAUSE_END.split(text[max(0, start - _BEFORE) : start])[-1]
    return words.has("third_party", before)


class Sentence:
    """One sentence in its dense form, its end mark included."""

    def __init__(self, dense: str, words: WordLists) -> None:
        self.dense = dense
        self._words = words

    @cached_property
    def _plain(self) -> str:
        """The sentence without phrases that only look like a question or a warning (合法合规, 不管什么)."""
        plain = self.dense
        for match in self._words.find("statement", self.dense):
            plain = plain.replace(match[0], "")
        return plain

    @cached_property
    def asks(self) -> bool:
        return "?" in self.dense or bool(_ASKING_END.search(self.dense)) or self._words.has("question", self._plain)

    @cached_property
    def ends_asking(self) -> bool:
        return bool(_ENDS_ASKING.search(self.dense))

    @cached_property
    def warns(self) -> bool:
        return self._words.has("warning", self._plain)

    @cached_property
    def reports(self) -> bool:
        return self._words.has("report", self._plain)

    @cached_property
    def is_of_the_writer(self) -> bool:
        """Whether somebody tells of themselves: 我, but not as those do who sell (找我, 我们, 我司)."""
        return bool(_WRITER.search(self.dense))

    @property
    def is_rhetorical(self) -> bool:
        """Whether a question may be one that the next sentence answers with an offer (流水不够？…)."""
        return self.asks and not (self.warns or self.reports or self.ends_asking or self.is_of_the_writer)

    @property
    def is_excused(self) -> bool:
        """Whether what is named here is talked about, not offered."""
        return self.asks or self.warns or self.reports

    @property
    def is_plain(self) -> bool:
        """Whether something is simply stated here, of nobody in particular, as adverts do."""
        return not (self.is_excused or self.is_of_the_writer)


class Sentences:
    """The sentences of a text, found by position in its dense form."""

    def __init__(self, normal: NormalText, words: WordLists) -> None:
        dense = normal.dense
        ends = [found.end() for found in _ENDS.finditer(dense)]
        self._starts = [0, *(end for end in ends if end < len(dense))]
        bounds = [*self._starts[1:], len(dense)]
        self._all = [Sentence(dense[a:b], words) for a, b in zip(self._starts, bounds, strict=True)]

    def index_at(self, position: int) -> int:
        """Return the number of the sentence that `position` of the dense text lies in."""
        return bisect_right(self._starts, position) - 1

    def near(self, index: int) -> list[Sentence]:
        """Return a sentence with the one before and the one after it."""
        return self._all[max(0, index - 1) : index + 2]

    def around(self, index: int) -> str:
        """Return the dense text of a sentence with the one before and the one after it."""
        return "".join(sentence.dense for sentence in self.near(index))

    def __len__(self) -> int:
        return len(self._all)

    def __getitem__(self, index: int) -> Sentence:
        return self._all[index]

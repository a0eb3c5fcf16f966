"""How well the search answers questions of which editors have said which guide is right."""

import json
from dataclasses import dataclass
from pathlib import Path

import yaml

from articles import search
from articles.models import Article

LOOKED_AT = 20  # ranks


class NoQuestions(ValueError):
    """A file that is not what it should be: why, in Chinese."""


@dataclass(frozen=True)
class Question:
    text: str
    guides: tuple[str, ...]  # titles or slugs; any of them is right


@dataclass(frozen=True)
class Answer:
    question: Question
    rank: int | None  # of the right guide that stands highest, from 1


def read_questions(path: Path) -> list[Question]:
    """Return the questions in a file of YAML (a list) or of JSON (an object to a line): {question: …, guide: …}.

    Raises NoQuestions.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix in {".yaml", ".yml"}:
            rows = yaml.safe_load(text)
        else:
            rows = [json.loads(line) for line in text.splitlines() if line.strip()]
        return [Question(str(row["question"]), _as_names(row["guide"])) for row in rows]
    except (OSError, UnicodeDecodeError) as error:
        raise NoQuestions(f"读不了 {path}：{error}") from error
    except (KeyError, TypeError, json.JSONDecodeError, yaml.YAMLError) as error:
        raise NoQuestions(f"{path} 应是一列 {{question: …, guide: …}}：{type(error).__name__} {error}") from error


def _as_names(guide: object) -> tuple[str, ...]:
    return tuple(map(str, guide)) if isinstance(guide, list) else (str(guide),)


def unknown_guides(questions: list[Question]) -> list[str]:
    """Return the guides that are expected, but not on the website."""
    names = {name for question in questions for name in question.guides}
    public = Article.objects.published()
    known = {*public.filter(title__in=names).values_list("title", flat=True)}
    known |= {*public.filter(slug__in=names).values_list("slug", flat=True)}
    return sorted(names - known)


def ask(question: Question) -> Answer:
    hits = search.find(question.text, limit=LOOKED_AT).hits
    right = [rank for rank, hit in enumerate(hits, 1) if {hit.article.title, hit.article.slug} & {*question.guides}]
    return Answer(question, right[0] if right else None)


def share_within(answers: list[Answer], rank: int) -> float:
    return sum(answer.rank is not None and answer.rank <= rank for answer in answers) / len(answers)

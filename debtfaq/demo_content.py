"""Load the demo content: guides written for this project, as Markdown files with front matter."""

import datetime as dt
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import frontmatter
import yaml
from django.db import transaction
from django.utils import timezone

from articles.models import Article, Category, Term
from articles.reader_counts import set_series
from comments.models import Comment, Expert, ModerationEvent, Review

DEMO_DIR = Path(__file__).parent / "demo"
DAYS_OF_VIEWS = 60

Experts = dict[str, Expert]


class DemoProblem(Exception):
    """A file of the demo content that cannot be loaded, and why, in Chinese."""


def load() -> Iterator[tuple[Article, bool]]:
    """Load every guide of the demo content and yield it with whether it is new; what is there already stays as it is.

    Raises DemoProblem for a file that is not as it should be; guides before it are kept.
    """
    categories = {row["slug"]: _category(position, row) for position, row in enumerate(_read("categories.yaml"), 1)}
    experts = {key: _expert(row) for key, row in _read("experts.yaml").items()}
    for path in sorted((DEMO_DIR / "guides").glob("*.md")):
        key = f"demo:{path.stem}"
        if known := Article.objects.filter(import_key=key).first():
            yield known, False
            continue
        try:
            with transaction.atomic():
                article = _guide(key, frontmatter.load(str(path)), categories, experts)
        except (KeyError, TypeError, ValueError, yaml.YAMLError) as error:
            raise DemoProblem(f"{path.name}：{type(error).__name__} {error}") from error
        yield article, True
    _glossary()


def _read(name: str) -> Any:
    return yaml.safe_load((DEMO_DIR / name).read_text(encoding="utf-8"))


def _category(position: int, row: dict[str, str]) -> Category:
    category, _ = Category.objects.get_or_create(slug=row["slug"], defaults={**row, "position": position})
    return category


def _expert(row: dict[str, str]) -> Expert:
    expert, _ = Expert.objects.get_or_create(
        name=row["name"], is_example=True, defaults={"role": row["role"], "biography": row["biography"]}
    )
    return expert


def _guide(key: str, post: frontmatter.Post, categories: dict[str, Category], experts: Experts) -> Article:
    meta: dict[str, Any] = post.metadata
    published_at = _time(meta["published"])
    article = Article(
        title=meta["title"],
        category=categories[meta["category"]],
        summary=_unfold(meta["summary"]),
        body=post.content.strip() + "\n",
        byline=meta["byline"],
        source="\n".join(meta["source"]),
        published_at=published_at,
        corrected_at=_time(meta["corrected"]) if "corrected" in meta else None,
        import_key=key,
    )
    article.full_clean(exclude=["slug"])
    article.save()
    article.tags.set(meta["tags"])
    article.publish(by=None)
    if review := meta.get("review"):
        Review.objects.create(article=article, expert=experts[review["expert"]], reviewed_on=review["date"])
    for reply in meta["replies"]:
        _reply(article, experts, reply)
    for question in meta["questions"]:
        _question(article, experts, question)
    set_series(article.pk, plausible_views(key, published_at.date(), timezone.localdate()))
    return article


def _glossary() -> None:
    """Add the terms that are not there yet; the guides must be there already."""
    for row in _read("glossary.yaml"):
        guide = Article.objects.filter(import_key=f"demo:{row.get('guide')}").first()
        aliases = "，".join(row["aliases"])
        fields = {"aliases": aliases, "meaning": row["meaning"], "slug": row["slug"], "article": guide}
        Term.objects.get_or_create(term=row["term"], defaults=fields)


def _reply(article: Article, experts: Experts, row: dict[str, Any], parent: Comment | None = None) -> None:
    comment = Comment(
        article=article,
        parent=parent,
        expert=experts[row["expert"]],
        body=row["body"].strip(),
        posted_at=_time(row["at"]),
    )
    comment.full_clean()
    comment.save()
    comment.approve(by=None)


def _question(article: Article, experts: Experts, row: dict[str, Any]) -> None:
    comment = Comment(article=article, nickname=row["nickname"], body=row["body"].strip(), posted_at=_time(row["at"]))
    comment.full_clean()
    comment.save()
    decide: dict[str, Callable[[], object]] = {
        "pending": lambda: None,
        "approved": lambda: comment.approve(by=None),
        "rejected": lambda: comment.reject(by=None, reason=_reason(row["reason"])),
    }
    decide[row["status"]]()
    if answer := row.get("answer"):
        _reply(article, experts, answer, parent=comment)


def _reason(label: str) -> ModerationEvent.Reason:
    return next(reason for reason in ModerationEvent.Reason if reason.label == label)


def _unfold(text: str) -> str:
    """Undo the spaces that YAML puts where a folded line of Chinese ends."""
    return re.sub(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])", "", text.strip())


def _time(value: str | dt.datetime) -> dt.datetime:
    naive = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(value)
    return timezone.make_aware(naive)


def plausible_views(key: str, published: dt.date, today: dt.date) -> dict[dt.date, int]:
    """Return made-up readings of the last DAYS_OF_VIEWS days, none before publication; the same for the same arguments.

    Most guides are read a little and a few a lot, more in the evening of the week than at weekends, fewer as they age.
    """
    chance = random.Random(key)  # noqa: S311  (not a secret)
    popularity = chance.lognormvariate(2.6, 0.8)
    first = max(published, today - dt.timedelta(days=DAYS_OF_VIEWS - 1))
    counts = {}
    for number in range((today - first).days + 1):
        day = first + dt.timedelta(days=number)
        weekend = 0.7 if day.weekday() >= 5 else 1.0
        fresh = 1 + 2 / (1 + (day - published).days)
        counts[day] = round(popularity * weekend * fresh * chance.uniform(0.6, 1.4))
    return counts

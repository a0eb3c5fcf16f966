"""What keeps a guide from being published: one list of small checks.

`problems_of` runs them all. The desk lets nobody approve or publish a guide with errors (`refuse_errors`). That is
asked of people at the desk and not by the model: `Article.check_ready` holds everywhere, for imports and the demo
too, and asks only for what a page cannot do without; an imported page has no short answer yet and may still appear.
"""

from django.core.exceptions import ValidationError
from django.http import QueryDict

from articles.checks import fields, links, structure, wording
from articles.checks.drafts import Draft
from articles.checks.lookup import look_up
from articles.checks.problems import CHECKS, Problem
from articles.models import Article
from articles.tagging import split_tags

__all__ = [
    "Draft",
    "Problem",
    "draft_of",
    "fields",
    "links",
    "problems_of",
    "refuse_errors",
    "structure",
    "typed",
    "wording",
]


def problems_of(what: Article | Draft) -> list[Problem]:
    """Return what is wrong with a guide: errors first, then check by check. At most three queries."""
    draft = draft_of(what) if isinstance(what, Article) else what
    problems = [problem for entry in CHECKS for problem in entry.problems(draft)]
    return sorted(problems, key=lambda problem: not problem.is_error)


def refuse_errors(article: Article) -> None:
    """Raise ValidationError with everything that keeps the guide from being published, in one sentence."""
    errors = [str(problem) for problem in problems_of(article) if problem.is_error]
    if errors:
        raise ValidationError(f"《{article.title}》还不能发布：{'；'.join(errors)}。")


def draft_of(article: Article) -> Draft:
    """Return a guide as it is saved."""
    return Draft(
        title=article.title,
        summary=article.summary,
        body=article.body,
        tags=[tag.name for tag in article.tags.all()],
        sources=article.sources,
        cover_alt=article.cover_alt,
        has_category=article.category_id is not None,
        has_cover=bool(article.cover),
        has_review_date=article.review_by is not None,
        pk=article.pk,
        look_up=look_up,
    )


def typed(data: QueryDict, saved: Article | None) -> Draft:
    """Return a guide as it stands in the form, of which `data` was sent; pictures are not sent along."""
    return Draft(
        title=data.get("title", "").replace("\0", "").strip(),
        summary=data.get("summary", ""),
        body=data.get("body", "").replace("\r\n", "\n"),
        tags=split_tags(data.get("tags", "")),
        sources=data.get("source", "").split(),
        cover_alt=data.get("cover_alt", ""),
        has_category=bool(data.get("category")),
        has_cover=bool(saved and saved.cover) and "cover-clear" not in data,
        has_review_date=bool(data.get("review_by", "").strip()),
        pk=saved.pk if saved else None,
        look_up=look_up,
    )

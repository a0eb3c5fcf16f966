"""What is said under a guide, to machines: who reviewed it, and a reader's question with an expert's answer."""

from typing import Any

from django.utils.safestring import SafeString

from articles.addresses import absolute
from articles.models import Article
from articles.structured_data import as_script
from comments.discussion import Discussion
from comments.models import Comment, Expert, Review

Data = dict[str, Any]


def discussion_data(article: Article, discussion: Discussion) -> SafeString | str:
    """Say to machines who reviewed a guide and which question under it an expert answered."""
    nodes = []
    if discussion.review:
        nodes.append(reviewed_page(article, discussion.review))
    if answered := discussion.answered:
        nodes.append(question_page(article, answered.comment, answered.answers))
    return as_script(*nodes) if nodes else ""


def reviewed_page(article: Article, review: Review) -> Data:
    """Return who found the page of a guide right, and when."""
    url = absolute(article.get_absolute_url())
    return {
        "@type": "WebPage",
        "@id": url,
        "url": url,
        "lastReviewed": review.reviewed_on.isoformat(),
        "reviewedBy": _person(review.expert),
    }


def question_page(article: Article, question: Comment, answers: list[Comment]) -> Data:
    """Return a reader's question with the experts' answers to it."""
    url = absolute(article.get_absolute_url())
    return {
        "@type": "QAPage",
        "mainEntity": {
            "@type": "Question",
            "name": question.body[:110],
            "text": question.body,
            "answerCount": len(answers),
            "datePublished": question.posted_at.isoformat(),
            "author": {"@type": "Person", "name": question.author},
            "suggestedAnswer": [_answer(url, answer) for answer in answers],
        },
    }


def _answer(url: str, answer: Comment) -> Data:
    return {
        "@type": "Answer",
        "text": answer.body,
        "url": f"{url}#comment-{answer.pk}",
        "datePublished": answer.posted_at.isoformat(),
        "author": _person(answer.expert) if answer.expert else {"@type": "Person", "name": answer.author},
    }


def _person(expert: Expert) -> Data:
    """Return an expert; a title is claimed only for one whose identity was checked."""
    person = {"@type": "Person", "name": expert.name, "url": absolute(expert.get_absolute_url())}
    if expert.is_verified:
        person["jobTitle"] = expert.role
    return person

"""The typical guide whose size is bounded: 2,000 characters and 5 replies, in the words of the demo content.

Real sentences, none twice: made-up or repeated ones would compress otherwise than what editors write.
"""

from itertools import islice

from articles.models import Article
from comments.models import Comment, Expert
from tests.audit.site import TYPICAL_TITLE

CHARACTERS = 2000
REPLIES = 5


def make() -> Article:
    """Publish the typical guide on a site that has the demo content, and return it."""
    published = Article.objects.published().order_by("pk")
    model = published.first()
    assert model, "the typical guide borrows from the demo content"
    article = Article(
        title=TYPICAL_TITLE, category=model.category, summary=model.summary, byline=model.byline, source=model.source
    )
    article.body = _body([guide.body for guide in published[:5]])
    article.save()
    article.tags.set(model.tags.all())
    article.publish(by=None)
    said = Comment.objects.visible().order_by("pk")
    experts = list(Expert.objects.order_by("pk"))
    for number, body in enumerate(islice(said.values_list("body", flat=True).distinct(), REPLIES)):
        reply = Comment.objects.create(article=article, expert=experts[number % len(experts)], body=body)
        reply.approve(by=None)
    return article


def _body(sources: list[str]) -> str:
    """Join whole blocks of `sources` until they hold CHARACTERS characters."""
    blocks = [block for source in sources for block in source.strip().split("\n\n")]
    chosen: list[str] = []
    for block in blocks:
        if sum(map(len, chosen)) >= CHARACTERS:
            break
        chosen.append(block)
    return "\n\n".join(chosen) + "\n"

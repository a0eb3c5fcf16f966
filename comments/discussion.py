"""What is said under a guide, put in order for its page."""

from dataclasses import dataclass, field

from articles.models import Article
from articles.prepared import NOW, Given, Prepared
from comments.models import Comment, Review

SHOWN = 200  # the most comments on one page

_comments = Prepared(
    Comment.objects.visible(NOW)
    .filter(article=Given("article"))
    .select_related("expert")
    .defer("address_hash", "fingerprint", "findings", "code", "expert__biography")
    .in_order()[:SHOWN]
)
_last_review = Prepared(Review.objects.filter(article=Given("article")).select_related("expert").newest_first()[:1])


@dataclass(frozen=True)
class Thread:
    """A comment and the replies to it."""

    comment: Comment
    replies: list[Comment] = field(default_factory=list)

    @property
    def answers(self) -> list[Comment]:
        return [reply for reply in self.replies if reply.expert]


@dataclass(frozen=True)
class Discussion:
    """Featured comments (such are experts' replies to begin with), the others, and the last review."""

    featured: list[Thread]
    others: list[Thread]
    review: Review | None

    @property
    def answered(self) -> Thread | None:
        """The first question of a reader that an expert answered."""
        threads = [*self.featured, *self.others]
        return next((thread for thread in threads if thread.answers and not thread.comment.expert), None)


def discussion_of(article: Article) -> Discussion:
    """Return what readers see under `article`. Two queries."""
    comments = _comments(article=article.pk)
    threads = {comment.pk: Thread(comment) for comment in comments if comment.parent_id is None}
    for comment in comments:
        if comment.parent_id in threads:
            threads[comment.parent_id].replies.append(comment)
    return Discussion(
        featured=[thread for thread in threads.values() if thread.comment.is_featured],
        others=[thread for thread in threads.values() if not thread.comment.is_featured],
        review=_last_review.first(article=article.pk),
    )

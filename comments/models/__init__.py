"""What is said under a guide: experts' replies and readers' comments, and who decided on them."""

from comments.models.comment import Comment
from comments.models.decision import EarlierWording, ModerationEvent, Report
from comments.models.expert import Expert, Review, Verification
from comments.models.openness import CommentRule
from comments.models.words import ScreeningWord

__all__ = [
    "Comment",
    "CommentRule",
    "EarlierWording",
    "Expert",
    "ModerationEvent",
    "Report",
    "Review",
    "ScreeningWord",
    "Verification",
]

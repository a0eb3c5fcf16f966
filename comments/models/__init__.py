"""What is said under a guide: experts' replies and readers' comments, and who decided on them."""

from comments.models.comment import Comment, ModerationEvent
from comments.models.expert import Expert, Review, Verification

__all__ = ["Comment", "Expert", "ModerationEvent", "Review", "Verification"]

"""What is said under the guides of a seeded site (manage.py seed_scale)."""

import datetime as dt
import random
from collections.abc import Iterator

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from articles.models import Article
from comments.models import Comment, Expert, ModerationEvent, Review
from debtfaq import seeding_words as words
from debtfaq.seeding import named_user

BATCH = 1000
EXPERTS = 60
COMMENTS_FOR_REVIEW = 20  # for so many comments an expert has reviewed one guide
CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

C = Comment.Status
STATUSES = {C.APPROVED: 82, C.PENDING: 2, C.REJECTED: 12, C.WITHDRAWN: 4}


def seed_comments(number: int) -> Iterator[int]:
    """Write so many comments under the guides on the website, a batch at a time; yield how many are done."""
    first = Comment.objects.count()
    chance = random.Random(first)  # noqa: S311
    guides = list(Article.objects.published().order_by("pk").values_list("pk", "published_at"))
    if not guides:
        return
    experts = [_expert(n) for n in range(EXPERTS)]
    moderator = named_user("seed-moderator")
    done = 0
    while done < number:
        batch = range(done, min(done + BATCH, number))
        comments = [_comment(chance, guides, experts, first + n) for n in batch]
        with transaction.atomic():
            questions = Comment.objects.bulk_create(comments[: len(comments) * 3 // 4 + 1])
            replies = comments[len(questions) :]
            for reply in replies:
                asked = chance.choice(questions)
                reply.parent, reply.article_id = asked, asked.article_id
            Comment.objects.bulk_create(replies)
            ModerationEvent.objects.bulk_create(
                _event(chance, comment, moderator) for comment in comments if comment.waits_since is None
            )
            Review.objects.bulk_create(
                (_review(chance, guides, experts) for _ in range(0, len(batch), COMMENTS_FOR_REVIEW)),
                ignore_conflicts=True,
            )
        done = batch.stop
        yield done


def _comment(
    chance: random.Random, guides: list[tuple[int, dt.datetime | None]], experts: list[Expert], number: int
) -> Comment:
    """Return a comment under one of `guides`: some have very many, most have few."""
    pk, published_at = guides[int(len(guides) * chance.random() ** 2)]
    now = timezone.now()
    posted_at = now - (now - (published_at or now)) * chance.random()
    status = chance.choices(list(STATUSES), list(STATUSES.values()))[0]
    comment = Comment(article_id=pk, body=words.question(chance), posted_at=posted_at, status=status)
    comment.waits_since = posted_at if status == C.PENDING else None
    if chance.random() < 0.1:
        comment.expert = expert = chance.choice(experts)
        comment.expert_name, comment.expert_role, comment.is_featured = expert.name, expert.shown_role, True
        return comment
    comment.nickname = chance.choice(words.NICKNAMES) if chance.random() < 0.6 else ""
    comment.code = _code(number)
    comment.useful = int(chance.expovariate(1))
    comment.is_urgent = chance.random() < 0.01
    comment.address_hash = f"{chance.randrange(number // 5 + 10):032x}"
    return comment


def _event(chance: random.Random, comment: Comment, moderator: User) -> ModerationEvent:
    reason = chance.choice(list(ModerationEvent.Reason)) if comment.status == C.REJECTED else ""
    return ModerationEvent(
        comment=comment, from_status=C.PENDING, to_status=comment.status, reason=reason, by=moderator
    )


def _review(chance: random.Random, guides: list[tuple[int, dt.datetime | None]], experts: list[Expert]) -> Review:
    pk, published_at = chance.choice(guides)
    return Review(article_id=pk, expert=chance.choice(experts), reviewed_on=timezone.localdate(published_at))


def _code(number: int) -> str:
    letters = []
    for _ in range(10):
        number, place = divmod(number, len(CODE_LETTERS))
        letters.append(CODE_LETTERS[place])
    return "".join(reversed(letters))


def _expert(number: int) -> Expert:
    name = f"{words.SURNAMES[number % len(words.SURNAMES)]}示例{number}"
    expert, _ = Expert.objects.get_or_create(name=name, is_example=True, defaults={"role": "法律顾问"})
    return expert

"""A large site that looks like a real one, written fast: for benchmarks and rehearsals (manage.py seed_scale).

Guides are put together from blocks whose HTML is rendered once, and written in bulk: nothing that follows a saved
guide (search, related guides, suggestions) is told. Running it again adds more.
"""

import datetime as dt
import random
from collections.abc import Iterator
from functools import cache

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from articles import rendering
from articles.models import (
    Article,
    ArticleViews,
    Category,
    DailyViews,
    IndexState,
    Link,
    StatusChange,
    Tag,
    TaggedArticle,
)
from articles.slugs import pinyin_slug
from articles.tagging import join_tags
from comments.models import Comment, Expert, ModerationEvent
from debtfaq import seeding_words as words

BATCH = 1000
AUTHORS, EXPERTS, PARAGRAPHS = 20, 60, 4000
LONGEST_AGO = 5 * 365  # days
DAYS_OF_VIEWS = 30
TAGS_FOR_GUIDES = 10  # one tag for so many guides
CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

S = Article.Status
STATUSES = {S.PUBLISHED: 90, S.DRAFT: 4, S.IN_REVIEW: 2, S.RETURNED: 1, S.APPROVED: 1, S.WITHDRAWN: 2}
C = Comment.Status
COMMENT_STATUSES = {C.APPROVED: 82, C.PENDING: 2, C.REJECTED: 12, C.WITHDRAWN: 4}


def seed_guides(number: int) -> Iterator[int]:
    """Write so many guides with all that belongs to them, a batch at a time; yield how many are done."""
    first = Article.objects.count()
    chance = random.Random(first)  # noqa: S311  (not a secret; the same site every time)
    maker = _Maker(chance, number)
    IndexState.objects.update_or_create(pk=1, defaults={"version": 0})  # until `reindex` has run
    done = 0
    while done < number:
        batch = range(done, min(done + BATCH, number))
        with transaction.atomic():
            maker.write([maker.guide(n / number) for n in batch])
        done = batch.stop
        yield done


class _Maker:
    """What guides are made of, and who writes them."""

    def __init__(self, chance: random.Random, guides: int) -> None:
        self.chance, self.now = chance, timezone.now()
        self.authors = [_user(f"seed-author-{n}") for n in range(AUTHORS)]
        self.categories = [_category(n, name) for n, name in enumerate(words.CATEGORIES, 1)]
        self.tags = _tags(max(len(words.TOPICS), min(guides // TAGS_FOR_GUIDES, 10_000)))
        self.headings = [_block(f"## {text}") for text in words.HEADINGS]
        self.paragraphs = [_block(words.paragraph(chance)) for _ in range(PARAGRAPHS)]
        self.earlier: list[tuple[int, str]] = []  # guides that later ones can link to

    def guide(self, age: float) -> Article:
        """Return a guide; `age` runs from 0, the oldest, to 1, the newest."""
        chance = self.chance
        status = chance.choices(list(STATUSES), list(STATUSES.values()))[0]
        moment = self.now - dt.timedelta(days=LONGEST_AGO * (1 - age), seconds=chance.randrange(3600))
        if status == S.PUBLISHED and chance.random() < 0.005:
            moment = self.now + dt.timedelta(hours=chance.randint(1, 24 * 30))
        parts = words.title(chance)
        markdown, html, toc = self._body()
        has_date = status in {S.PUBLISHED, S.WITHDRAWN}
        is_trashed = status != S.PUBLISHED and chance.random() < 0.05
        return Article(
            title="".join(parts),
            slug=pinyin_slug("-".join(map(_sound, parts))),  # cut to length
            category=chance.choice(self.categories),
            summary=words.summary(chance) if chance.random() < 0.95 else "",
            body=markdown,
            body_html=html,
            toc=toc,
            byline="编辑部",
            status=status,
            published_at=moment if has_date else None,
            corrected_at=moment + dt.timedelta(days=3) if has_date and chance.random() < 0.1 else None,
            review_by=(moment + dt.timedelta(days=chance.randint(180, 900))).date() if has_date else None,
            trashed_at=self.now if is_trashed else None,
            created_by=chance.choice(self.authors),
        )

    def _body(self) -> tuple[str, str, list[rendering.Heading]]:
        """Return Markdown of 1,500 to 3,000 characters, its HTML and its table of contents."""
        chance = self.chance
        wanted = chance.randint(1500, 2800)
        opening = chance.choice(self.paragraphs)
        parts, toc, length = [opening], [], len(opening[0])
        headings = chance.sample(self.headings, len(self.headings))
        while length < wanted and headings:
            heading = headings.pop()
            section = [heading, *chance.sample(self.paragraphs, chance.randint(2, 4))]
            if self.earlier and chance.random() < 0.1:
                section.append(_link_to(*chance.choice(self.earlier)))
            parts += section
            toc += heading[2]
            length += sum(len(part[0]) for part in section)
        return "\n\n".join(part[0] for part in parts) + "\n", "".join(part[1] for part in parts), toc

    def write(self, guides: list[Article]) -> None:
        chance = self.chance
        Article.objects.bulk_create(guides)
        tags = {guide.pk: chance.sample(self.tags, chance.randint(1, 4)) for guide in guides}
        TaggedArticle.objects.bulk_create(
            TaggedArticle(tag=tag, content_object_id=pk) for pk, chosen in tags.items() for tag in chosen
        )
        StatusChange.objects.bulk_create(
            StatusChange(article=guide, from_status=S.DRAFT, to_status=guide.status, by=chance.choice(self.authors))
            for guide in guides
            if guide.status != S.DRAFT
        )
        self._write_views([guide for guide in guides if guide.is_public])
        self._write_revisions([guide for guide in guides if chance.random() < 0.1], tags)
        Link.objects.bulk_create(_links(guides), ignore_conflicts=True)
        self.earlier = [(guide.pk, guide.get_absolute_url()) for guide in guides if guide.is_public]

    def _write_views(self, guides: list[Article]) -> None:
        chance, today = self.chance, timezone.localdate()
        totals, days = [], []
        for guide in guides:
            popularity = chance.lognormvariate(2.5, 1.5)
            totals.append(ArticleViews(article=guide, total=round(popularity * 200), helpful=round(popularity)))
            # Most guides are not read every day.
            for ago in chance.sample(range(DAYS_OF_VIEWS), min(DAYS_OF_VIEWS, round(popularity / 8))):
                day = today - dt.timedelta(days=ago)
                days.append(DailyViews(article=guide, day=day, count=round(popularity) + 1))
        ArticleViews.objects.bulk_create(totals)
        DailyViews.objects.bulk_create(days)

    def _write_revisions(self, guides: list[Article], tags: dict[int, list[Tag]]) -> None:
        revision = Article.history.model
        kept = [field.attname for field in revision._meta.fields if hasattr(Article, field.attname)]
        revision.objects.bulk_create(
            revision(
                **{name: getattr(guide, name) for name in kept},
                history_type="+~"[number > 0],
                history_date=self.now - dt.timedelta(days=10 - number),
                history_user=guide.created_by,
                history_change_reason="" if number == 0 else "核对了数字",
                tag_names=join_tags(tags[guide.pk]),
            )
            for guide in guides
            for number in range(self.chance.randint(1, 4))
        )


def seed_comments(number: int) -> Iterator[int]:
    """Write so many comments under the guides on the website, a batch at a time; yield how many are done."""
    first = Comment.objects.count()
    chance = random.Random(first)  # noqa: S311
    guides = list(Article.objects.published().order_by("pk").values_list("pk", "published_at"))
    if not guides:
        return
    experts = [_expert(n) for n in range(EXPERTS)]
    moderator = _user("seed-moderator")
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
        done = batch.stop
        yield done


def _comment(
    chance: random.Random, guides: list[tuple[int, dt.datetime | None]], experts: list[Expert], number: int
) -> Comment:
    """Return a comment under one of `guides`: some have very many, most have few."""
    pk, published_at = guides[int(len(guides) * chance.random() ** 2)]
    now = timezone.now()
    posted_at = now - (now - (published_at or now)) * chance.random()
    status = chance.choices(list(COMMENT_STATUSES), list(COMMENT_STATUSES.values()))[0]
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


def _code(number: int) -> str:
    letters = []
    for _ in range(10):
        number, place = divmod(number, len(CODE_LETTERS))
        letters.append(CODE_LETTERS[place])
    return "".join(reversed(letters))


def _user(name: str) -> User:
    user, is_new = User.objects.get_or_create(username=name)
    if is_new:
        user.set_unusable_password()
        user.save()
    return user


def _category(position: int, name: str) -> Category:
    category, _ = Category.objects.get_or_create(name=name, defaults={"position": position})
    return category


def _expert(number: int) -> Expert:
    name = f"{words.SURNAMES[number % len(words.SURNAMES)]}示例{number}"
    expert, _ = Expert.objects.get_or_create(name=name, is_example=True, defaults={"role": "法律顾问"})
    return expert


def _tags(number: int) -> list[Tag]:
    names = [words.tag(n) for n in range(number)]
    known = set(Tag.objects.values_list("name", flat=True))
    new = [name for name in names if name not in known]
    Tag.objects.bulk_create(
        (Tag(name=name, slug=f"{pinyin_slug(name)}-{n}") for n, name in enumerate(new, len(known))), batch_size=BATCH
    )
    return list(Tag.objects.filter(name__in=names[:100])) + list(Tag.objects.order_by("-pk")[: max(number - 100, 0)])


@cache
def _sound(part: str) -> str:
    return pinyin_slug(part)


_Block = tuple[str, str, list[rendering.Heading]]


def _block(markdown: str) -> _Block:
    rendered = rendering.render(markdown)
    return markdown, rendered.html, rendered.toc


def _link_to(pk: int, path: str) -> _Block:
    return f"另见[相关的指南]({path})。", f'<p>另见<a href="{path}">相关的指南</a>。</p>\n', []


def _links(guides: list[Article]) -> Iterator[Link]:
    for guide in guides:
        for part in guide.body.split("](")[1:]:
            path = part.partition(")")[0]
            yield Link(article=guide, path=path, target_id=int(path.split("/")[2].partition("-")[0]))

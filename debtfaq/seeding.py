"""A large site that looks like a real one, written fast: for benchmarks and rehearsals (manage.py seed_scale).

Guides are put together from sections whose HTML is rendered once, and written in bulk: nothing that follows a saved
guide (search, related guides, suggestions) is told. Running it again adds more.
"""

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import zip_longest
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max, Model
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
from articles.slugs import MAX_LENGTH as SLUG_LENGTH
from articles.slugs import pinyin_slug
from articles.tagging import join_tags
from debtfaq import seeding_words as words
from debtfaq.seeding_rows import count_on, write_rows

BATCH = 1000
AUTHORS, OPENINGS = 20, 500
SECTIONS_OF_EACH = 60  # under each heading
LONGEST_AGO = 5 * 365  # days
DAYS_OF_VIEWS = 30
TAGS_FOR_GUIDES = 10  # one tag for so many guides

S = Article.Status
STATUSES = {S.PUBLISHED: 90, S.DRAFT: 4, S.IN_REVIEW: 2, S.RETURNED: 1, S.APPROVED: 1, S.WITHDRAWN: 2}


def seed_guides(number: int) -> Iterator[int]:
    """Write so many guides with all that belongs to them, a batch at a time; yield how many are done."""
    first = Article.objects.count()
    chance = random.Random(first)  # noqa: S311  (not a secret; the same site every time)
    maker = _Maker(chance, number)
    IndexState.objects.update_or_create(pk=1, defaults={"version": 0})  # until `reindex` has run
    batches = [range(start, min(start + BATCH, number)) for start in range(0, number, BATCH)]
    with ThreadPoolExecutor(1) as ahead:
        # While the database is at work with one batch, the next is made.
        making = [ahead.submit(maker.make, batch) for batch in batches[:1]]
        for batch, after in zip_longest(batches, batches[1:]):
            rows = making.pop().result()
            if after:
                making.append(ahead.submit(maker.make, after))
            with transaction.atomic():
                for model, (names, values) in rows.items():
                    write_rows(model, names, values)
                count_on(Article)
            yield batch.stop


_Rows = dict[type[Model], tuple[Sequence[str], list[Any]]]  # for each model the names of fields, and their values


class _Maker:
    """What guides are made of, and who writes them. Once it is there, it does not ask the database."""

    def __init__(self, chance: random.Random, guides: int) -> None:
        self.chance, self.now, self.today = chance, timezone.now(), timezone.localdate()
        self.authors = [named_user(f"seed-author-{n}") for n in range(AUTHORS)]
        self.categories = [_category(n, name) for n, name in enumerate(words.CATEGORIES, 1)]
        self.tags = _tags(max(len(words.TOPICS), min(guides // TAGS_FOR_GUIDES, 10_000)))
        self.openings = [_block(words.paragraph(chance)) for _ in range(OPENINGS)]
        # Rendered as a whole: of two lists in a row Markdown makes one.
        self.sections = [[self._section(text) for _ in range(SECTIONS_OF_EACH)] for text in words.HEADINGS]
        self.earlier: list[tuple[int, str]] = []  # guides that later ones can link to
        self.total = guides
        self.first_number: int = (Article.objects.aggregate(last=Max("pk"))["last"] or 0) + 1

    def _section(self, heading: str) -> "_Block":
        paragraphs = [words.paragraph(self.chance) for _ in range(self.chance.randint(2, 4))]
        return _block("\n\n".join([f"## {heading}", *paragraphs]))

    def make(self, batch: range) -> _Rows:
        """Return all rows of guides, which are numbered in advance."""
        chance = self.chance
        guides = [self.guide(self.first_number + n, n / self.total) for n in batch]
        tags = {guide.pk: chance.sample(self.tags, chance.randint(1, 4)) for guide in guides}
        columns = [field.attname for field in Article._meta.concrete_fields]
        public = [guide for guide in guides if guide.is_public]
        rows: _Rows = {
            Article: (columns, [[getattr(guide, name) for name in columns] for guide in guides]),
            TaggedArticle: (
                ("tag_id", "content_object_id"),
                [(tag.pk, pk) for pk, chosen in tags.items() for tag in chosen],
            ),
            StatusChange: (
                ("article_id", "from_status", "to_status", "by_id", "reason", "at"),
                [
                    (guide.pk, S.DRAFT.value, guide.status, chance.choice(self.authors).pk, "", guide.updated_at)
                    for guide in guides
                    if guide.status != S.DRAFT
                ],
            ),
            Link: (("article_id", "path", "target_id", "is_broken"), list(_links(guides))),
            **self._views(public),
            **self._revisions([guide for guide in guides if chance.random() < 0.1], tags),
        }
        self.earlier = [(guide.pk, guide.get_absolute_url()) for guide in public]
        return rows

    def guide(self, number: int, age: float) -> Article:
        """Return a guide; `age` runs from 0, the oldest, to 1, the newest."""
        chance = self.chance
        status = chance.choices(list(STATUSES), list(STATUSES.values()))[0]
        moment = self.now - dt.timedelta(days=LONGEST_AGO * (1 - age), seconds=chance.randrange(3600))
        created_at = moment - dt.timedelta(days=2)
        # Guides appear in about the order in which they were written, the planned ones last of all.
        if status == S.PUBLISHED and age > 0.95 and chance.random() < 0.1:
            moment = self.now + dt.timedelta(hours=chance.randint(1, 24 * 30))
        parts = words.title(chance)
        markdown, html, toc = self._body()
        has_date = status in {S.PUBLISHED, S.WITHDRAWN}
        is_trashed = status != S.PUBLISHED and chance.random() < 0.05
        return Article(
            pk=number,
            title="".join(parts),
            slug=_slug(parts),
            category_id=chance.choice(self.categories).pk,
            summary=words.summary(chance) if chance.random() < 0.95 else "",
            body=markdown,
            body_html=html,
            toc=toc,
            byline="编辑部",
            status=status.value,
            published_at=moment if has_date else None,
            corrected_at=moment + dt.timedelta(days=3) if has_date and chance.random() < 0.1 else None,
            review_by=(moment + dt.timedelta(days=chance.randint(180, 900))).date() if has_date else None,
            trashed_at=self.now if is_trashed else None,
            created_by_id=chance.choice(self.authors).pk,
            created_at=created_at,
            updated_at=min(created_at + dt.timedelta(hours=chance.randint(48, 24 * 90)), self.now),
        )

    def _body(self) -> "_Block":
        """Return Markdown of 1,500 to 3,000 characters, its HTML and its table of contents."""
        chance = self.chance
        wanted = chance.randint(1500, 2800)
        parts = [chance.choice(self.openings)]
        length = len(parts[0][0])
        for sections in chance.sample(self.sections, len(self.sections)):
            parts.append(chance.choice(sections))
            length += len(parts[-1][0])
            if self.earlier and chance.random() < 0.1:
                parts.append(_link_to(*chance.choice(self.earlier)))
            if length >= wanted:
                break
        markdown, html, toc = _joined(parts)
        return f"{markdown}\n", html, toc

    def _views(self, guides: list[Article]) -> _Rows:
        chance = self.chance
        totals, days = [], []
        for guide in guides:
            popularity = chance.lognormvariate(2.5, 1.5)
            totals.append((guide.pk, round(popularity * 200), round(popularity), 0))
            # Most guides are not read every day. 7 divides no month of 30 days, so no day comes twice.
            start = chance.randrange(DAYS_OF_VIEWS)
            days += [
                (guide.pk, self.today - dt.timedelta(days=(start + n * 7) % DAYS_OF_VIEWS), round(popularity) + 1)
                for n in range(min(DAYS_OF_VIEWS, round(popularity / 8)))
            ]
        return {
            ArticleViews: (("article_id", "total", "helpful", "unhelpful"), totals),
            DailyViews: (("article_id", "day", "count"), days),
        }

    def _revisions(self, guides: list[Article], tags: dict[int, list[Tag]]) -> _Rows:
        revision = Article.history.model
        kept = [field.attname for field in revision._meta.fields if hasattr(Article, field.attname)]
        own = ("history_type", "history_date", "history_user_id", "history_change_reason")
        rows = [
            [
                *(getattr(guide, name) for name in kept),
                *("+~"[number > 0], self.now - dt.timedelta(days=10 - number), guide.created_by_id),
                *("" if number == 0 else "核对了数字", join_tags(tags[guide.pk]), "", 0, 0),
            ]
            for guide in guides
            for number in range(self.chance.randint(1, 4))
        ]
        return {revision: ([*kept, *own, "tag_names", "changed", "added", "removed"], rows)}


def named_user(name: str) -> User:
    user, is_new = User.objects.get_or_create(username=name)
    if is_new:
        user.set_unusable_password()
        user.save()
    return user


def _category(position: int, name: str) -> Category:
    category, _ = Category.objects.get_or_create(name=name, defaults={"position": position})
    return category


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


def _slug(parts: list[str]) -> str:
    slug = "-".join(map(_sound, parts))
    return slug if len(slug) <= SLUG_LENGTH else slug[: SLUG_LENGTH + 1].rpartition("-")[0]


_Block = tuple[str, str, list[rendering.Heading]]  # Markdown, HTML and table of contents


def _block(markdown: str) -> _Block:
    rendered = rendering.render(markdown)
    return markdown, rendered.html, rendered.toc


def _joined(blocks: list[_Block]) -> _Block:
    markdowns, htmls, tocs = zip(*blocks, strict=True)
    return "\n\n".join(markdowns), "".join(htmls), [heading for toc in tocs for heading in toc]


def _link_to(pk: int, path: str) -> _Block:
    return f"另见[相关的指南]({path})。", f'<p>另见<a href="{path}">相关的指南</a>。</p>\n', []


def _links(guides: list[Article]) -> Iterator[tuple[int, str, int, bool]]:
    for guide in guides:
        for path in {part.partition(")")[0] for part in guide.body.split("](")[1:]}:
            yield guide.pk, path, int(path.split("/")[2].partition("-")[0]), False

"""Guides, experts and comments for tests, each valid as it comes."""

import datetime as dt

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from articles.models import Article, Category, Image
from comments.models import Comment, Expert


class CategoryFactory(DjangoModelFactory):
    name = factory.Sequence(lambda n: f"分类{n}")
    slug = factory.Sequence(lambda n: f"category-{n}")

    class Meta:
        model = Category


class ArticleFactory(DjangoModelFactory):
    """A draft; `ArticleFactory(published=True)` is on the website since yesterday."""

    title = factory.Sequence(lambda n: f"信用卡逾期第{n}天该怎么办")
    category = factory.SubFactory(CategoryFactory)
    summary = "先停用卡片，再打官方客服申请个性化分期。"
    body = "先把欠款列成一张表。\n\n## 第一步\n\n打客服电话。\n\n## 第二步\n\n留下书面记录。\n"
    byline = "编辑部"

    class Meta:
        model = Article
        skip_postgeneration_save = True

    class Params:
        published = factory.Trait(
            status=Article.Status.PUBLISHED,
            published_at=factory.LazyFunction(lambda: timezone.now() - dt.timedelta(days=1)),
        )

    @factory.post_generation
    def tags(self, create, extracted, **kwargs):
        if extracted:
            self.tags.set(extracted)


class ImageFactory(DjangoModelFactory):
    """A row of the media library without its files; `Image.objects.add` makes whole ones."""

    key = factory.Sequence(lambda n: f"{n:016x}")
    file = factory.LazyAttribute(lambda image: f"images/{image.key}-{image.width}x{image.height}.jpg")
    width, height, size = 1600, 1200, 300_000
    name = "账单.jpg"
    alt = "一张信用卡账单"

    class Meta:
        model = Image


class ExpertFactory(DjangoModelFactory):
    name = factory.Sequence(lambda n: f"专家{n}")
    role = "法律顾问"

    class Meta:
        model = Expert


class CommentFactory(DjangoModelFactory):
    """A reader's comment that waits for a decision; `approved=True` shows it, `by_expert=True` makes it an expert's."""

    article = factory.SubFactory(ArticleFactory, published=True)
    body = factory.Sequence(lambda n: f"第{n}个问题：最低还款还算逾期吗？")

    class Meta:
        model = Comment

    class Params:
        approved = factory.Trait(status=Comment.Status.APPROVED)
        by_expert = factory.Trait(expert=factory.SubFactory(ExpertFactory))

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from articles import rendering
from articles.models import Article, Category
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)


def test_publish_records_who_and_when_and_is_idempotent(editor):
    article = ArticleFactory()
    with time_machine.travel(NOON, tick=False):
        assert article.publish(by=editor)
        assert not article.publish(by=editor)
    change = article.status_changes.get()
    assert (change.from_status, change.to_status, change.by, change.at) == ("draft", "published", editor, NOON)
    assert Article.objects.published().get().published_at == NOON


def test_publish_keeps_a_date_that_was_set(editor):
    article = ArticleFactory(published_at=NOON - dt.timedelta(days=400))
    article.publish(by=editor)
    article.withdraw(by=editor, reason="法条过时")
    article.publish(by=editor)
    assert Article.objects.published().get().published_at == NOON - dt.timedelta(days=400)
    assert [c.to_status for c in article.status_changes.order_by("pk")] == ["published", "withdrawn", "published"]


def test_a_scheduled_guide_appears_at_its_minute(editor):
    with time_machine.travel(NOON, tick=False) as clock:
        article = ArticleFactory(published_at=NOON + dt.timedelta(minutes=5))
        article.publish(by=editor)
        assert article.is_scheduled
        assert not article.is_public
        assert not Article.objects.published().exists()
        assert Article.objects.scheduled().get() == article
        clock.shift(dt.timedelta(minutes=5))
        assert Article.objects.published().get() == article
        assert article.is_public


@pytest.mark.parametrize(("field", "value", "reason"), [("category", None, "分类"), ("body", " \n", "正文")])
def test_what_is_not_ready_is_not_published(editor, field, value, reason):
    article = ArticleFactory(**{field: value})
    with pytest.raises(ValidationError, match=reason):
        article.publish(by=editor)
    assert not article.status_changes.exists()


def test_steps_that_make_no_sense_are_refused(editor):
    article = ArticleFactory()
    with pytest.raises(ValidationError, match="“草稿”，不能改为“已撤下”"):
        article.withdraw(by=editor)
    article.publish(by=editor)
    with pytest.raises(ValidationError, match="“已发布”，不能改为“待审”"):
        article.submit(by=editor)
    assert Article.objects.published().exists()


def test_a_stale_copy_does_not_undo_what_somebody_else_did(editor, chief):
    article = ArticleFactory(published=True)
    stale = Article.objects.get(pk=article.pk)
    article.withdraw(by=chief)
    assert not stale.withdraw(by=editor)
    assert article.status_changes.get().by == chief


@pytest.mark.parametrize("change", [{"title": "改过的标题在这里"}, {"summary": "改过"}, {"body": "改过"}])
def test_a_real_edit_of_a_public_guide_is_a_correction(change):
    article = ArticleFactory(published=True, published_at=NOON - dt.timedelta(days=1))
    for field, value in change.items():
        setattr(article, field, value)
    with time_machine.travel(NOON, tick=False):
        article.save()
    assert Article.objects.get().corrected_at == NOON


def test_what_readers_cannot_see_is_no_correction(editor):
    article = ArticleFactory(published=True)
    article.body = article.body.replace("\n", "\r\n") + "\n\n"
    article.byline = "另一位编辑"
    article.save()
    assert "\r" not in Article.objects.get().body
    article.tags.set(["征信"])
    article.withdraw(by=editor)
    article.body = "撤下之后改的"
    article.save()
    assert Article.objects.get().corrected_at is None


def test_html_contents_and_slug_follow_the_words():
    article = ArticleFactory(title="网贷逾期怎么办", body="## 先还哪笔\n")
    assert article.slug == "wang-dai-yu-qi-zen-me-ban"
    assert article.toc == [{"id": "s-xian-huan-na-bi", "text": "先还哪笔", "level": 2}]
    assert article.body_as_html == '<h2 id="s-xian-huan-na-bi">先还哪笔</h2>\n'


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "published", "published_at": None},
        {"status": "published", "published_at": NOON, "category": None},
        {"status": "anything"},
        {"cover": "covers/x.png", "cover_alt": ""},
    ],
)
def test_the_database_refuses(fields):
    article = ArticleFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(**fields)


def test_a_category_with_guides_cannot_be_deleted():
    article = ArticleFactory()
    with pytest.raises(ProtectedError):
        article.category.delete()


def test_categories_that_sound_alike_get_addresses_of_their_own():
    slugs = [Category.objects.create(name=name).slug for name in ("执行", "直行", "！")]
    assert slugs == ["zhi-xing", "zhi-xing-2", "category"]


def test_what_is_no_word_is_saved_without_making_the_page_anew(monkeypatch):
    guide = ArticleFactory(published=True, body="正文**一**。")
    monkeypatch.setattr(rendering, "render", lambda *args: pytest.fail("rendered"))
    guide.mark_reviewed(by=None)
    guide.refresh_from_db()
    assert guide.review_by
    assert guide.corrected_at is None
    assert "<strong>一</strong>" in guide.body_html
    guide.body = "正文二。"
    with pytest.raises(pytest.fail.Exception):
        guide.save(update_fields=["body"])

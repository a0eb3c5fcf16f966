"""What guides said before, through the desk: every real change is kept, shown and can be taken back."""

import datetime as dt

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles import revisions
from articles.corrections import corrections
from articles.models import Article
from tests.articles.test_pages import text_of
from tests.debtfaq.test_admin import change_url, form_of, messages_of
from tests.factories import ArticleFactory, CategoryFactory
from tests.rehearsal.browser import fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(chief_editor) -> Client:
    chief_editor.first_name, chief_editor.last_name = "总编", "钱"
    chief_editor.save()
    client = Client()
    client.force_login(chief_editor)
    return client


@pytest.fixture
def public() -> Article:
    return ArticleFactory(published=True, tags=["征信", "逾期"])


def url(name: str, article: Article, *numbers: int) -> str:
    return reverse(f"admin:articles_article_{name}", args=[article.pk, *numbers])


def save(desk: Client, article: Article, **values) -> str:
    """Save the form of a guide with `values` typed over what it says; return what the desk says."""
    kept = {name: getattr(article, name) for name in ("summary", "byline", "source", "cover_alt")}
    tags = "，".join(article.tags.names())
    form = form_of(article, **{**kept, "tags": tags, "_save": "1", **values})
    said = messages_of(desk.post(change_url(article), form, follow=True))
    article.refresh_from_db()
    return said


def test_every_real_change_is_kept_with_author_and_size_and_nothing_else(desk, public, chief_editor):
    save(desk, public)
    save(desk, public, body=public.body.replace("打客服电话", "打官方客服电话"), tags="征信")
    first, changed = public.history.order_by("history_id")
    assert (first.history_type, first.tag_names) == ("+", "征信，逾期")
    assert (changed.history_user, changed.changed, changed.added, changed.removed) == (
        chief_editor,
        "body,tag_names",
        2,
        0,
    )
    for _ in range(2):
        save(desk, public)
    assert public.history.count() == 2


def test_the_list_tells_who_changed_what_and_when_with_few_queries(desk, public, django_assert_max_num_queries):
    for number in range(revisions_on_two_pages := 45):
        revisions.record(public, by=None)
        public.byline = f"编辑{number}"
    public.withdraw(by=None, reason="法条已经修改")
    save(desk, public, title="改过一次的标题", revision_note="核对过")
    assert public.history.count() == revisions_on_two_pages + 1
    with django_assert_max_num_queries(15), CaptureQueriesContext(connection) as queries:
        page = text_of(desk.get(url("history", public)))
    assert '"body"' not in " ".join(query["sql"] for query in queries if "historicalarticle" in query["sql"])
    assert "钱总编 改了标题" in page
    assert "已发布 → 已撤下" in page
    assert "法条已经修改" in page
    assert "第一次记下的内容" not in page
    last = text_of(desk.get(url("history", public) + "?p=2"))
    assert "第一次记下的内容" in last
    assert "法条已经修改" not in last


def test_two_revisions_are_compared_the_older_on_the_left(desk, public):
    save(desk, public, body="半年内还清即可。")
    save(desk, public, body="一年内还清即可。")
    page = desk.get(url("difference", public)).content.decode()
    assert "半年</del>" in page.replace('<span class="visually-hidden">〕</span>', "")
    oldest, middle, newest = public.history.order_by("history_id").values_list("history_id", flat=True)
    turned = desk.get(url("difference", public), {"before": newest, "after": oldest})
    assert (turned.context["before"].pk, turned.context["after"].pk) == (oldest, newest)
    assert [each.label for each in turned.context["differences"]] == ["正文"]
    assert "半年内还清即可。" in text_of(desk.get(url("revision", public, middle)))


@pytest.mark.parametrize("asked", [{"after": "0"}, {"after": "x"}, {"before": "9" * 30}])
def test_a_revision_that_is_not_of_this_guide_is_not_found(desk, public, asked):
    revisions.record(public, by=None)
    other = ArticleFactory()
    foreign = revisions.record(other, by=None)
    assert desk.get(url("difference", public), asked).status_code == 404
    assert desk.get(url("revision", public, foreign.pk)).status_code == 404
    assert desk.post(url("restore", public, foreign.pk)).status_code == 404


def test_a_guide_of_which_nothing_was_kept_yet(desk, public):
    assert "还没有修订" in text_of(desk.get(url("difference", public), follow=True))


def test_restoring_makes_a_new_revision_and_readers_see_it(desk, client, public, chief_editor):
    save(desk, public, title="一个改坏了的标题", body="改坏了", tags="改坏了", category=CategoryFactory().pk)
    good = public.history.last()
    category, published_at = good.category_id, public.published_at
    page = desk.get(url("restore", public, good.pk))
    assert "改坏了" in text_of(page)
    assert public.history.count() == 2, "to look at it changes nothing"
    sent = {"newest": page.context["newest"], "correction_note": "误删了步骤，已恢复。"}
    assert "已恢复到" in messages_of(desk.post(url("restore", public, good.pk), sent, follow=True))
    public.refresh_from_db()
    newest = public.history.first()
    assert (public.title, public.body, public.category_id) == (good.title, good.body, category)
    assert (public.status, public.published_at) == ("published", published_at)
    assert set(public.tags.names()) == {"征信", "逾期"}
    assert (newest.history_user, public.history.count()) == (chief_editor, 3)
    assert newest.history_change_reason == f"恢复到 {revisions.moment(good.history_date)} 的版本"
    seen = text_of(client.get(public.get_absolute_url()))
    assert "误删了步骤，已恢复。" in seen
    assert "改坏了" not in seen
    assert "恢复到" in LogEntry.objects.first().change_message


def test_restoring_waits_if_somebody_saved_meanwhile(desk, public):
    save(desk, public, body="第二版")
    newest, first = public.history.all()
    save(desk, public, body="第三版，刚刚保存")
    said = messages_of(desk.post(url("restore", public, first.pk), {"newest": newest.pk}))
    assert "又有了新的改动" in said
    public.refresh_from_db()
    assert public.body == "第三版，刚刚保存"


def test_restoring_keeps_what_was_changed_without_a_revision(public):
    first = revisions.record(public, by=None)
    Article.objects.filter(pk=public.pk).update(body="别处直接改的")
    revisions.restore(public, first, by=None)
    assert [row.body for row in public.history.all()] == [first.body, "别处直接改的", first.body]
    assert revisions.restore(public, first, by=None) is None, "it says that already"


def test_what_is_gone_is_not_restored(public):
    first = revisions.record(public, by=None)
    gone, public.category = public.category, CategoryFactory()
    public.body = "新的正文"
    public.save()
    gone.delete()
    first.cover, first.cover_alt = "covers/gone.png", "没有了的图"
    first.save()
    revisions.restore(public, first, by=None)
    restored = Article.objects.get()
    assert (restored.body, restored.category, restored.cover) == (first.body, public.category, "")


def test_a_public_guide_is_not_restored_to_nothing(desk, public):
    public.history.all().delete()
    empty = revisions.present(public)
    empty.body, empty.history_date = "", timezone.now()
    empty.save()
    assert "正文是空的" in messages_of(desk.post(url("restore", public, empty.pk)))
    public.refresh_from_db()
    assert public.body


def test_who_may_only_look_cannot_restore(public, moderator, client):
    first = revisions.record(public, by=None)
    client.force_login(moderator)
    assert client.get(url("revision", public, first.pk)).status_code == 200
    assert client.post(url("restore", public, first.pk)).status_code == 403


# Corrections


def note_on_form(desk: Client, article: Article) -> str:
    return desk.get(change_url(article)).context["adminform"].form["correction_note"].value()


def test_each_correction_has_its_own_note_and_readers_see_them_all(desk, client, public, chief_editor):
    def seen() -> str:
        return text_of(client.get(public.get_absolute_url()))

    def a_day_passes() -> None:
        clock.shift(dt.timedelta(days=1))
        desk.force_login(chief_editor)

    assert "更正记录" not in seen()
    with time_machine.travel(dt.datetime(2027, 1, 1, 4, tzinfo=dt.UTC)) as clock:
        desk.force_login(chief_editor)
        for number, note in enumerate(["改正了条号。", "补充了期限。"]):
            assert note_on_form(desk, public) == ""
            save(desk, public, body=f"第{number}次更正的正文", correction_note=note)
            a_day_passes()
        assert "没有写更正说明" in save(desk, public, body="没有说明的更正")
        assert public.correction_note == "", "the last note was not about this"
        save(desk, public, byline="另一个署名")
        a_day_passes()
        assert [each.note for each in corrections(public)] == ["补充了期限。", "改正了条号。"]
        assert "2027-01-02 补充了期限。 2027-01-01 改正了条号。" in seen()
        save(desk, public, correction_note="后来补写的说明。")
        assert [each.note for each in corrections(public)] == ["后来补写的说明。", "补充了期限。", "改正了条号。"]
        assert timezone.localdate(public.corrected_at) == dt.date(2027, 1, 3), "that was no correction"
        save(desk, public, tags="征信")
        assert public.correction_note == "后来补写的说明。", "what readers see stays, though the form began empty"


def test_what_was_opened_and_not_changed_stays_as_it_is_whatever_button_is_pressed(desk, public):
    save(desk, public, body="更正过的正文。\n\n第二段。", source="来源一\n来源二", correction_note="改正了条号。")
    Article.objects.filter(pk=public.pk).update(body=f"{public.body}\n")  # as a file has it that was imported
    before, kept = public.updated_at, public.history.count()
    unchanged = fields_of(desk.get(change_url(public)).content.decode(), "article_form")
    desk.post(change_url(public), {**unchanged, "_save": "1"})
    public.refresh_from_db()
    assert (public.updated_at, public.correction_note) == (before, "改正了条号。")
    desk.post(change_url(public), {**unchanged, "_withdraw": "1", "withdraw_reason": "重写"})
    public.refresh_from_db()
    assert (public.status, public.correction_note) == ("withdrawn", "改正了条号。")
    assert public.history.count() == kept


def test_a_note_written_before_there_was_a_correction_waits_on_the_form(desk, public):
    save(desk, public, correction_note="准备更正条号。")
    assert note_on_form(desk, public) == "准备更正条号。"


def test_guides_never_corrected_cost_no_query(public, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert corrections(public) == []
    public.body = "更正"
    public.save()
    with django_assert_num_queries(1):
        corrections(public)

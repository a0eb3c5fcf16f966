"""Moderators change the words by which comments are screened, with effect at once."""

import pytest
from django.test import Client
from django.urls import reverse

from comments.models import ScreeningWord
from comments.posting import judge
from comments.word_lists import DEFAULT_WORDS
from tests.articles.test_pages import text_of

pytestmark = pytest.mark.django_db

WORD = "神秘上岸套餐"
TEXT = f"{WORD}今天开始了"


@pytest.fixture
def desk(moderator) -> Client:
    if not ScreeningWord.objects.exists():  # a test with transactions of its own before us has emptied every table
        ScreeningWord.objects.bulk_create(
            ScreeningWord(kind=kind, word=word) for kind, words in DEFAULT_WORDS.items() for word in set(words)
        )
    client = Client()
    client.force_login(moderator)
    return client


def test_a_site_begins_with_words(desk):
    assert ScreeningWord.objects.count() == sum(len(set(words)) for words in DEFAULT_WORDS.values())


def test_a_new_word_takes_effect_at_once_and_a_deleted_one_too(desk):
    assert not judge(TEXT).findings
    desk.post(reverse("admin:comments_screeningword_add"), {"kind": "ad_debt_service", "word": WORD})
    assert judge(TEXT).findings
    word = ScreeningWord.objects.get(word=WORD)
    word.word = "另一个说法的词"
    word.save()
    assert not judge(TEXT).findings


def test_the_same_word_twice_is_refused_kindly(desk):
    data = {"kind": "ad_debt_service", "word": WORD}
    desk.post(reverse("admin:comments_screeningword_add"), data)
    assert "这个词已经在这一类里了" in text_of(desk.post(reverse("admin:comments_screeningword_add"), data))


def test_the_box_to_try_a_text_shows_what_would_become_of_it(desk):
    url = reverse("admin:comments_screeningword_try")
    page = text_of(desk.post(url, {"text": "我身份证11010519491231002X，加V：yq8866"}))
    assert "id_card" in page
    assert "contact_wechat" in page
    assert "没有问题" in text_of(desk.post(url, {"text": "逾期90天会怎样"}))


def test_only_who_may_see_the_words_may_try(editor):
    client = Client()
    client.force_login(editor)
    assert client.get(reverse("admin:comments_screeningword_try")).status_code == 403


def test_words_cost_one_small_query_while_nothing_changes(desk, django_assert_num_queries):
    judge("随便说点什么")
    with django_assert_num_queries(1):
        judge("再随便说点什么")

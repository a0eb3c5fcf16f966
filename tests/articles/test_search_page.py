"""The page of a search: filters, order, paging, honest counts, help where nothing is found; and what is counted."""

import datetime as dt
import re
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from articles import search, search_log
from articles.models import Article, SearchCount
from articles.search_views import PAGE_SIZE
from tests.articles.test_pages import text_of
from tests.factories import ArticleFactory, CategoryFactory
from tests.statements import in_words

pytestmark = pytest.mark.django_db

URL = "/search/"
PHONE = "Mozilla/5.0 (Linux; Android 8.1) AppleWebKit/537.36 Chrome/66.0 Mobile MicroMessenger/7.0 Safari/537.36"


@pytest.fixture
def found(monkeypatch):
    """Let the search find what the test says, and see what it was asked."""

    class Found:
        asked: dict = {}

        def set(self, total, guides=None, **flags):
            guides = list(Article.objects.published()) if guides is None else guides
            hits = [search.Hit(guide, SafeString(f"<mark>{guide.title}</mark>"), SafeString("…")) for guide in guides]
            flags = {"is_capped": False, "is_partial": False, **flags}
            self.results = search.Results(hits=hits, total=total, **flags)

        def find(self, text, **options):
            self.asked = {"text": text, **options}
            return self.results

    found = Found()
    found.set(0, [])
    monkeypatch.setattr(search, "find", found.find)
    return found


def get(client=None, status=200, **query):
    response = (client or Client()).get(URL, query)
    assert response.status_code == status
    return response


def links_of(response):
    return re.findall(r'href="([^"]+)"', response.content.decode().replace("&amp;", "&"))


# --- The page --------------------------------------------------------------


def test_without_words_there_is_only_the_box(client):
    for query in [{}, {"q": ""}, {"q": "  \0 "}]:
        response = get(**query)
        assert "没有找到" not in text_of(response)
        assert "noindex" not in response.content.decode()


def test_what_is_asked_for_reaches_the_search(found):
    category = CategoryFactory(slug="credit")
    guide = ArticleFactory(published=True, category=category, tags=["征信"])
    tag = guide.tags.get()
    found.set(100)
    get(q=" 花呗 ", category="credit", tag=tag.slug, sort="date", page="3")
    assert found.asked == {
        "text": "花呗",
        "category": category,
        "tag": tag,
        "newest_first": True,
        "offset": 2 * PAGE_SIZE,
        "limit": PAGE_SIZE,
    }
    get(q="花呗", category="no-such", tag="no-such", sort="size")
    assert found.asked | {"category": None, "tag": None, "newest_first": False, "offset": 0} == found.asked


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ({}, "找到 7 篇"),
        ({"is_capped": True, "total": 10_000}, "找到 10000+ 篇"),
        ({"is_partial": True}, "没有一篇指南包含你写的所有词"),
    ],
)
def test_counts_are_honest(flags, said, found):
    ArticleFactory(published=True)
    found.set(**{"total": 7, **flags})
    assert said in text_of(get(q="花呗"))


def test_titles_are_marked_and_words_escaped(found):
    guide = ArticleFactory(published=True)
    found.set(1)
    html = get(q='<script>alert("1")</script>').content.decode()
    assert f"<mark>{guide.title}</mark>" in html
    assert "<script>alert" not in html
    assert '<meta name="robots" content="noindex,follow">' in html


def test_pages_lead_on_and_end(found):
    ArticleFactory(published=True)
    found.set(50)
    first, last = get(q="花呗", sort="date"), get(q="花呗", sort="date", page="3")
    address = f"{URL}?{urlencode({'q': '花呗', 'sort': 'date'})}"
    assert "第 1 页，共 3 页" in text_of(first)
    assert f"{address}&page=2" in links_of(first)
    assert f"{address}&page=2" in links_of(last)
    assert 'rel="next"' not in last.content.decode()
    found.set(10_000, is_capped=True)
    assert "只显示前 10000 篇" in text_of(get(q="花呗", page="500"))
    found.set(50, [])
    get(q="花呗", page="4", status=404)
    for number in ["0", "501", "-1", "x", "", "²", "99999999999"]:
        get(q="花呗", page=number, status=404)


def test_results_can_be_narrowed_and_ordered_by_links(found):
    category = CategoryFactory(name="征信", slug="credit")
    ArticleFactory.create_batch(3, published=True, category=category, tags=["信用卡"])
    tag = Article.objects.first().tags.get()
    found.set(3)
    response = get(q="花呗", category="credit")
    query = urlencode({"q": "花呗", "category": "credit"})
    assert f"{URL}?{query}&sort=date" in links_of(response)
    assert f"{URL}?{query}&tag={tag.slug}" in links_of(response)
    assert '<option value="credit" selected>' in response.content.decode()
    response = get(q="花呗", tag=tag.slug)
    assert f"{URL}?{urlencode({'q': '花呗'})}" in links_of(response)
    assert "标签：信用卡" in text_of(response)


def test_words_that_may_be_meant_are_offered_when_little_is_found(found, monkeypatch):
    monkeypatch.setattr("articles.search_views.did_you_mean", lambda text: ["催收"])
    ArticleFactory.create_batch(3, published=True)
    found.set(0, [])
    assert "您是不是要找： 催收" in text_of(get(q="崔收"))
    assert f"{URL}?{urlencode({'q': '催收'})}" in links_of(get(q="崔收", category="x"))
    found.set(2, list(Article.objects.all()[:2]))
    assert "您是不是要找" in text_of(get(q="崔收"))
    found.set(3)
    assert "您是不是要找" not in text_of(get(q="崔收"))


def test_nothing_found_is_helped(found):
    category = CategoryFactory(name="征信", slug="credit")
    read, other = ArticleFactory(published=True), ArticleFactory(published=True, category=category)
    read.daily_views.create(day=timezone.localdate(), count=5)
    response = get(q="火星")
    assert "没有找到" in text_of(response)
    for link in [read.get_absolute_url(), reverse("comments:write", args=[read.pk])]:
        assert link in links_of(response)
    narrowed = get(q="火星", category="credit")
    assert f"{URL}?{urlencode({'q': '火星'})}" in links_of(narrowed)
    assert reverse("comments:write", args=[other.pk]) in links_of(narrowed)


def test_nothing_found_where_nobody_may_write_or_nothing_is_published(found, settings):
    assert "联系与求助" in text_of(get(q="火星"))
    ArticleFactory(published=True)
    settings.COMMENTS_OPEN = False
    assert "写下你的问题" not in text_of(get(q="火星"))


QUERIES = {
    5: 2,  # categories, tags of the guides found
    0: 4,  # categories, words alike, words known, most read
}


@pytest.mark.parametrize("total", QUERIES)
def test_queries_and_no_cookie(total, found, client):
    ArticleFactory.create_batch(5, published=True, tags=["信用卡"])
    Article.objects.first().daily_views.create(day=timezone.localdate(), count=5)
    found.set(total, Article.objects.for_lists()[:total])
    get(client, q="停西挂账")  # what was read the most is added up once a minute
    with CaptureQueriesContext(connection) as queries:
        response = get(client, q="停西挂账")
    assert len(queries) == QUERIES[total]
    assert {sql.split()[0] for sql in in_words(queries)} == {"SELECT"}
    assert not response.cookies
    assert response.content == get(client, q="停西挂账").content


HOSTILE = ["\0", "\ud800", "' OR 1=1 --", '"*"', "😀" * 200, "（" * 3000, "NEAR(a b)", "<mark>", "-", "\\"]


@pytest.mark.parametrize("field", ["q", "category", "tag", "sort"])
def test_takes_anything(field):
    for text in HOSTILE:
        query = {"q": "花呗", field: text.encode("utf-8", "surrogatepass")}
        assert Client().get(URL, query).status_code == 200
        assert Client().get(reverse("articles:suggest"), query).status_code == 200


# --- Counting --------------------------------------------------------------


def visit(ticket, address="203.0.113.7", user_agent=PHONE):
    client = Client(REMOTE_ADDR=address, headers={"user-agent": user_agent})
    return client.post(reverse("articles:record_search"), {"ticket": ticket})


def kept():
    return list(SearchCount.objects.order_by("text").values_list("text", "count", "found"))


def test_a_search_is_counted_from_its_page_once_per_visitor_and_day(found):
    ArticleFactory(published=True)
    found.set(12)
    with CaptureQueriesContext(connection) as queries:
        response = get(q=" 花唄　 逾期 ")
    assert {sql.split()[0] for sql in in_words(queries)} == {"SELECT"}
    ticket = re.search(r'data-ticket="([^"]+)"', response.content.decode())[1]
    assert visit(ticket).json() == {"counted": True}
    assert visit(ticket).json() == {"counted": False}
    assert visit(ticket, address="198.51.100.7").status_code == 201
    assert kept() == [("花呗 逾期", 2, 12)]
    assert "no-store" in visit(ticket)["Cache-Control"]
    assert not visit(ticket).cookies


def test_later_pages_and_filters_are_not_counted_again(found):
    CategoryFactory(slug="credit")
    ArticleFactory(published=True)
    found.set(100)
    for query in [{"page": "2"}, {"category": "credit"}, {"sort": "date"}]:
        assert "data-ticket" not in get(q="花呗", **query).content.decode()


def test_the_pixel_counts_readers_without_script(found):
    html = get(q="花呗").content.decode()
    url = re.search(r'<noscript><img src="([^"]+)"', html)[1].replace("&amp;", "&")
    response = Client(headers={"user-agent": PHONE}).get(url)
    assert response["Content-Type"] == "image/gif"
    assert kept() == [("花呗", 1, 0)]
    Client(headers={"user-agent": "Baiduspider/2.0"}).get(url)
    assert kept() == [("花呗", 1, 0)]


def test_nothing_is_counted_that_was_not_searched_for_here():
    for ticket in ["", "花呗", "a:b", search_log.ticket("花呗", 3)[:-1] + "x", "\ud800".encode("utf-8", "replace")]:
        assert visit(ticket).status_code == 200
    for robot in ["Baiduspider/2.0", "curl/8.5", ""]:
        assert visit(search_log.ticket("花呗", 3), user_agent=robot).status_code == 200
    assert kept() == []


def test_nobody_makes_a_search_popular_alone():
    ticket = search_log.ticket("加盟项目", 3)
    for number in range(20):
        visit(ticket, address=f"203.0.113.{number}", user_agent=f"{PHONE} {number}")
    assert kept() == [("加盟项目", search_log.NETWORK_LIMIT, 3)]


@pytest.mark.parametrize(
    "text",
    [
        *("13800138000", "138 0013 8000 催收", "138-0013-8000", "１３８００１３８０００", "一三八零零一三八零零零"),
        *(
            "11010519491231002X",
            "6222 0200 0000 0000 018",
            "手机尾号 88665",
            "a@b.cn 骗子",
            "加微信 abc",
            "vx：yq886600",
        ),
        *("我叫张三欠了钱", "姓名张三", "https://a.cn/b", "www.a.cn", "yq886600", "催收" * 16, "", " ", "花呗\x07逾期"),
    ],
)
def test_words_that_may_tell_of_a_person_are_not_kept(text):
    assert search_log.normalise(text) == ""
    assert search_log.ticket(text, 1) == ""


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        *(
            (text, text)
            for text in ("95588 催收", "12378", "4008205555", "24% 利息", "欠款 5 万 2024 年", "irr 36%", "逾期 90 天")
        ),
        ("  XYK　 逾期\n怎麼辦 ", "xyk 逾期 怎么办"),
    ],
)
def test_ordinary_words_are_kept_as_they_are_compared(text, normal):
    assert search_log.normalise(text) == normal


def test_other_parts_of_the_site_can_keep_words_out(monkeypatch):
    monkeypatch.setattr(search_log, "personal_data_tests", [lambda text: "张三" in text])
    assert search_log.normalise("张三 花呗") == ""
    assert search_log.normalise("李四 花呗") == "李四 花呗"


def test_old_counts_are_forgotten(capsys):
    today = timezone.localdate()
    for days in (0, search_log.KEPT_DAYS, search_log.KEPT_DAYS + 1):
        SearchCount.objects.create(text="花呗", day=today - dt.timedelta(days=days), count=1)
    call_command("purge_searches")
    assert "1 条" in capsys.readouterr().out
    assert SearchCount.objects.count() == 2


def test_the_desk_lists_frequent_and_fruitless_searches(client, chief):
    today = timezone.localdate()
    for text, days, count, total in [("花呗", 0, 3, 9), ("花呗", 1, 4, 9), ("火星", 0, 5, 0), ("旧的词", 40, 9, 0)]:
        SearchCount.objects.create(text=text, day=today - dt.timedelta(days=days), count=count, found=total)
    client.force_login(chief)
    url = reverse("admin:articles_searchcount_changelist")

    def texts(**query):
        return re.findall(r'/search/\?q=[^"]*">([^<]+)<', client.get(url, query).content.decode())

    assert texts() == ["花呗", "火星"]
    assert texts(fruitless="1") == ["火星"]
    assert texts(days="90") == ["旧的词", "花呗", "火星"]
    assert texts(days="x") == texts(days="30")


def test_the_desk_is_closed_to_those_without_the_right(client, moderator):
    client.force_login(moderator)
    assert client.get(reverse("admin:articles_searchcount_changelist")).status_code == 403


def test_from_publishing_to_words_alike(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        ArticleFactory(title="催收上门怎么办").publish(by=None)
    assert "您是不是要找： 催收" in text_of(get(q="崔收"))

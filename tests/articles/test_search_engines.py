"""The outbox for search engines, and the two commands that empty it, against an engine of our own on loopback."""

import contextlib
import datetime as dt
import io
import json
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import time_machine
from django.contrib import admin
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from articles import engine_interfaces
from articles import search_engines as engines
from articles.models import Article, PushTask
from articles.models.push import PushTaskQuerySet
from tests.factories import ArticleFactory

SITE = "https://www.example.cn"
TOKEN = "secrettoken12345"
KEY = "0123456789abcdef"
NOON = dt.datetime(2026, 11, 23, 4, 0, tzinfo=dt.UTC)  # 12:00 in Shanghai
MIDNIGHT = dt.datetime(2026, 11, 23, 16, 0, tzinfo=dt.UTC)  # the end of that day in Shanghai
COMMANDS = {"baidu": "push_baidu", "indexnow": "push_indexnow"}


class FakeEngine(ThreadingHTTPServer):
    """Answers as `answer(request)` says, with status and body, or by default as both engines do on a good day."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), FakeEngineHandler)
        self.requests = []
        self.answer = lambda request: (200, {"remain": 1000, "success": len(request["addresses"])})
        self.url = f"http://127.0.0.1:{self.server_port}"

    @property
    def addresses(self):
        return [address for request in self.requests for address in request["addresses"]]


class FakeEngineHandler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        content_type = self.headers["Content-Type"]
        addresses = json.loads(body)["urlList"] if "json" in content_type else body.split("\n")
        request = {"path": self.path, "type": content_type, "body": body, "addresses": addresses}
        self.server.requests.append(request)
        with contextlib.suppress(ConnectionError):  # who asked may have lost patience
            self.reply(*self.server.answer(request))

    def reply(self, status, answer, *headers):
        content = answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_GET(self):  # only a client that follows a redirect gets here
        self.server.requests.append({"path": self.path, "addresses": []})
        self.send_error(404)

    def log_message(self, *args):
        pass


@pytest.fixture
def engine(settings, monkeypatch):
    """A search engine that both commands talk to."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    server = FakeEngine()
    settings.SITE_URL = SITE
    settings.BAIDU_PUSH_TOKEN, settings.INDEXNOW_KEY = TOKEN, KEY
    settings.BAIDU_PUSH_URL, settings.INDEXNOW_URL = f"{server.url}/urls", f"{server.url}/indexnow"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def noon():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def run(name, **options):
    """Run the command of an engine. Return what it printed, and what it said on failing."""
    printed = io.StringIO()
    try:
        call_command(COMMANDS[name], stdout=printed, **options)
    except CommandError as problem:
        return printed.getvalue(), str(problem)
    return printed.getvalue(), ""


def enqueued(count=1, **kwargs):
    articles = ArticleFactory.create_batch(count, published=True, **kwargs)
    for article in articles:
        engines.enqueue(article)
    return articles


def address(article):
    return SITE + article.get_absolute_url()


def task_of(article, name):
    return PushTask.objects.get(engine=name, article=article)


# --- The outbox --------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_nothing_is_enqueued_or_sent_unless_an_engine_is_configured(engine, settings):
    settings.BAIDU_PUSH_TOKEN = settings.INDEXNOW_KEY = ""
    enqueued()
    assert not PushTask.objects.exists()
    assert run("baidu") == ("没有设置 BAIDU_PUSH_TOKEN，不向百度推送。\n", "")
    assert run("indexnow") == ("没有设置 INDEXNOW_KEY，不使用 IndexNow。\n", "")
    settings.INDEXNOW_KEY = KEY
    enqueued()
    assert list(PushTask.objects.values_list("engine", flat=True)) == ["indexnow"]
    assert engine.requests == []


@pytest.mark.django_db
def test_enqueuing_twice_makes_one_task_with_the_latest_address(engine):
    [article] = enqueued()
    PushTask.objects.update(attempts=3, last_error="HTTP 500", next_attempt_at=None)
    article.title = "改过的标题是什么样"
    article.save()
    engines.enqueue(article)
    tasks = PushTask.objects.filter(article=article)
    assert [task.engine for task in tasks.order_by("engine")] == ["baidu", "indexnow"]
    assert {(task.path, task.attempts, task.last_error) for task in tasks} == {(article.get_absolute_url(), 0, "")}
    assert tasks.due().count() == 2


@pytest.mark.django_db
def test_the_database_keeps_unsent_tasks_unique_and_sent_ones_as_a_record(engine):
    [article] = enqueued()
    with pytest.raises(IntegrityError), transaction.atomic():
        PushTask.objects.create(engine="baidu", article=article, path="/")
    run("baidu")
    engines.enqueue(article)
    assert PushTask.objects.filter(engine="baidu", article=article).count() == 2


@pytest.mark.django_db
def test_enqueuing_stands_or_falls_with_the_transaction_around_it(engine):
    article = ArticleFactory(published=True)
    with transaction.atomic():
        engines.enqueue(article)
        transaction.set_rollback(True)
    assert not PushTask.objects.exists()


@pytest.mark.django_db
def test_a_scheduled_guide_is_told_of_when_its_time_has_come(engine, noon):
    article = ArticleFactory(published=True, published_at=NOON + dt.timedelta(hours=3))
    engines.enqueue(article)
    for name in COMMANDS:
        assert task_of(article, name).next_attempt_at == article.published_at
        assert "推送了 0 个网址，还有 1 个待推送" in run(name)[0]
    assert engine.requests == []
    noon.shift(dt.timedelta(hours=3))
    for name in COMMANDS:
        run(name)
    assert engine.addresses == [address(article)] * 2


@pytest.mark.django_db
def test_a_guide_put_off_after_it_was_enqueued_waits(engine, noon):
    [article] = enqueued()
    article.published_at = NOON + dt.timedelta(days=1)
    article.save()
    assert "还有 1 个待推送" in run("baidu")[0]
    assert engine.requests == []
    assert task_of(article, "baidu").next_attempt_at == article.published_at


@pytest.mark.django_db
@pytest.mark.parametrize("enqueued_again", [True, False])
def test_only_indexnow_hears_of_a_withdrawn_guide(engine, enqueued_again):
    [article] = enqueued()
    article.withdraw(by=None)
    if enqueued_again:
        engines.enqueue(article)
    assert run("baidu")[0].startswith("百度：推送了 0 个网址，还有 0 个待推送。")
    assert run("indexnow")[0].startswith("IndexNow：推送了 1 个网址，还有 0 个待推送。")
    assert engine.addresses == [address(article)]
    assert not PushTask.objects.filter(engine="baidu").exists()


@pytest.mark.django_db
def test_nobody_hears_of_a_guide_that_was_never_public(engine, noon):
    scheduled = ArticleFactory(published=True, published_at=NOON + dt.timedelta(hours=3))
    engines.enqueue(scheduled)
    scheduled.withdraw(by=None)
    engines.enqueue(scheduled)
    engines.enqueue(ArticleFactory())
    assert not PushTask.objects.exists()


@pytest.mark.django_db
def test_a_deleted_guide_takes_its_tasks_with_it(engine):
    [article] = enqueued()
    Article.objects.get(pk=article.pk).delete()
    assert not PushTask.objects.exists()


# --- Baidu -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_baidu_gets_plain_lines_and_its_quota_is_printed(engine):
    articles = enqueued(3)
    assert run("baidu") == ("百度：推送了 3 个网址，还有 0 个待推送，今天还可推送 1000 个。\n", "")
    [request] = engine.requests
    assert request["path"] == f"/urls?site={SITE}&token={TOKEN}"
    assert request["type"] == "text/plain"
    assert request["body"] == "\n".join(address(article) for article in articles)
    sent = PushTask.objects.filter(engine="baidu")
    assert all(task.sent_at and task.attempts == 1 and task.next_attempt_at is None for task in sent)
    assert run("baidu")[0].startswith("百度：推送了 0 个网址")
    assert len(engine.requests) == 1


@pytest.mark.django_db
def test_batches_are_no_larger_than_the_engine_allows(engine, monkeypatch):
    assert engines.LARGEST_BATCH == {"baidu": 2000, "indexnow": 10_000}
    monkeypatch.setitem(engines.LARGEST_BATCH, engines.Engine.BAIDU, 2)
    enqueued(5)
    assert "推送了 5 个网址" in run("baidu")[0]
    assert [len(request["addresses"]) for request in engine.requests] == [2, 2, 1]


@pytest.mark.django_db
def test_addresses_that_baidu_refuses_are_not_sent_again_until_asked_to(engine):
    good, foreign, invalid = enqueued(3)
    engine.answer = lambda request: (
        200,
        {"remain": 9, "success": 1, "not_same_site": [address(foreign)], "not_valid": [address(invalid)]},
    )
    printed, problem = run("baidu")
    assert printed.startswith("百度：推送了 1 个网址，还有 0 个待推送，今天还可推送 9 个。")
    assert problem == "百度拒绝了 2 个网址，详见后台的推送记录。"
    assert task_of(good, "baidu").sent_at
    assert task_of(foreign, "baidu").last_error == "不是本站的网址"
    assert task_of(invalid, "baidu").last_error == "不合法的网址"
    assert run("baidu")[1] == ""
    assert len(engine.requests) == 1
    engine.answer = lambda request: (200, {"remain": 7, "success": 2})
    assert "推送了 2 个网址" in run("baidu", again=True)[0]


@pytest.mark.django_db
def test_where_baidu_took_fewer_than_it_accounts_for_all_are_kept(engine):
    enqueued(3)
    engine.answer = lambda request: (200, {"remain": 9, "success": 1})
    printed, problem = run("baidu")
    assert "推送了 0 个网址，还有 3 个待推送" in printed
    assert "有 2 个网址没有收下，也没有说是哪些" in problem


@pytest.mark.django_db
def test_baidu_is_left_alone_until_midnight_in_shanghai_when_nothing_remains(engine, noon, monkeypatch):
    monkeypatch.setitem(engines.LARGEST_BATCH, engines.Engine.BAIDU, 2)
    enqueued(3)
    engine.answer = lambda request: (200, {"remain": 0, "success": len(request["addresses"])})
    printed, problem = run("baidu")
    assert printed == (
        "百度：推送了 2 个网址，还有 1 个待推送，今天还可推送 0 个。今天的配额用完了，明天零点以后再推。\n"
    )
    assert problem == ""
    noon.move_to(MIDNIGHT - dt.timedelta(seconds=1))
    run("baidu")
    assert len(engine.requests) == 1
    noon.move_to(MIDNIGHT)
    run("baidu")
    assert len(set(engine.addresses)) == len(engine.addresses) == 3


@pytest.mark.django_db
def test_a_batch_is_no_larger_than_what_remains(engine, monkeypatch):
    monkeypatch.setitem(engines.LARGEST_BATCH, engines.Engine.BAIDU, 3)
    enqueued(5)
    engine.answer = lambda request: (200, {"remain": 4 - len(engine.addresses), "success": len(request["addresses"])})
    assert "推送了 4 个网址，还有 1 个待推送，今天还可推送 0 个。" in run("baidu")[0]
    assert [len(request["addresses"]) for request in engine.requests] == [3, 1]


@pytest.mark.django_db
def test_a_small_quota_is_used_although_baidu_refuses_larger_batches_whole(engine, noon):
    enqueued(10)
    accepted = []

    def answer(request):
        if len(request["addresses"]) > 3 - len(accepted):
            return 400, {"error": 400, "message": "over quota"}
        accepted.extend(request["addresses"])
        return 200, {"remain": 3 - len(accepted), "success": len(request["addresses"])}

    engine.answer = answer
    printed, problem = run("baidu")
    assert "推送了 3 个网址，还有 7 个待推送，今天还可推送 0 个。" in printed
    assert problem == ""
    assert len(set(accepted)) == 3
    waiting = PushTask.objects.filter(engine="baidu").waiting()
    assert set(waiting.values_list("next_attempt_at", "attempts")) == {(MIDNIGHT, 0)}
    accepted[:] = [None] * 3  # a guide published later that day
    enqueued()
    assert "配额用完了" in run("baidu")[0]
    assert PushTask.objects.filter(engine="baidu").due().count() == 0


@pytest.mark.django_db
def test_a_wrong_token_is_told_without_telling_the_token(engine, noon):
    [article] = enqueued()
    engine.answer = lambda request: (401, {"error": 401, "message": f"token is not valid\0: {TOKEN}"})
    printed, problem = run("baidu")
    assert "推送了 0 个网址，还有 1 个待推送" in printed
    assert problem == "百度没有接受推送：HTTP 401 token is not valid: …"
    task = task_of(article, "baidu")
    assert (task.attempts, task.last_error) == (1, "HTTP 401 token is not valid: …")
    assert task.next_attempt_at == NOON + engines.FIRST_DELAY


@pytest.mark.django_db
def test_an_error_counts_whatever_the_status_of_the_answer(engine):
    enqueued()
    engine.answer = lambda request: (200, {"error": 400, "message": "site error", "success": 1, "remain": 5})
    printed, problem = run("baidu")
    assert "推送了 0 个网址，还有 1 个待推送" in printed
    assert problem == "百度没有接受推送：HTTP 200 site error"


# --- What may befall either -----------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("name", COMMANDS)
def test_a_failing_engine_is_asked_again_less_and_less_often(engine, noon, name):
    [article] = enqueued()
    engine.answer = lambda request: (500, "<h1>Internal Server Error</h1>")
    delays = []
    for _ in range(12):
        assert "HTTP 500" in run(name)[1]
        task = task_of(article, name)
        delays.append((task.next_attempt_at - timezone.now()).total_seconds() / 60)
        noon.move_to(task.next_attempt_at)
    assert delays[:4] == [5, 10, 20, 40]
    assert delays[-1] == 24 * 60
    assert task_of(article, name).attempts == 12
    engine.answer = lambda request: (200, {"remain": 5, "success": 1})
    assert run(name)[1] == ""
    task = task_of(article, name)
    assert (bool(task.sent_at), task.last_error) == (True, "")


@pytest.mark.django_db
@pytest.mark.parametrize("name", COMMANDS)
def test_after_a_failure_no_more_batches_are_sent(engine, monkeypatch, name):
    monkeypatch.setitem(engines.LARGEST_BATCH, engines.Engine(name), 1)
    enqueued(3)
    engine.answer = lambda request: (503, "")
    run(name)
    assert len(engine.requests) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "garbage", ["", "<html>", "[1, 2]", "null", '{"remain": "?"}', '{"success": 1}', "[" * 100_000, "\ufeff\0"]
)
def test_an_answer_that_makes_no_sense_leaves_baidus_tasks(engine, garbage):
    enqueued()
    engine.answer = lambda request: (200, garbage)
    printed, problem = run("baidu")
    assert "推送了 0 个网址，还有 1 个待推送" in printed
    assert problem == "百度没有接受推送：看不懂的回答"


@pytest.mark.django_db
@pytest.mark.parametrize("name", COMMANDS)
def test_an_engine_that_cannot_be_reached_leaves_the_tasks(engine, settings, name):
    with FakeEngine() as closed:
        url = closed.url
    settings.BAIDU_PUSH_URL = settings.INDEXNOW_URL = url
    enqueued()
    printed, problem = run(name)
    assert "推送了 0 个网址，还有 1 个待推送" in printed
    assert "连接不上" in problem
    settings.BAIDU_PUSH_URL = settings.INDEXNOW_URL = "file:///etc/hostname"
    enqueued()
    assert "连接不上" in run(name)[1]


@pytest.mark.django_db
@pytest.mark.parametrize("name", COMMANDS)
def test_an_engine_that_does_not_answer_is_not_waited_for(engine, monkeypatch, name):
    monkeypatch.setattr(engine_interfaces, "TIMEOUT", 0.1)
    enqueued()
    over = threading.Event()
    engine.answer = lambda request: (over.wait(5) and 200, "")
    try:
        printed, problem = run(name)
    finally:
        over.set()
    assert "还有 1 个待推送" in printed
    assert "0.1 秒没有回答" in problem


@pytest.mark.django_db
@pytest.mark.parametrize("name", COMMANDS)
def test_no_redirect_is_followed(engine, name):
    with FakeEngine() as other:
        enqueued()
        engine.answer = lambda request: (302, "", ("Location", f"{other.url}/elsewhere"))
        assert "HTTP 302" in run(name)[1]
        engine.answer = lambda request: (308, "", ("Location", f"{engine.url}/elsewhere"))
        enqueued()
        assert "HTTP 308" in run(name)[1]
        assert other.requests == []
    assert len(engine.requests) == 2


# --- IndexNow ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("status", [200, 202])
def test_indexnow_gets_host_key_and_addresses(engine, status):
    articles = enqueued(2)
    engine.answer = lambda request: (status, "")
    assert run("indexnow") == ("IndexNow：推送了 2 个网址，还有 0 个待推送。\n", "")
    [request] = engine.requests
    assert (request["path"], request["type"]) == ("/indexnow", "application/json; charset=utf-8")
    assert json.loads(request["body"]) == {
        "host": "www.example.cn",
        "key": KEY,
        "keyLocation": f"{SITE}/{KEY}.txt",
        "urlList": [address(article) for article in articles],
    }


@pytest.mark.django_db
@pytest.mark.parametrize("status", [400, 403, 422])
def test_what_indexnow_refuses_for_good_waits_for_somebody_to_mend_it(engine, noon, status):
    [article] = enqueued()
    engine.answer = lambda request: (status, {"code": "UserForbidden", "message": "no key"})
    printed, problem = run("indexnow")
    assert "推送了 0 个网址，还有 0 个待推送" in printed
    assert problem == f"IndexNow拒绝了 1 个网址，详见后台的推送记录。IndexNow没有接受推送：HTTP {status} no key"
    assert task_of(article, "indexnow").last_error == f"HTTP {status} no key"
    noon.shift(dt.timedelta(days=30))
    assert run("indexnow")[1] == ""
    assert len(engine.requests) == 1
    engine.answer = lambda request: (200, "")
    assert "推送了 1 个网址" in run("indexnow", again=True)[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("header", "minutes"), [("3600", 60), ("60", 5), ("999999", 24 * 60), ("Wed, 21 Oct 2026 07:28:00 GMT", 5)]
)
def test_indexnow_may_ask_for_more_patience(engine, noon, header, minutes):
    [article] = enqueued()
    engine.answer = lambda request: (429, "", ("Retry-After", header))
    assert "HTTP 429" in run("indexnow")[1]
    assert task_of(article, "indexnow").next_attempt_at == NOON + dt.timedelta(minutes=minutes)


# --- Two runs at once, and a run that dies ------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_run_that_dies_before_recording_sends_again_and_loses_nothing(engine, noon, monkeypatch):
    [article] = enqueued()
    with monkeypatch.context() as patch:
        patch.setattr(PushTaskQuerySet, "settle", lambda *args, **kwargs: sys.exit())
        with pytest.raises(SystemExit):
            run("baidu")
    assert "推送了 0 个网址，还有 1 个待推送" in run("baidu")[0]  # it might still be at it
    noon.shift(engines.LEASE)
    assert "推送了 1 个网址，还有 0 个待推送" in run("baidu")[0]
    assert engine.addresses == [address(article)] * 2


@pytest.mark.django_db(transaction=True)
def test_a_correction_while_its_guide_is_being_sent_is_sent_too(engine):
    [article] = enqueued()

    def answer(request):
        if len(engine.requests) == 1:
            engines.enqueue(article)
            connection.close()
        return 200, {"remain": 9, "success": 1}

    engine.answer = answer
    assert "推送了 2 个网址，还有 0 个待推送" in run("baidu")[0]
    assert engine.addresses == [address(article)] * 2
    assert task_of(article, "baidu").sent_at


@pytest.mark.django_db(transaction=True)
def test_runs_at_the_same_time_send_each_address_once(engine, monkeypatch):
    monkeypatch.setitem(engines.LARGEST_BATCH, engines.Engine.INDEXNOW, 3)
    articles = enqueued(40)
    together = threading.Barrier(4)

    def one_run():
        together.wait(5)
        try:
            return engines.push(engines.Engine.INDEXNOW).sent
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        sent = [run.result() for run in [pool.submit(one_run) for _ in range(4)]]
    assert sum(sent) == 40
    assert Counter(engine.addresses) == Counter(address(article) for article in articles)
    assert PushTask.objects.filter(engine="indexnow", sent_at=None).count() == 0


# --- The desk ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_desk_shows_what_was_sent_and_changes_nothing(engine, client, chief, django_assert_max_num_queries):
    articles = enqueued(3)
    run("baidu")
    engine.answer = lambda request: (403, "")
    run("indexnow")
    client.force_login(chief)
    address_of_list = reverse("admin:articles_pushtask_changelist")
    with django_assert_max_num_queries(6):  # session, user, count, rows, and what the filters need
        page = client.get(address_of_list)
    assert page.content.decode().count(f">{articles[0].get_absolute_url()}</a>") == 2
    for state, count in [("sent", 3), ("refused", 3), ("waiting", 0)]:
        found = client.get(address_of_list, {"state": state}).context["cl"].result_count
        assert found == count
    assert client.get(reverse("admin:articles_pushtask_add")).status_code == 403
    change = reverse("admin:articles_pushtask_change", args=[PushTask.objects.first().pk])
    assert client.get(change).status_code == 200
    assert client.post(change, {}).status_code == 403


@pytest.mark.django_db
def test_who_may_delete_guides_may_delete_one_that_was_sent(engine, rf, chief):
    [article] = enqueued()
    request = rf.get("/")
    request.user = chief
    model_admin = admin.site.get_model_admin(Article)
    _, _, missing_permissions, _ = model_admin.get_deleted_objects([article], request)
    assert not missing_permissions

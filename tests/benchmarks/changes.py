"""What writing costs, and after how long every page shows it while many read.

A comment is sent as a reader sends it, a guide is published in the admin, both to Django in one process, so that the
time is that of the server. How long both take to be on every page is seen from outside, under load: from the answer
that said so to the last question that was answered without it. A reader's comment counts from its approval.
"""
# ruff: noqa: PLC0415  (Django is set up when the settings are known)

import contextlib
import random
import secrets
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from tests.benchmarks.figures import Figure
from tests.benchmarks.inside import processor_seconds, run_inside
from tests.benchmarks.pages import AS_BROWSERS, behind_nginx
from tests.benchmarks.serving import served, wrk
from tests.benchmarks.sites import Site
from tests.rehearsal.browser import Browser, fields_of
from tests.rehearsal.people import GUIDES, READS_A_FORM, WORDS

MOST_PUBLISHING, MOST_POSTING, MOST_SECONDS = 28.0, 16.0, 1.5
WARMING = 2  # deeds that are not counted
QUEUE = "/admin/comments/comment/queue/"
EDITOR = "benchmark-editor"

Cost = tuple[float, float]  # milliseconds that passed, and those of processors
Change = dict[str, Any]  # what pages show then, which pages, and where it is made


def figures(site: Site, rounds: int, times: int, looking_seconds: int) -> Iterator[Figure]:
    costs = run_inside(site.environment, measure, rounds=rounds, times=times)
    for name, most in (("publishing a guide", MOST_PUBLISHING), ("posting a comment", MOST_POSTING)):
        passed, used = costs[name]
        yield Figure(name, passed, "ms", most=most, note=f"until the answer; {used:.1f} ms CPU with what follows it")
    for where, ages in until_visible(site, rounds, looking_seconds).items():
        for what, seconds in ages.items():
            note = f"under load, {where}; longest {max(seconds):.2f}"
            name = f"{what} is on every page after"
            yield Figure(name, statistics.median(seconds), "s", most=MOST_SECONDS, note=note)


# --- The cost ---


def measure(rounds: int, times: int) -> dict[str, Cost]:
    """Return what each deed costs, the medians of rounds of medians."""
    number = rounds * times + WARMING
    deeds = {"posting a comment": _comments(number), "publishing a guide": _publications(number)}
    time.sleep(READS_A_FORM)
    costs = {name: [_cost(deed) for deed in ready][WARMING:] for name, ready in deeds.items()}
    return {name: _medians(found, rounds) for name, found in costs.items()}


def _cost(deed: Callable[[], float]) -> Cost:
    """Return what a deed takes until it is answered, and what it costs with the work that is left for afterwards."""
    begun, before = time.perf_counter(), processor_seconds()
    answered = deed()
    return (answered - begun) * 1000, (processor_seconds() - before) * 1000


def _clock(client: Any) -> Callable[[], float]:
    """Return what tells when Django had the last answer for `client`, before the response was closed."""
    answer, times = client.handler.get_response, []

    def get_response(request: Any) -> Any:
        response = answer(request)
        times.append(time.perf_counter())
        return response

    client.handler.get_response = get_response
    return lambda: times[-1]


def _medians(costs: list[Cost], rounds: int) -> Cost:
    of_rounds = [costs[turn::rounds] for turn in range(rounds)]
    passed, used = (statistics.median(statistics.median(c[n] for c in one) for one in of_rounds) for n in (0, 1))
    return passed, used


def _comments(number: int) -> list[Callable[[], float]]:
    """Fill in forms under as many guides, each from another network."""
    from django.test import Client

    from articles.models import Article

    guides = list(Article.objects.published().values_list("pk", flat=True)[:number])
    client = Client(headers={"host": "127.0.0.1"})
    answered = _clock(client)

    def filled_in(turn: int) -> Callable[[], float]:
        path, address = f"/comments/{guides[turn % len(guides)]}/", f"10.{turn // 250}.{turn % 250}.1"
        fields = fields_of(client.get(path).content.decode())
        fields |= {"body": "".join(random.choices(WORDS, k=60)), "nickname": "", "website": ""}

        def send() -> float:
            response = client.post(path, fields, REMOTE_ADDR=address)
            assert response.status_code == 302, response.content.decode()
            return answered()

        return send

    return [filled_in(turn) for turn in range(number)]


def _publications(number: int) -> list[Callable[[], float]]:
    """Open as many drafts in the admin."""
    from django.test import Client

    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(_editor(""))
    answered = _clock(client)

    def opened(draft: Change) -> Callable[[], float]:
        fields = fields_of(client.get(draft["form"]).content.decode(), "article_form") | {"_publish": "保存并发布"}

        def publish() -> float:
            response = client.post(draft["form"], fields)
            assert response.status_code == 302, response.content.decode()
            return answered()

        return publish

    return [opened(draft) for draft in drafts(number)]


def drafts(number: int) -> list[Change]:
    """Make drafts of about 2,000 characters, as the admin keeps what is saved there, with a first revision.

    Return their titles, the addresses of their forms, and of the pages that will show them.
    """
    from articles import revisions
    from articles.models import Article, Category
    from debtfaq import seeding_words
    from tests.factories import ArticleFactory

    categories = list(Category.objects.in_order())
    length = len(Article.objects.values_list("body", flat=True)[0])
    found = []
    for turn in range(number):
        chance = random.Random()
        category = categories[turn % len(categories)]
        body = "## 第一步\n\n"
        while len(body) < length:
            body += seeding_words.paragraph(chance) + "\n\n"
        title = f"{''.join(seeding_words.title(chance))}{secrets.token_hex(4)}"
        text = {"title": title, "summary": seeding_words.summary(chance), "body": body.strip()}
        guide = ArticleFactory(category=category, **text)
        guide.tags.add(seeding_words.tag(turn))
        revisions.record(guide, by=None)
        pages = ["/", "/articles/", category.get_absolute_url(), guide.get_absolute_url(), "/feeds/atom.xml"]
        pages += [tag.get_absolute_url() for tag in guide.tags.all()]
        found.append({"shown": title, "form": f"{GUIDES}{guide.pk}/change/", "pages": pages})
    return found


def _editor(password: str):
    from django.contrib.auth.models import User

    editor, _ = User.objects.get_or_create(username=EDITOR, defaults={"is_staff": True, "is_superuser": True})
    editor.set_password(password)
    editor.save()
    return editor


# --- How long until it is seen ---


def until_visible(site: Site, rounds: int, looking_seconds: int) -> dict[str, dict[str, list[float]]]:
    """Return for each way to the site, and for each kind of change, the seconds until all pages showed it."""
    password = secrets.token_urlsafe(12)
    made = run_inside(site.environment, to_be_shown, number=2 * rounds, password=password)
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(served(site.environment, site.folder))
        ways = {"from the server": server.port}
        if proxy := stack.enter_context(behind_nginx(site, [server])):
            ways["through nginx"] = int(proxy.rsplit(":", 1)[1])
        found = {}
        for where, port in ways.items():
            editor = Editor(port, password)
            ages = [_ages(port, editor, made.pop(), looking_seconds) for _ in range(rounds)]
            found[where] = {what: [age[what] for age in ages] for what in ages[0]}
    return found


def to_be_shown(number: int, password: str) -> list[dict[str, Change]]:
    """Make drafts, and comments that wait for a moderator."""
    from articles.models import Article
    from tests.factories import CommentFactory

    _editor(password)
    found = []
    for guide, draft in zip(Article.objects.published()[:number], drafts(number), strict=True):
        comment = CommentFactory(article=guide, body="".join(random.choices(WORDS, k=40)))
        pages = [guide.get_absolute_url()]
        found.append({"a guide": draft, "a comment": {"shown": comment.body, "pk": str(comment.pk), "pages": pages}})
    return found


class Editor:
    """Somebody logged in, who publishes and approves."""

    def __init__(self, port: int, password: str) -> None:
        self._browser = Browser(port, keeps_cookies=True)
        fields = fields_of(self._browser.get("/admin/login/").text) | {"username": EDITOR, "password": password}
        self._send("/admin/login/", fields)

    def publish(self, draft: Change) -> None:
        fields = fields_of(self._browser.get(draft["form"]).text, "article_form")
        self._send(draft["form"], fields | {"_publish": "保存并发布"})

    def approve(self, comment: Change) -> None:
        fields = {"csrfmiddlewaretoken": fields_of(self._browser.get(QUEUE).text)["csrfmiddlewaretoken"]}
        self._send(f"{QUEUE}decide/", fields | {"comment": comment["pk"], "decision": "approve"})

    def _send(self, path: str, fields: dict[str, str]) -> None:
        answer = self._browser.post(path, fields)
        assert answer.status == 302, answer.text


def _ages(port: int, editor: Editor, changes: dict[str, Change], looking_seconds: int) -> dict[str, float]:
    """Make two changes while others read; return how many seconds later a page without each was last asked for."""
    url = f"http://127.0.0.1:{port}/articles/"
    crowd = threading.Thread(target=lambda: wrk(url, seconds=looking_seconds + 2, headers=AS_BROWSERS))
    for change in changes.values():
        for page in change["pages"]:
            Browser(port).get(page)  # so that there is an old one to be shown
    crowd.start()
    time.sleep(1)
    made_at, oldest = {}, dict.fromkeys(changes, 0.0)
    for what, make in (("a guide", editor.publish), ("a comment", editor.approve)):
        make(changes[what])
        made_at[what] = time.monotonic()
    while time.monotonic() < made_at["a comment"] + looking_seconds:
        for what, change in changes.items():
            for page in change["pages"]:
                browser = Browser(port)  # another connection may lead to another process
                asked_at = time.monotonic()
                if change["shown"] not in browser.get(page).text:
                    oldest[what] = asked_at - made_at[what]
                browser.close()
    crowd.join()
    return oldest

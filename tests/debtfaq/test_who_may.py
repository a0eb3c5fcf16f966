"""Who may ask for what: every address of the site, the admin's included, by role and method.

A new address goes into one of the three tables: PUBLIC, DESK, or MODELS for the pages that Django makes for a model.
"""

import uuid
from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import NamedTuple

import pytest
import time_machine
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.utils import timezone

from articles import preview_links, revisions
from articles.models import Article, Link, Page, PushTask, Redirect, SearchCount, SynonymGroup, Tag, Term
from comments.models import Comment, CommentRule, ScreeningWord
from tests.articles.pictures import upload
from tests.factories import ArticleFactory, CategoryFactory, CommentFactory, ExpertFactory, ImageFactory

pytestmark = pytest.mark.django_db

# Who comes: reader, expert, moderator, author, editor, head (主编), staff in no group, chief (superuser).
GROUPS = {"R": None, "X": "专家", "M": "审核员", "A": "作者", "E": "编辑", "H": "主编", "S": None, "C": None}
ALL, STAFF = "RXMAEHSC", "XMAEHSC"

READ, POST, FORM = {"GET", "HEAD"}, {"POST"}, {"GET", "HEAD", "POST"}
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")
ANY = set(METHODS)  # whatever the method, it is answered as GET or refused

# What readers ask for: the methods; everybody gets the same.
PUBLIC = {
    "/": READ,
    "/articles/": READ,
    "/articles/{guide}/": READ,
    "/articles/{guide}-{slug}/": READ,
    "/articles/{guide}/views/": POST,
    "/articles/{guide}/views.gif": READ,
    "/articles/{guide}/vote/": POST,
    "/preview/{preview}/": READ,
    "/s/{guide}/": READ,
    "/categories/{category}/": READ,
    "/tags/{tag}/": READ,
    "/archive/": READ,
    "/archive/2026/11/": READ,
    "/search/?q=逾期": READ,
    "/search/suggest/?q=逾期": READ,
    "/search/count/": POST,
    "/search/count.gif": READ,
    "/glossary/": READ,
    "/pages/{site_page}/": READ,
    "/feeds/atom.xml": ANY,
    "/feeds/rss.xml": ANY,
    "/feeds/{category}/atom.xml": ANY,
    "/feeds/{category}/rss.xml": ANY,
    "/robots.txt": ANY,
    "/sitemap.xml": ANY,
    "/sitemaps/site.xml": ANY,
    "/sitemaps/guides-0.xml": ANY,
    "/experts/{expert}/": READ,
    "/comments/": ANY,
    "/comments/withdraw/": POST,
    "/comments/useful/{question}/": POST,
    "/comments/report/{question}/": FORM,
    "/comments/{guide}/": FORM,
    "/{indexnow_key}.txt": ANY,
    "/favicon.ico": ANY,
    "/healthz": READ,
    "/media/{file}": ANY,
}


class Rule(NamedTuple):
    methods: set[str]
    roles: str
    refusal: int = 403


# What stands in the admin besides the pages of models: the methods, who may, and how the rest of the staff is refused.
DESK = {
    "/admin/": Rule(ANY, STAFF),
    "/admin/login/": Rule(ANY, ALL),
    "/admin/logout/": Rule(POST, STAFF),
    "/admin/password_change/": Rule(ANY, STAFF),
    "/admin/password_change/done/": Rule(ANY, STAFF),
    "/admin/jsi18n/": Rule(ANY, STAFF),
    "/admin/two_step/": Rule(FORM, STAFF),
    "/admin/two_step/code.svg": Rule(READ, "", 404),  # nobody has begun
    "/admin/r/{guide_type}/{guide}/": Rule(ANY, STAFF),
    "/admin/admin/": Rule(ANY, "HC", 404),
    "/admin/articles/": Rule(ANY, "MAEHC", 404),
    "/admin/articles/article/{guide}/history/compare/": Rule(READ, "MAEHC"),
    "/admin/articles/article/{guide}/history/{revision}/": Rule(READ, "MAEHC"),
    "/admin/articles/article/{guide}/history/{revision}/restore/": Rule(FORM, "EHC"),
    "/admin/articles/article/trash/": Rule(READ, "EHC"),
    "/admin/articles/article/trash/restore/": Rule(POST, "EHC"),
    "/admin/articles/article/{trashed}/purge/": Rule(ANY, "HC"),
    "/admin/comments/": Rule(ANY, "MEHC", 404),
    "/admin/auth/": Rule(ANY, "HC", 404),
    "/admin/nothing/": Rule(ANY, "", 404),
    "/admin/articles/image/upload/": Rule(POST, "AEHC"),
    "/admin/articles/image/choose/": Rule(READ, "AEHC"),
    "/admin/articles/article/check/": Rule(POST, "AEHC"),
    "/admin/articles/article/{guide}/preview-links/": Rule(FORM, "EHC"),
    "/admin/articles/article/{guide}/links/": Rule(ANY, "MAEHC"),
    "/admin/articles/article/import-table/": Rule(FORM, "EHC"),
    "/admin/articles/article/autosave/": Rule(FORM, "AEHC"),
    "/admin/comments/comment/queue/": Rule(READ, "MEHC"),
    "/admin/comments/comment/queue/decide/": Rule(POST, "MEHC"),
    "/admin/comments/comment/queue/undo/": Rule(POST, "MEHC"),
    "/admin/comments/comment/questions/": Rule(READ, "X"),
    "/admin/comments/comment/questions/{question}/": Rule(FORM, "X"),
    "/admin/comments/comment/replies/": Rule(READ, "X"),
    "/admin/comments/comment/replies/{reply}/": Rule(FORM, "X"),
    "/admin/comments/comment/biography/": Rule(FORM, "X"),
    "/admin/comments/screeningword/try/": Rule(ANY, "MC"),
    "/admin/auth/user/{user}/password/": Rule(ANY, "HC"),
    "/admin/articles/article/{guide}/export/": Rule(READ, "MAEHC"),
    "/admin/transfer/": Rule(READ, "MAEHC"),
    "/admin/transfer/import/": Rule(POST, "HC"),
    "/admin/transfer/export/": Rule(POST, "MAEHC"),
    "/admin/articles/article/preview/": Rule(POST, "AEHC"),
    "/admin/articles/article/links/": Rule(READ, "MAEHC"),
}


class May(NamedTuple):
    view: str
    add: str
    change: str
    delete: str


# The pages that Django makes for each model.
MODELS = {
    #                                view   add   change delete
    "admin.logentry": May("HC", "", "", ""),
    "articles.article": May("MAEHC", "AEHC", "EHC", "EHC"),
    "articles.category": May("AEHC", "EHC", "EHC", "EHC"),
    "articles.image": May("AEHC", "AEHC", "AEHC", "EHC"),
    "articles.link": May("EHC", "", "", "EHC"),
    "articles.redirect": May("EHC", "EHC", "EHC", "EHC"),
    "articles.page": May("EHC", "EHC", "EHC", "C"),
    "articles.pushtask": May("EHC", "", "", "EHC"),
    "articles.searchcount": May("EHC", "", "", ""),
    "articles.synonymgroup": May("EHC", "EHC", "EHC", "EHC"),
    "articles.tag": May("AEHC", "EHC", "EHC", "EHC"),
    "articles.term": May("AEHC", "EHC", "EHC", "EHC"),
    "auth.group": May("C", "C", "C", "C"),
    "auth.user": May("HC", "HC", "HC", "C"),
    "comments.comment": May("MEHC", "EHC", "EHC", "C"),
    "comments.commentrule": May("EHC", "EHC", "EHC", "EHC"),
    "comments.expert": May("MEHC", "EHC", "EHC", "C"),
    "comments.review": May("EHC", "EHC", "EHC", "EHC"),
    "comments.screeningword": May("MC", "MC", "MC", "MC"),
}

# Deleting puts these into the trash; only from there are they deleted for good, at an address of DESK.
TO_TRASH = {"articles.article"}

# What is sent where an empty form would not do.
SENT = {
    "/admin/articles/image/upload/": {"file": upload},
    "/articles/{guide}/vote/": {"answer": "yes"},
    "/comments/withdraw/": {"code": "{code}"},
    "/comments/report/{question}/": {"reason": "abuse"},
    "/admin/articles/article/autosave/": {"autosave_key": "{key}", "data": '{{"title": "没写完的"}}'},
    "/admin/articles/article/{guide}/history/{revision}/restore/": {"correction_note": "恢复步骤。"},
    "/admin/articles/article/trash/restore/": {"guide": "{trashed}"},
    "/admin/articles/article/{trashed}/purge/": {"post": "yes"},
    "/admin/comments/comment/queue/decide/": {"comment": "{waiting}", "decision": "approve"},
    "/admin/comments/comment/queue/undo/": {"event": "{event}"},
    "/admin/comments/comment/questions/{question}/": {"body": "宽限期内还清，不算逾期。"},
    "/admin/comments/comment/replies/{reply}/": {"body": "先打客服电话，再申请分期。"},
    "/admin/comments/comment/biography/": {"biography": "做过二十年调解。"},
}


def sent(address: str, places: dict) -> dict:
    """Return what goes to an address. A file is made anew each time: it is read once."""
    values = SENT.get(address, {})
    return {name: value() if callable(value) else value.format(**places) for name, value in values.items()}


def routes() -> set[str]:
    """Return every route that the site has, as `resolve(address).route` names it."""

    def within(resolver: URLResolver, before: str = "") -> Iterator[str]:
        for pattern in resolver.url_patterns:
            route = before + str(pattern.pattern).removeprefix("^")
            if isinstance(pattern, URLPattern):
                yield route
            else:
                yield from within(pattern, route)

    return set(within(get_resolver()))


@pytest.fixture
def people(groups) -> dict[str, User | None]:
    """One of each role."""

    def account(role: str, group: str | None) -> User:
        user = User.objects.create_user(role, is_staff=True, is_superuser=role == "C")
        user.groups.set(Group.objects.filter(name=group))
        return user

    return {role: None if role == "R" else account(role, group) for role, group in GROUPS.items()}


@pytest.fixture
def rows(people, settings) -> dict[str, models.Model]:
    """A row of each model on which nothing else hangs, so that only rights keep anybody from deleting it."""
    settings.INDEXNOW_KEY = "indexnow-key"
    guide = ArticleFactory(published=True)
    lonely = [
        LogEntry.objects.create(user=people["C"], object_repr="单独的指南", action_flag=CHANGE),
        ArticleFactory(),
        CategoryFactory(),
        ImageFactory(),
        Page.objects.get_or_create(slug="lonely", defaults={"title": "单独的一页", "body": "正文"})[0],
        Link.objects.create(article=guide, path="/nothing/"),
        Redirect.objects.create(path="/old/", to="/glossary/"),
        PushTask.objects.create(article=guide, path=guide.get_absolute_url(), engine="baidu"),
        SearchCount.objects.create(text="单独的话"),
        SynonymGroup.objects.create(words="单独的词，单独的话"),
        Tag.objects.create(name="单独的标签"),
        Term.objects.create(term="催收", meaning="向欠款人讨要欠款"),
        Group.objects.create(name="单独的组"),
        User.objects.create_user("lonely"),
        CommentFactory(article=guide),
        CommentRule.objects.create(article=guide),
        ExpertFactory(),
        guide.reviews.create(expert=ExpertFactory(), reviewed_on="2026-11-01"),
        ScreeningWord.objects.create(kind="adverts", word="单独的词"),
    ]
    return {row._meta.label_lower: row for row in lonely}


@pytest.fixture
def places(people, rows) -> dict[str, object]:
    """What the names in the tables' addresses stand for."""
    guide, question = ArticleFactory(published=True, tags=["征信"]), CommentFactory(approved=True)
    decided = CommentFactory()
    trashed = ArticleFactory()
    trashed.trash(by=people["E"])
    revision = revisions.record(guide, by=people["E"])
    Article.objects.filter(pk=guide.pk).update(summary="后来改的结论。")
    expert = ExpertFactory(user=people["X"])
    return {
        "guide": guide.pk,
        "slug": guide.slug,
        "preview": preview_links.make(ArticleFactory()).path.split("/")[2],
        "trashed": trashed.pk,
        "revision": revision.pk,
        "guide_type": ContentType.objects.get_for_model(Article).pk,
        "category": guide.category.slug,
        "tag": guide.tags.get().slug,
        "site_page": "lonely",
        "expert": expert.pk,
        "question": question.pk,
        "reply": CommentFactory(approved=True, article=question.article, parent=question, expert=expert).pk,
        "waiting": CommentFactory().pk,
        "code": CommentFactory(code="ABCDEFGHJK").code,
        "key": uuid.uuid4(),
        "event": decided.approve(by=people["M"]) and decided.events.get().pk,
        "indexnow_key": "indexnow-key",
        "file": "nothing.png",
        "user": rows["auth.user"].pk,
    }


class Answer(NamedTuple):
    response: HttpResponse
    has_written: bool
    is_gone: bool  # the row that was to be watched

    @property
    def said(self) -> str:
        status, leads_to = self.response.status_code, self.response.headers.get("Location", "")
        is_nobody = self.response.wsgi_request.user.is_anonymous
        if leads_to.startswith("/admin/login/") or (leads_to == "/admin/" and is_nobody):
            return "login"
        return "in" if status < 400 else str(status)


class Asker:
    """Somebody in a role, who asks without consequences: whatever they change is taken back at once."""

    def __init__(self, user: User | None, **client) -> None:
        self.client = Client(raise_request_exception=False, **client)
        if user:
            self.client.force_login(user)
        key = self.client.cookies.get(settings.SESSION_COOKIE_NAME)
        self.cookies = {settings.SESSION_COOKIE_NAME: key.value} if key else {}

    def ask(self, method: str, address: str, data: dict | None = None, watched: models.Model | None = None) -> Answer:
        self.client.cookies = SimpleCookie(self.cookies)
        with transaction.atomic(), CaptureQueriesContext(connection) as queries:
            response = getattr(self.client, method.lower())(address, *([data or {}] if method == "POST" else []))
            is_gone = bool(watched) and not type(watched)._base_manager.filter(pk=watched.pk).exists()
            transaction.set_rollback(True)
        for close in response._resource_closers if response.streaming else []:
            close()  # the files, and not the connection to the database, as `response.close` would
        writes = [query for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
        return Answer(response, bool(writes), is_gone)


def model_pages(label: str, pk: object) -> Iterator[tuple[str, str, str, str]]:
    """Yield address, method, who may, and who has deleted the row thereby, for the pages of a model."""
    may, start = MODELS[label], f"/admin/{label.replace('.', '/')}/"
    gone = "" if label in TO_TRASH else may.delete
    yield f"{start}{pk}/delete/", "DELETE", may.delete, ""
    for method in ("GET", "POST"):
        is_post = method == "POST"
        yield start, method, may.view, gone if is_post else ""
        yield f"{start}add/", method, may.add, ""
        yield f"{start}{pk}/change/", method, may.change if is_post else may.view, ""
        yield f"{start}{pk}/delete/", method, may.delete, gone if is_post else ""
        yield f"{start}{pk}/history/", method, may.view, ""
        yield f"{start}{pk}/", method, STAFF, ""


def completions() -> dict[str, str]:
    """Return the addresses that complete what is typed into fields of the admin, and who may: who may view the rows."""
    found = {}
    for model, desk in admin.site._registry.items():
        for name in desk.autocomplete_fields:
            target = model._meta.get_field(name).remote_field.model._meta.label_lower
            query = f"app_label={model._meta.app_label}&model_name={model._meta.model_name}&field_name={name}"
            found[f"/admin/autocomplete/?{query}"] = MODELS[target].view
    return found


def declared(places: dict, rows: dict) -> list[str]:
    """Return every address of the tables."""
    of_models = [address for label in MODELS for address, *_ in model_pages(label, rows[label].pk)]
    return [address.format(**places) for address in [*PUBLIC, *DESK]] + of_models + list(completions())


def expected(method: str, address: str, rule: Rule, role: str) -> set[str]:
    if role == "R" and "R" not in rule.roles and address.startswith("/admin/"):
        return {"login"}
    if method == "OPTIONS":
        return {"in", "405", str(rule.refusal)}  # tells at most which methods there are
    if method not in rule.methods:
        return {"405"}
    answer = "in" if role in rule.roles else str(rule.refusal)
    return {answer, "405"} if rule.methods is ANY and method != "GET" else {answer}


def test_every_address_is_declared_and_every_declared_one_exists(places, rows):
    found = {address: resolve(address.partition("?")[0]).route for address in declared(places, rows)}
    assert routes() - set(found.values()) == set(), "not in the tables above"
    swallowed = {address for address, route in found.items() if route.startswith("admin/(?P<url>")}
    assert swallowed == {"/admin/nothing/"}, "in the tables, but not on the site"
    assert set(MODELS) == {model._meta.label_lower for model in admin.site._registry}
    assert set(SENT) <= {*PUBLIC, *DESK}


@pytest.mark.parametrize("role", ALL)
def test_who_may_do_what(role, people, places, rows):
    asker, wrong = Asker(people[role]), []

    def check(method: str, address: str, rule: Rule, data: dict, *, watched=None, deleting: str = "") -> None:
        answer, right = asker.ask(method, address, data, watched), expected(method, address, rule, role)
        if answer.said not in right:
            wrong.append(f"{method} {address}: {answer.said}, not {' or '.join(sorted(right))}")
        if answer.has_written and (method != "POST" or answer.said != "in"):
            wrong.append(f"{method} {address}: answered {answer.said}, but wrote")
        if watched and answer.is_gone != (role in deleting):
            wrong.append(f"{method} {address}: {'deleted' if answer.is_gone else 'did not delete'}")

    table = {address: Rule(methods, ALL) for address, methods in PUBLIC.items()} | DESK
    table |= {address: Rule(READ, roles) for address, roles in completions().items()}
    table["/media/{file}"] = Rule(ANY, "", 404)
    for address, rule in table.items():
        data = sent(address, places)
        for method in METHODS:
            check(method, address.format(**places), rule, data)
    for label, row in rows.items():
        chosen = {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"}
        for address, method, roles, deleting in model_pages(label, row.pk):
            check(method, address, Rule(ANY, roles), chosen, watched=row, deleting=deleting)
    assert not wrong, "\n".join(wrong)


def test_what_is_sent_has_effect(people, places):
    """Otherwise the table above would say little of who may send it."""
    for address in SENT:
        if address.startswith("/admin/"):
            role = DESK[address].roles[0]
            data = sent(address, places)
            assert Asker(people[role]).ask("POST", address.format(**places), data).has_written, address


def test_readers_get_the_same_page_whoever_they_are(people, places):
    nobody, chief = Asker(None), Asker(people["C"])
    with time_machine.travel(timezone.now(), tick=False):  # a preview says when it was looked at
        for address, methods in PUBLIC.items():
            if "GET" in methods and address != "/comments/{guide}/":  # signed with the time
                there = address.format(**places)
                seen, by_chief = (asker.ask("GET", there).response.getvalue() for asker in (nobody, chief))
                assert seen == by_chief, there


def test_a_forged_form_changes_nothing_at_the_desk(people, places, rows):
    chief = Asker(people["C"], enforce_csrf_checks=True)
    for address in declared(places, rows):
        if address.startswith("/admin/"):
            row = rows.get(".".join(address.split("/")[2:4]))
            data = {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"} if row else {}
            answer = chief.ask("POST", address, data, row)
            assert (answer.has_written, answer.is_gone) == (False, False), address
            assert answer.said in {"403", "404", "405"}, (address, answer.said)
    assert Comment.objects.filter(pk=places["waiting"]).get().status == "pending"

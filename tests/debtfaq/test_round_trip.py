"""What leaves the site as a zip comes back the same: page by page, byte by byte."""

import datetime as dt
import re
import shutil

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from articles import revisions
from articles.importers.report import Outcome
from articles.models import Article
from comments.models import Expert
from debtfaq.transfer import Wishes, import_files
from tests.audit import small_site

NOW = dt.datetime(2026, 11, 26, 10, 30, tzinfo=dt.UTC)
LINK = re.compile(r'(?:href|src|content)="([^"]+)"|<loc>([^<]+)</loc>')

# Of the searches, those asked for below: what can be chosen beside their results is on their pages.
PUBLIC = re.compile(r"/(?!/|admin|comments/|static/|search/)")


def public_pages() -> dict[str, bytes]:
    """Return every public page that a crawler finds, searches, and the pictures in them."""
    client, found = Client(), {}
    waiting = ["/", "/sitemap.xml", "/feeds/rss.xml", "/no-such-page/", "/robots.txt"]
    waiting += [f"/search/?q={word}" for word in ("信用卡", "起诉", "催收 上门", "没有的词")]
    waiting += [f"/experts/{pk}/" for pk in Expert.objects.values_list("pk", flat=True)]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        response = client.get(path)
        found[path] = f"{response.status_code} {response.headers.get('Location', '')}\n".encode() + response.getvalue()
        if "text/html" in response["Content-Type"] or "xml" in response["Content-Type"]:
            links = [one or other for one, other in LINK.findall(response.getvalue().decode())]
            paths = {link.removeprefix(settings.SITE_URL).partition("#")[0].replace("&amp;", "&") for link in links}
            waiting += [path for path in paths if PUBLIC.match(path)]
    return found


def empty_the_site() -> None:
    """Leave what a new site has: pages about itself, written later than those that come."""
    call_command("flush", interactive=False, verbosity=0)
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
    small_site._pages()


@pytest.mark.django_db(transaction=True)
def test_the_demo_site_comes_back_byte_by_byte(tmp_path):
    file = tmp_path / "site.zip"
    with time_machine.travel(NOW - dt.timedelta(seconds=2), tick=False) as clock:
        empty_the_site()
        call_command("load_demo")
        guide = Article.objects.order_by("pk")[3]
        for note in ("补充了一句。", "改了一个字。"):
            clock.shift(dt.timedelta(seconds=1))
            guide.correction_note, guide.body = note, f"{guide.body}\n{note}\n"
            guide.save()
            revisions.record(guide, by=None)
        before = public_pages()
        call_command("export_site", str(file))
    with time_machine.travel(NOW + dt.timedelta(seconds=7), tick=False):
        empty_the_site()
        report = import_files([("site.zip", file)], Wishes())
    with time_machine.travel(NOW, tick=False):
        after = public_pages()
        again = import_files([("site.zip", file)], Wishes(update=True))
    assert report.count(Outcome.SKIPPED) == 0
    assert (again.is_changing, again.count(Outcome.SKIPPED)) == (False, 0), again.as_text()
    assert len(before) > 150
    assert set(before) == set(after)
    assert [path for path in before if before[path] != after[path]] == []

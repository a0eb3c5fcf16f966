"""Addresses that were given up lead on, for good, and never in circles."""

from urllib.parse import quote

import pytest
from django.core.exceptions import ValidationError

from articles.models import Redirect
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db


def test_a_redirect_keeps_the_query_and_is_for_reading_only(client, django_assert_num_queries):
    Redirect.objects.create(path="/旧/地址/", to="/glossary/#lpr")
    old = f"/{quote('旧')}/{quote('地址')}/"
    with django_assert_num_queries(1):
        response = client.get(f"{old}?a=1&b=2")
    assert (response.status_code, response["Location"]) == (301, "/glossary/?a=1&b=2#lpr")
    assert client.head(old).status_code == 301
    assert client.post(old).status_code == 404
    assert client.get("/旧/别的/").status_code == 404


def test_an_address_that_was_another_guides_elsewhere(client):
    here, moved = ArticleFactory(published=True), ArticleFactory(published=True)
    Redirect.objects.create(path=f"/articles/{here.pk}-old-name/", to=moved.get_absolute_url())
    assert client.get(f"/articles/{here.pk}-old-name/")["Location"] == moved.get_absolute_url()
    assert client.get(f"/articles/{here.pk}-other-name/")["Location"] == here.get_absolute_url()
    assert client.get(here.get_absolute_url()).status_code == 200


def test_chains_become_one_step_and_circles_do_not_come_about():
    Redirect.objects.record({"/a/": "/b/"})
    Redirect.objects.record({"/b/": "/c/"})
    assert dict(Redirect.objects.values_list("path", "to")) == {"/a/": "/c/", "/b/": "/c/"}
    Redirect.objects.record({"/c/": "/a/"})
    assert dict(Redirect.objects.values_list("path", "to")) == {"/b/": "/a/", "/c/": "/a/"}


def test_what_editors_enter_is_checked(settings):
    Redirect.objects.create(path="/b/", to="/c/")
    entered = Redirect(path=f"{settings.SITE_URL}/{quote('旧')}/", to="/b/")
    entered.full_clean()
    assert (entered.path, entered.to) == ("/旧/", "/c/")
    for path, to in [
        ("/c/", "/b/"),
        ("old/", "/c/"),
        ("//evil.example/", "/c/"),
        ("/x/", "https://evil.example/"),
        ("/x/", "//evil.example/"),
        ("/x/", "/\\evil.example/"),
        ("/admin/x/", "/c/"),
        ("/x/?a=1", "/c/"),
    ]:
        with pytest.raises(ValidationError):
            Redirect(path=path, to=to).full_clean()


def test_how_an_address_begins_is_found_letter_by_letter():
    paths = ["/a%b/", "/a%b/c/", "/axb/", "/A%b/", "/a%B/", "/a"]
    Redirect.objects.bulk_create(Redirect(path=path, to="/glossary/") for path in paths)
    found = Redirect.objects.filter(path__begins="/a%b/").order_by("path").values_list("path", flat=True)
    assert list(found) == ["/a%b/", "/a%b/c/"]

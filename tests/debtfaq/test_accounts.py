"""Accounts of the desk: who gets in, how long they stay, and who may look after whom."""

import datetime as dt
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests.articles.test_pages import text_of

pytestmark = pytest.mark.django_db

PASSWORD = "only for tests"
LOGIN, TWO_STEP = "/admin/login/?next=/admin/", "/admin/two_step/"


def log_in(client: Client, username: str, password: str = PASSWORD, token: str = "", **headers):
    data = {"username": username, "password": password, "otp_token": token, "next": "/admin/"}
    return client.post(LOGIN, data, **headers)


def code(user: User) -> str:
    return f"{totp(TOTPDevice.objects.get(user=user).bin_key):06}"


@pytest.fixture
def desk(chief_editor) -> Client:
    client = Client()
    client.force_login(chief_editor)
    return client


def test_guessing_is_stopped_where_it_comes_from_for_a_while(editor, client):
    with time_machine.travel("2026-11-26 08:00Z", tick=False) as clock:
        for _ in range(4):
            assert log_in(client, "editor", "wrong").status_code == 200
        locked = log_in(client, "editor", "wrong")
        assert locked.status_code == 429
        assert "请过 15 分钟再试" in locked.content.decode()
        assert log_in(client, "editor").status_code == 429, "the right password does not help now"
        assert log_in(Client(), "editor", REMOTE_ADDR="192.0.2.9").status_code == 302, "the owner, elsewhere"
        clock.shift(dt.timedelta(minutes=16))
        assert log_in(Client(), "editor").status_code == 302


def test_a_session_ends_after_twelve_hours_away_but_not_while_somebody_works(editor, client):
    with time_machine.travel("2026-11-26 08:00Z", tick=False) as clock:
        log_in(client, "editor")
        for _ in range(3):
            clock.shift(dt.timedelta(hours=11))
            assert client.get("/admin/").status_code == 200
        clock.shift(dt.timedelta(hours=13))
        assert client.get("/admin/").status_code == 302


def test_readers_pages_write_no_session(editor, client):
    log_in(client, "editor")
    assert not client.get("/").cookies


def test_two_steps_from_turning_on_to_a_lost_phone(editor, client):
    log_in(client, "editor")
    client.post(TWO_STEP, {"do": "begin"})
    assert client.get("/admin/two_step/code.svg")["Content-Type"] == "image/svg+xml"
    device = TOTPDevice.objects.get(user=editor)
    assert parse_qs(urlsplit(device.config_url).query)["issuer"]
    client.post(TWO_STEP, {"do": "confirm", "token": "000000"})
    assert not TOTPDevice.objects.get().confirmed
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    spare = client.post(TWO_STEP, {"do": "confirm", "token": code(editor)}).context["codes"]
    assert len(spare) == 10
    assert client.get("/admin/two_step/code.svg").status_code == 404, "a confirmed secret is never shown again"

    elsewhere = Client()
    assert "请再填上验证码" in text_of(log_in(elsewhere, "editor"))
    assert "验证码不对" in text_of(log_in(elsewhere, "editor", token="zzzzzzzz"))
    assert log_in(Client(), "editor", "wrong", token=spare[1]).status_code == 200
    device.refresh_from_db()
    editor.staticdevice_set.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    assert log_in(elsewhere, "editor", token=spare[0].upper()).status_code == 302
    assert log_in(Client(), "editor", token=spare[0]).status_code == 200, "a spare code is good for one time"
    editor.staticdevice_set.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    client.post(TWO_STEP, {"do": "off", "token": spare[1]})
    assert log_in(Client(), "editor").status_code == 302


def test_the_chief_editor_makes_an_account_and_puts_it_into_a_group(desk, client):
    group = Group.objects.get(name="作者")
    data = {
        "username": "xiaoli",
        "last_name": "李",
        "first_name": "晓",
        "email": "",
        "password1": "kan jian da hai",
        "password2": "kan jian da hai",
        "groups": group.pk,
    }
    desk.post(reverse("admin:auth_user_add"), data)
    assert list(User.objects.get(username="xiaoli").groups.all()) == [group]
    assert log_in(client, "xiaoli", "kan jian da hai").status_code == 302
    page = text_of(desk.get(reverse("admin:auth_user_changelist")))
    assert "李晓" in page


@pytest.mark.parametrize("password", ["kuaidian", "12345678901", "password123", "xiaoli-li"])
def test_weak_passwords_are_refused_in_chinese(desk, password):
    data = {"username": "xiaoli", "password1": password, "password2": password}
    response = desk.post(reverse("admin:auth_user_add"), data)
    assert response.status_code == 200
    assert "密码" in " ".join(response.context["adminform"].form.errors["password2"])
    assert not User.objects.filter(username="xiaoli").exists()


def test_nobody_becomes_a_superuser_by_looking_after_accounts(desk, chief, author):
    for name in ("auth_user_change", "auth_user_password_change"):
        assert desk.post(reverse(f"admin:{name}", args=[chief.pk]), {"username": "mine"}).status_code == 403
    data = {"username": "author", "is_active": "on", "is_staff": "on", "is_superuser": "on", "user_permissions": "1"}
    desk.post(reverse("admin:auth_user_change", args=[author.pk]), data)
    author.refresh_from_db()
    assert not author.is_superuser
    assert not author.user_permissions.exists()
    action = {"action": "turn_off_two_steps", "_selected_action": chief.pk}
    TOTPDevice.objects.create(user=chief, confirmed=True)
    desk.post(reverse("admin:auth_user_changelist"), action)
    assert TOTPDevice.objects.filter(user=chief).exists()


def test_who_lost_the_phone_is_helped(desk, author):
    TOTPDevice.objects.create(user=author, confirmed=True)
    desk.post(reverse("admin:auth_user_changelist"), {"action": "turn_off_two_steps", "_selected_action": author.pk})
    assert not TOTPDevice.objects.exists()

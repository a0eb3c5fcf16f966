import stat

import pytest
from django.contrib.auth.models import User

from debtfaq import demo_accounts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("groups")]


def test_demo_accounts_work_and_only_the_owner_reads_their_passwords(tmp_path):
    path = tmp_path / "var" / "accounts.txt"
    assert demo_accounts.make(path) == ["admin", "chief", "editor", "author", "moderator", "expert"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for line in path.read_text(encoding="utf-8").splitlines():
        name, password, _ = line.split("\t")
        user = User.objects.get(username=name)
        assert user.check_password(password)
        assert user.is_staff
    assert User.objects.get(username="admin").is_superuser
    assert User.objects.get(username="chief").has_perm("articles.publish_article")
    assert not User.objects.get(username="editor").has_perm("articles.publish_article")
    assert not User.objects.get(username="moderator").has_perm("articles.change_article")


def test_accounts_that_exist_keep_their_passwords(tmp_path):
    demo_accounts.make(tmp_path / "first.txt")
    before = User.objects.get(username="editor").password
    assert demo_accounts.make(tmp_path / "second.txt") == []
    assert User.objects.get(username="editor").password == before
    assert not (tmp_path / "second.txt").exists()

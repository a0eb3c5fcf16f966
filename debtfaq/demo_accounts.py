"""Accounts for trying out the desk, with random passwords that only the owner of the machine can read."""

import secrets
from pathlib import Path

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction

from comments.models import Expert

ACCOUNTS = {
    "admin": None,
    "chief": "主编",
    "editor": "编辑",
    "author": "作者",
    "moderator": "审核员",
    "expert": "专家",
}


@transaction.atomic
def make(path: Path) -> list[str]:
    """Make those of ACCOUNTS that do not exist, write their passwords to the file at `path`, return their names."""
    User = get_user_model()
    lines = []
    for name, group in ACCOUNTS.items():
        if User.objects.filter(username=name).exists():
            continue
        password = secrets.token_urlsafe(12)
        user = User.objects.create_user(name, password=password, is_staff=True, is_superuser=group is None)
        if group:
            user.groups.add(Group.objects.get(name=group))
        if group == "专家":
            example = Expert.objects.filter(is_example=True, user=None).order_by("pk").values("pk")[:1]
            Expert.objects.filter(pk__in=example).update(user=user)
        lines.append(f"{name}\t{password}\t{group or '超级管理员'}\n")
    if lines:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        with path.open("a", encoding="utf-8") as file:
            file.writelines(lines)
    return [line.split("\t", 1)[0] for line in lines]

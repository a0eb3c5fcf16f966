"""Give the replies that are there already the snapshot of their expert, and a check of long ago an end."""

import datetime as dt

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone

from comments.groups import make_groups


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    Comment, Expert = apps.get_model("comments", "Comment"), apps.get_model("comments", "Expert")
    for expert in Expert.objects.iterator():
        role = "自称律师" if expert.role == "律师" and not expert.verified_at else expert.role
        replies = Comment.objects.filter(expert=expert, expert_name="")
        replies.update(expert_name=expert.name, expert_role=role, was_verified=bool(expert.verified_at))
        if expert.verified_at and not expert.verified_until:
            expert.verified_until = timezone.localdate(expert.verified_at) + dt.timedelta(days=365)
            expert.save(update_fields=["verified_until"])
    make_groups(apps)


class Migration(migrations.Migration):
    dependencies = [("comments", "0004_experts")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]

"""Experts may log in, and moderators see what readers reported."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from comments.groups import make_groups


def add(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    make_groups(apps)


class Migration(migrations.Migration):
    dependencies = [("comments", "0008_desk")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]

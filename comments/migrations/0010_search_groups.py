"""Editors keep synonyms and see what readers search for."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from comments.groups import make_groups


def add(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    make_groups(apps)


class Migration(migrations.Migration):
    dependencies = [("articles", "0007_related"), ("comments", "0009_experts_group")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]

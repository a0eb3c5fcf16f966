"""主编 look after the accounts of the desk."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from comments.groups import make_groups


def add(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    make_groups(apps)


class Migration(migrations.Migration):
    dependencies = [("auth", "0012_alter_user_first_name_max_length"), ("comments", "0012_desk_groups")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]

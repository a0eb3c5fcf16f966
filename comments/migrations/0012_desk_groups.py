"""作者 hand guides in, 编辑 approve them, 主编 publish them. Whoever was an editor may go on publishing, as 主编."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from comments.groups import make_groups


def add(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    make_groups(apps)
    Group = apps.get_model("auth", "Group")
    editors, chiefs = Group.objects.get(name="编辑"), Group.objects.get(name="主编")
    editors.permissions.remove(*editors.permissions.filter(codename="publish_article"))
    for user in editors.user_set.all():
        user.groups.set([*user.groups.exclude(pk=editors.pk), chiefs])


class Migration(migrations.Migration):
    dependencies = [("articles", "0008_desk"), ("comments", "0011_more_words")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]

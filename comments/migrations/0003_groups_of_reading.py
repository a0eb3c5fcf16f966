from django.db import migrations

from comments.groups import make_groups


class Migration(migrations.Migration):
    """Editors also look after the glossary, the pages about the site, and what search engines were told."""

    dependencies = [("comments", "0002_groups"), ("articles", "0004_pushtask")]

    operations = [migrations.RunPython(lambda apps, _: make_groups(apps), migrations.RunPython.noop)]

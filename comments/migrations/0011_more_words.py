"""Bring words that were found since to sites that began with fewer; what moderators added or kept stays."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from comments.word_lists import DEFAULT_WORDS


def add_words(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    ScreeningWord = apps.get_model("comments", "ScreeningWord")
    words = [ScreeningWord(kind=kind, word=word) for kind, of_kind in DEFAULT_WORDS.items() for word in set(of_kind)]
    ScreeningWord.objects.bulk_create(words, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("comments", "0010_search_groups")]

    operations = [migrations.RunPython(add_words, migrations.RunPython.noop)]

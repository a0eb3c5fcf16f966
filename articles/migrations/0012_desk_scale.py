"""Have PostgreSQL compress long texts by LZ4 where it can: it is faster to write and to read than its old way."""

from typing import Any

from django.db import migrations

LONG = [
    ("articles_article", ["body", "body_html", "toc"]),
    ("articles_historicalarticle", ["body"]),
]


def compress(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        # PostgreSQL has it since 14, if it was built with it.
        cursor.execute("SELECT 'lz4' = ANY (enumvals) FROM pg_settings WHERE name = 'default_toast_compression'")
        if cursor.fetchone() == (True,):
            for table, columns in LONG:
                for column in columns:
                    cursor.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET COMPRESSION lz4")


class Migration(migrations.Migration):
    dependencies = [("articles", "0011_lists")]

    operations = [migrations.RunPython(compress, migrations.RunPython.noop)]

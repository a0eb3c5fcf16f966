"""The pages that every site needs from its first day; editors change them in the admin."""

from pathlib import Path

import frontmatter
from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone

from articles import rendering

PAGES = Path(__file__).resolve().parents[1] / "pages"


def make_pages(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    Page = apps.get_model("articles", "Page")
    for path in sorted(PAGES.glob("*.md")):
        post = frontmatter.load(str(path))
        body = post.content.strip() + "\n"
        values = {**post.metadata, "body": body, "body_html": rendering.render(body).html, "edited_at": timezone.now()}
        Page.objects.get_or_create(slug=values.pop("slug"), defaults=values)


class Migration(migrations.Migration):
    dependencies = [("articles", "0002_reading")]

    operations = [migrations.RunPython(make_pages, migrations.RunPython.noop)]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0009_history"),
    ]

    operations = [
        migrations.AddField(
            model_name="article",
            name="preview_key",
            field=models.CharField(blank=True, default="", editable=False, max_length=16, verbose_name="预览密钥"),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["title"], name="article_title"),
        ),
    ]

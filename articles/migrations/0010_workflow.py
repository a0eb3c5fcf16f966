from django.db import migrations, models
from django.db.models import Q


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
            index=models.Index(condition=Q(status="published"), fields=["review_by"], name="article_review_by"),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["title"], name="article_title"),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0008_desk"),
    ]

    operations = [
        migrations.AddField(
            model_name="historicalarticle",
            name="added",
            field=models.PositiveIntegerField(default=0, verbose_name="增加的字数"),
        ),
        migrations.AddField(
            model_name="historicalarticle",
            name="changed",
            field=models.CharField(blank=True, max_length=200, verbose_name="改动的字段"),
        ),
        migrations.AddField(
            model_name="historicalarticle",
            name="corrected_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="更正时间"),
        ),
        migrations.AddField(
            model_name="historicalarticle",
            name="removed",
            field=models.PositiveIntegerField(default=0, verbose_name="删去的字数"),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("trashed_at__isnull", False)), fields=["-trashed_at"], name="article_trash"
            ),
        ),
        migrations.AddIndex(
            model_name="historicalarticle",
            index=models.Index(fields=["id", "-history_date", "-history_id"], name="revision_newest"),
        ),
    ]

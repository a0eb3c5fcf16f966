import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0006_suggestions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Word",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=30, unique=True, verbose_name="词")),
                ("guides", models.PositiveIntegerField(default=0, verbose_name="篇数")),
            ],
            options={
                "verbose_name": "词",
                "verbose_name_plural": "词",
            },
        ),
        migrations.CreateModel(
            name="Keyword",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("weight", models.FloatField(verbose_name="权重")),
                (
                    "article",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="keywords",
                        to="articles.article",
                        verbose_name="指南",
                    ),
                ),
                (
                    "word",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="articles.word",
                        verbose_name="词",
                    ),
                ),
            ],
            options={
                "verbose_name": "关键词",
                "verbose_name_plural": "关键词",
                "indexes": [models.Index(fields=["word", "-weight", "article"], name="keyword_heaviest")],
                "constraints": [models.UniqueConstraint(fields=("article", "word"), name="keyword_once")],
            },
        ),
        migrations.CreateModel(
            name="RelatedGuide",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("score", models.FloatField(verbose_name="分数")),
                (
                    "article",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="related_guides",
                        to="articles.article",
                        verbose_name="指南",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="related_to_guides",
                        to="articles.article",
                        verbose_name="相关指南",
                    ),
                ),
            ],
            options={
                "verbose_name": "相关指南",
                "verbose_name_plural": "相关指南",
                "constraints": [
                    models.UniqueConstraint(fields=("article", "other"), name="related_guide_once"),
                    models.CheckConstraint(
                        condition=models.Q(("article", models.F("other")), _negated=True),
                        name="related_guide_is_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PinnedGuide",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "第 1 篇"), (2, "第 2 篇"), (3, "第 3 篇")], verbose_name="次序"
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pinned_guides",
                        to="articles.article",
                        verbose_name="指南",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pinned_to_guides",
                        to="articles.article",
                        verbose_name="指南",
                    ),
                ),
            ],
            options={
                "verbose_name": "置顶的相关指南",
                "verbose_name_plural": "置顶的相关指南",
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("article", "other"),
                        name="pinned_guide_once",
                        violation_error_message="同一篇指南只能置顶一次。",
                    ),
                    models.UniqueConstraint(
                        fields=("article", "position"),
                        name="pinned_guide_one_at_a_position",
                        violation_error_message="每个次序只能放一篇指南。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("position__gte", 1), ("position__lte", 3)),
                        name="pinned_guide_position",
                        violation_error_message="最多置顶 3 篇。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("article", models.F("other")), _negated=True),
                        name="pinned_guide_is_another",
                        violation_error_message="不能置顶这篇指南自己。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TextBand",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("band", models.BigIntegerField(verbose_name="特征")),
                (
                    "article",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="text_bands",
                        to="articles.article",
                        verbose_name="指南",
                    ),
                ),
            ],
            options={
                "verbose_name": "文字特征",
                "verbose_name_plural": "文字特征",
                "indexes": [models.Index(fields=["band", "article"], name="text_band_of_guides")],
                "constraints": [models.UniqueConstraint(fields=("article", "band"), name="text_band_once")],
            },
        ),
    ]

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0005_search"),
    ]

    operations = [
        migrations.CreateModel(
            name="KnownWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.CharField(max_length=12, unique=True, verbose_name="词")),
                ("weight", models.PositiveIntegerField(default=0, verbose_name="分量")),
            ],
            options={
                "verbose_name": "本站的词",
                "verbose_name_plural": "本站的词",
            },
        ),
        migrations.CreateModel(
            name="SearchCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(default=django.utils.timezone.localdate, verbose_name="日期")),
                ("text", models.CharField(max_length=30, verbose_name="搜索的话")),
                ("count", models.PositiveIntegerField(default=0, verbose_name="次数")),
                (
                    "found",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="最近一次找到多少篇，最多记到 1000。", verbose_name="找到"
                    ),
                ),
            ],
            options={
                "verbose_name": "读者搜索",
                "verbose_name_plural": "读者搜索",
                "constraints": [models.UniqueConstraint(fields=("day", "text"), name="search_count_once_a_day")],
            },
        ),
        migrations.CreateModel(
            name="Suggestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("title", "指南"), ("term", "术语"), ("tag", "标签"), ("query", "常搜")],
                        max_length=5,
                        verbose_name="种类",
                    ),
                ),
                ("text", models.CharField(max_length=100, verbose_name="文字")),
                ("weight", models.IntegerField(default=0, verbose_name="分量")),
                ("tier", models.PositiveSmallIntegerField(default=0, verbose_name="层")),
                (
                    "article",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="suggestions",
                        to="articles.article",
                    ),
                ),
                (
                    "tag",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="suggestions",
                        to="articles.tag",
                    ),
                ),
                (
                    "term",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="suggestions",
                        to="articles.term",
                    ),
                ),
            ],
            options={
                "verbose_name": "搜索建议",
                "verbose_name_plural": "搜索建议",
            },
        ),
        migrations.CreateModel(
            name="SuggestionKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.BinaryField(max_length=72)),
                ("is_whole", models.BooleanField()),
                ("tier", models.PositiveSmallIntegerField()),
                (
                    "suggestion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="keys", to="articles.suggestion"
                    ),
                ),
            ],
            options={
                "verbose_name": "搜索建议的键",
                "verbose_name_plural": "搜索建议的键",
            },
        ),
        migrations.CreateModel(
            name="KnownWordKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=80)),
                (
                    "known_word",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="keys", to="articles.knownword"
                    ),
                ),
            ],
            options={
                "verbose_name": "本站的词的键",
                "verbose_name_plural": "本站的词的键",
                "indexes": [models.Index(fields=["key", "known_word"], name="known_word_by_key")],
            },
        ),
        migrations.AddConstraint(
            model_name="suggestion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("article__isnull", False), ("kind", "title"), ("tag__isnull", True), ("term__isnull", True)
                    ),
                    models.Q(
                        ("article__isnull", True), ("kind", "term"), ("tag__isnull", True), ("term__isnull", False)
                    ),
                    models.Q(
                        ("article__isnull", True), ("kind", "tag"), ("tag__isnull", False), ("term__isnull", True)
                    ),
                    models.Q(
                        ("article__isnull", True), ("kind", "query"), ("tag__isnull", True), ("term__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="suggestion_of_its_kind",
            ),
        ),
        migrations.AddIndex(
            model_name="suggestionkey",
            index=models.Index(fields=["tier", "key", "suggestion"], name="suggestion_by_key"),
        ),
    ]

"""What the desk needs: the queue by waiting time, reports, featured and closed comments, experts with accounts."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def bring_over(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Let pending comments wait since they were posted, feature experts' replies, give findings an (unknown) place."""
    Comment = apps.get_model("comments", "Comment")
    Comment.objects.filter(status="pending").update(waits_since=models.F("posted_at"))
    Comment.objects.filter(expert__isnull=False).update(is_featured=True)
    for comment in Comment.objects.exclude(findings=[]).only("findings").iterator():
        comment.findings = [{"type": kind, "start": 0, "end": 0} for kind in comment.findings]
        comment.save(update_fields=["findings"])


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0004_pushtask"),
        ("comments", "0007_first_words"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EarlierWording",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("body", models.TextField(verbose_name="内容")),
                ("replaced_at", models.DateTimeField(auto_now_add=True, verbose_name="替换时间")),
            ],
            options={
                "verbose_name": "修改记录",
                "verbose_name_plural": "修改记录",
                "ordering": ["-replaced_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("advert", "广告"),
                            ("contact", "联系方式"),
                            ("abuse", "人身攻击"),
                            ("privacy", "泄露隐私"),
                            ("unlawful", "违法"),
                            ("off_topic", "无关"),
                            ("other", "其他"),
                        ],
                        max_length=10,
                        verbose_name="理由",
                    ),
                ),
                ("address_hash", models.CharField(editable=False, max_length=32, verbose_name="来源")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="时间")),
                ("handled_at", models.DateTimeField(editable=False, null=True, verbose_name="处理时间")),
            ],
            options={
                "verbose_name": "举报",
                "verbose_name_plural": "举报",
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.AlterModelOptions(
            name="comment",
            options={
                "ordering": ["-posted_at", "-pk"],
                "permissions": [
                    ("moderate_comment", "Can approve and reject 评论"),
                    ("answer_question", "Can answer questions as an expert"),
                ],
                "verbose_name": "评论",
                "verbose_name_plural": "评论",
            },
        ),
        migrations.RemoveIndex(
            model_name="comment",
            name="comment_waiting",
        ),
        migrations.AddField(
            model_name="comment",
            name="edited_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="修改时间"),
        ),
        migrations.AddField(
            model_name="comment",
            name="is_closed",
            field=models.BooleanField(default=False, editable=False, verbose_name="不再接受回复"),
        ),
        migrations.AddField(
            model_name="comment",
            name="is_featured",
            field=models.BooleanField(default=False, editable=False, verbose_name="精彩评论"),
        ),
        migrations.AddField(
            model_name="comment",
            name="useful",
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name="有用"),
        ),
        migrations.AddField(
            model_name="comment",
            name="waits_since",
            field=models.DateTimeField(editable=False, null=True, verbose_name="等待审核自"),
        ),
        migrations.AddField(
            model_name="expert",
            name="categories",
            field=models.ManyToManyField(
                blank=True,
                help_text="这些分类里有新问题时，用邮件提醒。",
                related_name="experts",
                to="articles.category",
                verbose_name="擅长的分类",
            ),
        ),
        migrations.AddField(
            model_name="expert",
            name="told_until",
            field=models.DateTimeField(editable=False, null=True, verbose_name="提醒到"),
        ),
        migrations.AddField(
            model_name="expert",
            name="user",
            field=models.OneToOneField(
                blank=True,
                help_text="“专家”组里的账号。专家用它登录，只能回答读者的问题、修改自己的回复和简介。",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="expert",
                to=settings.AUTH_USER_MODEL,
                verbose_name="登录账号",
            ),
        ),
        migrations.AddField(
            model_name="moderationevent",
            name="mark",
            field=models.CharField(
                blank=True,
                choices=[
                    ("featured", "设为精彩"),
                    ("unfeatured", "取消精彩"),
                    ("closed", "不再接受回复"),
                    ("opened", "重新接受回复"),
                    ("kept", "有举报，保留"),
                ],
                max_length=10,
                verbose_name="标记",
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("waits_since__isnull", False)),
                fields=["-is_urgent", "waits_since"],
                name="comment_in_queue",
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("expert__isnull", True), ("parent__isnull", True), ("status", "approved")),
                fields=["posted_at"],
                name="comment_question",
            ),
        ),
        migrations.RunPython(bring_over, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "pending"), _negated=True), ("waits_since__isnull", False), _connector="OR"
                ),
                name="comment_pending_waits",
            ),
        ),
        migrations.AddField(
            model_name="earlierwording",
            name="comment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="earlier_wordings",
                to="comments.comment",
                verbose_name="回复",
            ),
        ),
        migrations.AddField(
            model_name="report",
            name="comment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="reports",
                to="comments.comment",
                verbose_name="评论",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.UniqueConstraint(fields=("comment", "address_hash"), name="report_once_per_network"),
        ),
    ]

"""The index of the search, and the synonyms that a site begins with; editors change them in the admin."""

from typing import Any

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from articles.pinyin import initials, syllables
from articles.search import database
from articles.search.tokens import VERSION, fold

SYNONYMS = [
    # Debts and banks
    *(
        "网贷，网络贷款，网上贷款，互联网贷款",
        "花呗，蚂蚁花呗",
        "借呗，蚂蚁借呗",
        "白条，京东白条",
        "房贷，住房贷款，按揭",
    ),
    *("工行，工商银行", "农行，农业银行", "中行，中国银行", "建行，建设银行", "交行，交通银行", "招行，招商银行"),
    *("邮储，邮储银行，邮政储蓄银行", "浦发，浦发银行", "广发，广发银行", "光大，光大银行", "中信，中信银行"),
    *("欠款，欠钱，欠债", "民间借贷，私人借款，私人借贷", "高利贷，套路贷"),
    # Not being able to pay
    *("还不上，还不起，还不清，无力偿还，无力还款，没钱还", "晚还，迟还，忘还，忘记还", "断供，停供"),
    *("提前还款，提前还清，提前结清", "半年，六个月，6个月", "年利率，年化，年化利率"),
    # Collection
    *("催收，催债，讨债，要债，催款", "上门，登门，外访", "爆通讯录，轰炸通讯录，群发通讯录", "律师函，律师信"),
    # Agreements
    *("停息挂账，个性化分期，停息分期", "协商，商量，谈判", "减免，减免结清，打折结清"),
    # The credit report
    *("呆账，呆帐", "征信报告，信用报告，信用记录", "征信修复，修复征信，信用修复，征信洗白，洗白征信"),
    # In court and after
    *("起诉，打官司，提起诉讼", "坐牢，判刑，蹲监狱，入狱", "老赖，失信被执行人，失信人员，失信名单，失信黑名单"),
    *("限高，限高令，限制高消费，限制消费", "终本，终结本次执行", "扣划，划扣，划走，扣走"),
    # The family
    *("老公，老婆，丈夫，妻子，配偶，夫妻", "前夫，前妻，离婚", "爸妈，父母，爸爸，妈妈，父亲，母亲"),
    *("孩子，子女，小孩，儿子，女儿", "去世，死亡，过世，身故，人死了", "担保，担保人，保证人"),
    # Help
    *(
        "投诉，举报",
        "退款，退费，退钱",
        "骗局，骗子，诈骗，被骗",
        "自杀，轻生，想死，不想活，活不下去，撑不住",
        "失眠，睡不着",
    ),
]


def create_index(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    database(schema_editor.connection.vendor).create(schema_editor.connection)
    # A site that has guides already is asked by a system check to index them.
    has_guides = apps.get_model("articles", "Article").objects.exists()
    apps.get_model("articles", "IndexState").objects.create(pk=1, version=0 if has_guides else VERSION)


def drop_index(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    database(schema_editor.connection.vendor).drop(schema_editor.connection)


def add_words(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    SynonymGroup = apps.get_model("articles", "SynonymGroup")
    SearchWord = apps.get_model("articles", "SearchWord")
    owners: list[dict[str, Any]] = [{"group": SynonymGroup.objects.create(words=words)} for words in SYNONYMS]
    names = [words.split("，") for words in SYNONYMS]
    for term in apps.get_model("articles", "Term").objects.all():
        owners.append({"term": term})
        names.append([term.term, *filter(None, term.aliases.split("，"))])
    for owner, of_owner in zip(owners, names, strict=True):
        for word in dict.fromkeys(fold(name.strip()) for name in of_owner):
            readings = syllables(word)
            SearchWord.objects.create(
                word=word[:20], pinyin="".join(readings)[:120], initials=initials(readings)[:20], **owner
            )


class Migration(migrations.Migration):
    dependencies = [("articles", "0004_pushtask")]

    operations = [
        migrations.CreateModel(
            name="IndexEntry",
            fields=[
                (
                    "article",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="index_entry",
                        serialize=False,
                        to="articles.article",
                    ),
                ),
                ("slot", models.BigIntegerField(unique=True)),
                ("published_at", models.DateTimeField()),
                ("title", models.TextField()),
                ("summary", models.TextField()),
                ("keywords", models.TextField()),
                ("text", models.TextField()),
            ],
            options={
                "verbose_name": "搜索索引",
                "verbose_name_plural": "搜索索引",
            },
        ),
        migrations.CreateModel(
            name="SynonymGroup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "words",
                    models.CharField(
                        help_text="用逗号分隔，例如：网贷，网络贷款。搜其中一个，就等于也搜了其余的。",
                        max_length=200,
                        unique=True,
                        verbose_name="同义词",
                    ),
                ),
            ],
            options={
                "verbose_name": "同义词",
                "verbose_name_plural": "同义词",
                "ordering": ["words"],
            },
        ),
        migrations.CreateModel(
            name="IndexState",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=0)),
                ("next_version", models.PositiveIntegerField(default=0)),
                ("done_to", models.BigIntegerField(default=0)),
            ],
            options={
                "verbose_name": "搜索索引的状态",
                "verbose_name_plural": "搜索索引的状态",
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="index_state_is_one_row")],
            },
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.CharField(max_length=20, verbose_name="词")),
                ("pinyin", models.CharField(db_index=True, max_length=120, verbose_name="拼音")),
                ("initials", models.CharField(db_index=True, max_length=20, verbose_name="拼音首字母")),
                (
                    "term",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="search_words",
                        to="articles.term",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="search_words",
                        to="articles.synonymgroup",
                    ),
                ),
            ],
            options={
                "verbose_name": "搜索词",
                "verbose_name_plural": "搜索词",
            },
        ),
        migrations.AddConstraint(
            model_name="searchword",
            constraint=models.UniqueConstraint(fields=("word", "group"), name="search_word_once_in_group"),
        ),
        migrations.AddConstraint(
            model_name="searchword",
            constraint=models.UniqueConstraint(fields=("word", "term"), name="search_word_once_in_term"),
        ),
        migrations.AddConstraint(
            model_name="searchword",
            constraint=models.UniqueConstraint(
                condition=models.Q(("group__isnull", True), ("term__isnull", True)),
                fields=("word",),
                name="search_word_once_by_itself",
            ),
        ),
        migrations.RunPython(create_index, drop_index),
        migrations.RunPython(add_words, migrations.RunPython.noop),
    ]

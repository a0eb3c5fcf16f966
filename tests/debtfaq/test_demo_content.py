"""The demo content: loaded once, whole, and right about the law."""

import json
import re
from collections import Counter
from functools import cache

import frontmatter
import pytest
from django.core.management import CommandError, call_command

from articles.models import Article, ArticleViews, Category, DailyViews
from comments.models import Comment, Expert
from debtfaq import demo_content
from tests.articles.test_pages import text_of
from tests.conftest import SHARED
from tests.factories import ArticleFactory

GUIDES = sorted((demo_content.DEMO_DIR / "guides").glob("*.md"))
CITATION = re.compile(
    r"《(?P<law>[^《》]+)》(?:（[^（）]*）)?"
    r"(?P<articles>(?:[、和及]?第[一二三四五六七八九十百千零]+条(?:之[一二三四五六七八九十]+)?(?:第[一二三四五六七八九十]+款)?)+)"
    r"(?:(?:规定|明确)[：，]“(?P<quote>[^”]+)”)?"
)
ARTICLE = re.compile(r"第([一二三四五六七八九十百千零]+)条(?:之([一二三四五六七八九十]+))?")


@pytest.mark.django_db
def test_loaded_once_and_whole(capsys):
    call_command("load_demo")
    models = (Article, Category, Expert, Comment, ArticleViews, DailyViews)
    before = [model.objects.count() for model in models]
    Article.objects.filter(import_key=f"demo:{GUIDES[0].stem}").update(title="编辑改过的标题")
    call_command("load_demo")
    assert [model.objects.count() for model in models] == before
    assert Article.objects.filter(title="编辑改过的标题").exists()
    assert f"新载入指南 0 篇，已有 {len(GUIDES)} 篇" in capsys.readouterr().out

    assert Article.objects.published().count() == len(GUIDES) >= 22
    per_category = Counter(Article.objects.values_list("category__slug", flat=True))
    assert len(per_category) == 11
    assert min(per_category.values()) >= 2
    for article in Article.objects.all():
        assert 3 <= article.comments.filter(expert__isnull=False, parent=None).count() <= 5
        assert not re.search(r"[\u4e00-\u9fff。，？]\s", article.summary)
        series = list(article.daily_views.values_list("count", flat=True))
        assert sum(series) == article.view_total
    assert DailyViews.objects.values("day").distinct().count() == demo_content.DAYS_OF_VIEWS
    states = set(Comment.objects.filter(expert=None).values_list("status", flat=True))
    assert states == {"pending", "approved", "rejected"}


@pytest.mark.django_db
def test_invented_experts_are_marked_on_the_page(client):
    next(demo_content.load())
    article = Article.objects.get()
    text = text_of(client.get(article.get_absolute_url()))
    for reply in Comment.objects.visible():
        assert f"{reply.author} {reply.expert.role} 示例" in text if reply.expert else reply.author in text
    assert "已核验" not in text


@pytest.mark.django_db
def test_if_empty_leaves_a_site_in_use_alone():
    ArticleFactory()
    call_command("load_demo", if_empty=True)
    assert Article.objects.count() == 1


@pytest.mark.django_db
def test_a_broken_file_is_named_and_leaves_nothing_half_done(monkeypatch, tmp_path):
    for name in ("categories.yaml", "experts.yaml"):
        (tmp_path / name).write_bytes((demo_content.DEMO_DIR / name).read_bytes())
    (tmp_path / "guides").mkdir()
    text = GUIDES[0].read_text(encoding="utf-8")
    (tmp_path / "guides" / "a.md").write_text(text.replace("status: ", "status: un", 1), encoding="utf-8")
    monkeypatch.setattr(demo_content, "DEMO_DIR", tmp_path)
    with pytest.raises(CommandError, match=r"a\.md：KeyError"):
        call_command("load_demo")
    assert not Article.objects.exists()
    assert not Comment.objects.exists()


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_the_words_are_clean(path):
    post = frontmatter.load(str(path))
    assert not re.search(r"[\u4e00-\u9fff][,:;?!][\u4e00-\u9fff]", post.content)
    assert not re.search(r"^# ", post.content, re.MULTILINE)
    assert "## 打给谁" in post.content
    for phrase in ("银保监", "在现代社会", "众所周知", "本文将", "100%", "包过", "http"):
        assert phrase not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_every_cited_article_exists_and_every_quotation_is_verbatim(path):
    for citation in CITATION.finditer(path.read_text(encoding="utf-8")):
        law = statutes().get(citation["law"])
        assert law, f"unknown law: {citation[0]}"
        known = {**law.get("key_points", {}), **law["key_articles"]}
        keys = [article_key(*found) for found in ARTICLE.findall(citation["articles"])]
        assert set(keys) <= set(known), citation[0]
        if quote := citation["quote"]:
            text = law["key_articles"][keys[-1]]["text"]
            assert re.sub(r"\s", "", quote) in re.sub(r"\s", "", text), citation[0]


@cache
def statutes() -> dict[str, dict]:
    file = SHARED / "law" / "statutes.json"
    if not file.exists():
        pytest.skip("没有 ../shared/law/statutes.json")
    rows = json.loads(file.read_text(encoding="utf-8"))["statutes"]
    return {name: row for row in rows for name in (row["title"], *row["short_names"])}


def article_key(number: str, suffix: str) -> str:
    return f"{chinese_number(number)}-{chinese_number(suffix)}" if suffix else str(chinese_number(number))


def chinese_number(text: str) -> int:
    """Return the number below 10,000 that `text` writes, such as 一千零三十二."""
    total = digit = 0
    for character in text:
        if character in "十百千":
            total += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[character]
            digit = 0
        else:
            digit = "零一二三四五六七八九".index(character)
    return total + digit

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from articles.models import Article, ArticleViews, DailyViews
from comments.models import Comment, Expert
from tests.articles.test_captured_page import PAGE
from tests.factories import ArticleFactory, ExpertFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(tmp_path) -> Path:
    path = tmp_path / "page.txt"
    path.write_text(PAGE, encoding="utf-8")
    return path


def counts() -> list[int]:
    return [model.objects.count() for model in (Article, Comment, Expert, ArticleViews, DailyViews, User)]


def test_the_seed_goes_all_the_way_to_the_reader(seed, client, capsys):
    ArticleFactory(title="消费借款协商延期怎么办")
    call_command("import_page", str(seed), "--publish")
    assert "消费借款协商延期怎么办（已有指南" in capsys.readouterr().out
    article = Article.objects.published().get()
    html = client.get(article.get_absolute_url()).content.decode()
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))
    assert "首页 › 逾期动态 › 工商银行逾期会上门吗需要注意哪些事项" in text
    assert "人气 9 发布 2025-04-17 14:27" in text
    assert len(re.findall(r"<h2 id=\"s-", html)) == 8
    assert len(re.findall(r"<li>", html.split('class="prose"')[1].split("<ol>")[1].split("</ol>")[0])) == 4
    for who in ("东新 自称律师", "宁问 律师助理", "全春绿 法务助理", "屈丽容 法律顾问"):
        assert f"{who} 未核验 2025-04-17" in text


def test_twice_changes_nothing(page, capsys):
    call_command("import_page", str(page))
    article = Article.objects.get()
    article.title = "编辑改过的标题"
    article.save()
    before = counts()
    call_command("import_page", str(page))
    assert counts() == before
    assert Article.objects.get().title == "编辑改过的标题"
    assert "以前导入过，没有改动" in capsys.readouterr().out


def test_imported_guides_are_drafts_with_their_views(page):
    call_command("import_page", str(page))
    article = Article.objects.get()
    assert article.status == Article.Status.DRAFT
    assert article.view_total == 1203
    assert DailyViews.objects.get().count == 1203
    assert article.category.name == "协商还款"


def test_broken_files_are_told_and_the_rest_is_imported(page, tmp_path, capsys):
    broken = tmp_path / "broken.txt"
    broken.write_text(PAGE.replace("人气:1,203", ""), encoding="utf-8")
    with pytest.raises(CommandError, match="3 个文件中有 2 个没有导入"):
        call_command("import_page", str(broken), str(page), str(tmp_path / "none.txt"))
    errors = capsys.readouterr().err
    assert f"{broken}：第 2 行：找不到“人气:数字”" in errors
    assert f"{tmp_path / 'none.txt'}：文件不存在" in errors
    assert Article.objects.count() == 1


def test_a_crash_leaves_no_half_saved_guide(page, monkeypatch):
    monkeypatch.setattr("comments.models.Comment.approve", lambda *args, **kwargs: 1 / 0)
    before = counts()
    with pytest.raises(ZeroDivisionError):
        call_command("import_page", str(page))
    assert counts() == before


def test_no_words_are_put_into_the_mouth_of_a_verified_expert(page, chief):
    real = ExpertFactory(name="何澜", role="律师助理")
    real.verify(by=chief)
    call_command("import_page", str(page))
    assert not real.comments.exists()
    assert Expert.objects.get(name="何澜", verified_at=None).comments.exists()

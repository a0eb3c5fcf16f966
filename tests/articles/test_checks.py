"""What keeps a guide from being published: each check tightly, and that nothing good is refused."""

import datetime as dt
from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils import timezone

from articles.checks import Draft, draft_of, problems_of, refuse_errors
from articles.checks.drafts import Known
from articles.checks.problems import CHECKS, MOST_PLACES
from articles.models import Article, Image, Page, Redirect
from articles.rendering import render
from debtfaq import demo_content
from tests.factories import ArticleFactory

GOOD = Draft(
    title="信用卡逾期一天怎么办",
    summary="当天还足，再打客服电话问清楚。",
    body="先还足。\n\n## 第一步\n\n打电话，说清楚。\n\n### 细节\n\n记下工号。\n",
    tags=["信用卡"],
    sources=["《民法典》第六百七十六条"],
    has_category=True,
    has_review_date=True,
)


def found(draft: Draft) -> list[str]:
    return [f"{problem.code}:{problem.line}" if problem.line else problem.code for problem in problems_of(draft)]


def test_a_good_guide_has_no_problems():
    assert found(GOOD) == []


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({"has_category": False}, ["category_missing"]),
        ({"summary": " \n"}, ["answer_missing"]),
        ({"summary": "还" * 201}, ["answer_too_long"]),
        ({"summary": "信用卡逾期一天，怎么办？"}, ["answer_is_title"]),
        ({"title": "还" * 30}, []),
        ({"title": "还" * 31}, ["title_long"]),
        ({"title": "还" * 40 + "ab"}, ["title_too_long"]),
        ({"title": "ab" * 30}, []),
        ({"title": "还款待补充的标题"}, ["placeholder_in_title"]),
        ({"title": "先打电话,再还款"}, ["half_width_in_title"]),
        ({"summary": "先打电话?再还款"}, ["half_width_in_answer"]),
        ({"summary": "TODO"}, ["placeholder_in_answer"]),
        ({"has_cover": True}, ["cover_without_alt"]),
        ({"has_cover": True, "cover_alt": "一张桌子"}, []),
        (
            {"tags": [], "sources": [], "has_review_date": False},
            ["tags_missing", "sources_missing", "review_date_missing"],
        ),
        ({"look_up": lambda draft: Known(same_title=True)}, ["title_taken"]),
    ],
)
def test_fields(fields, codes):
    assert found(replace(GOOD, **fields)) == codes


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        (" \n", ["body_missing"]),
        # Headings.
        ("开头。\n\n### 太低\n", ["heading_level:3"]),
        ("## 一\n\n#### 跳了\n\n##### 不再报\n", ["heading_level:3"]),
        ("## 一\n\n### 二\n\n## 三\n", []),
        ("# 一\n\n## 二\n", ["heading_top:1"]),
        ("## \n", ["heading_empty:1"]),
        ("```\n## 代码里的\n#### 不算\n```\n", []),
        # Pictures.
        ("![](/media/images/a.jpg)\n", ["picture_without_alt:1"]),
        ("第一行\n第二行 ![ ](/media/images/a.jpg)\n", ["picture_without_alt:2"]),
        ("![回执](https://example.com/a.jpg)\n", ["picture_elsewhere:1"]),
        ("`![](a.jpg)`\n", []),
        # Callouts.
        ("::: 注意\n别急。\n:::\n", []),
        ("::: 注意 别的字\n别急。\n:::\n", []),
        ("::: 提示\n别急。\n:::\n", ["callout_unknown:1"]),
        ("先说。\n\n::: 注意\n别急。\n", ["callout_open:3"]),
        ("::: 注意\n一。\n\n::: 法条\n二。\n:::\n", ["callout_open:1"]),
        ("- 项目\n  ::: 话术\n  你好。\n  :::\n", []),
        # Left over.
        ("先还款。\n\n这里待补充。\n", ["placeholder:3"]),
        ("TODO: 写完。\n", ["placeholder:1"]),
        ("Lorem  ipsum。\n\n【 】元。\n\n![上传中…](a)\n", ["placeholder:1", "placeholder:3", "placeholder:5"]),
        ("`TODO` 尾号XXXX 【注意】\n", ["placeholder:1"]),
        ("尾号XXXX，写【姓名】。\n", []),
        # Typing.
        ("先还款,再打电话。\n", ["half_width:1"]),
        ("**先还款**,再\n打电话.\n", ["half_width:1", "half_width:2"]),
        ("费率是3.5%，时间 9:30，见 https:,`a,b`。\n", []),
        ("先还 款。\n", ["space:1"]),
        ("先还 100 元，用 APP 还。\n", []),
        ("他说“先还款。\n", ["unmatched:1"]),
        ("他说先还款”。\n", ["unmatched:1"]),
        ("《民法典（节选》）。\n", ["unmatched:1"]),
        ("他说“按《民法典》（2021年）‘先’还”。\n", []),
        # Wording.
        ("随着社会的发展，欠款多了。\n", ["no_answer_first:1"]),
        ("先还款。\n\n随着时间过去，利息会多。\n", []),
        ("《民法典》规定要还。\n", ["statute_without_article:1"]),
        ("《民法典》第六百七十六条规定要还。按《征信业管理条例》第十六条，五年。\n", []),
        ("还" * 301 + "\n", ["paragraph_long:1"]),
        ("还" * 300 + "\n", []),
        # Links.
        ("见 https://example.com/a，还有 <https://example.com/>。\n", ["address_bare:1", "address_bare:1"]),
        ("```\nhttps://example.com/\n```\n", []),
        ("见[点击这里](https://example.com/)。\n", ["link_says_nothing:1"]),
        ("见[官网](www.example.com)和[空]()。\n", ["link_without_address:1", "link_without_address:1"]),
        ("打[12378](tel:12378)，见[官网](https://example.com/)和[上文](#s-shang)。\n", []),
    ],
)
def test_body(body, codes):
    assert found(replace(GOOD, body=body)) == codes


def test_places_of_one_problem_are_told_up_to_a_number():
    draft = replace(GOOD, body="先,后。\n\n" * 12)
    problems = problems_of(draft)
    assert [problem.line for problem in problems] == [1, 3, 5, 7, 9, None]
    assert problems[0].excerpt == "先,后。"
    assert str(problems[0]) == "正文第 1 行：汉字之间用了半角的“,”"
    assert str(problems[-1]) == f"同样的问题还有 {12 - MOST_PLACES} 处"


def test_errors_come_first():
    levels = [problem.level for problem in problems_of(Draft(body="先,后"))]
    assert levels == sorted(levels)
    assert {"error", "warning"} == set(levels)


def test_codes_are_unique_and_fields_are_on_the_form():
    codes = [entry.code for entry in CHECKS]
    assert len(codes) == len(set(codes))
    assert {entry.field for entry in CHECKS} <= {field.name for field in Article._meta.get_fields()}


def test_a_callout_with_more_than_its_name_does_not_break_the_page():
    assert '<p class="callout-title">注意</p>' in render("::: 注意 逾期\n别急。\n:::\n").html


# --- What needs the rest of the site ---------------------------------------------------------------------------------


@pytest.mark.django_db
def test_links_into_the_site(django_assert_max_num_queries, settings):
    public = ArticleFactory(published=True, tags=["征信"])
    draft = ArticleFactory()
    scheduled = ArticleFactory(published=True, published_at=timezone.now() + dt.timedelta(days=1))
    trashed = ArticleFactory()
    trashed.trash(by=None)
    Page.objects.get_or_create(slug="about", defaults={"title": "关于", "body": "我们。"})
    Redirect.objects.create(path="/tags/old/", to="/tags/zheng-xin/")
    picture = Image(key="abc", width=1, height=1, size=1)
    picture.file.save("abc-1x1.jpg", ContentFile(b"x"))
    good = [
        *(public.get_absolute_url(), f"/articles/{public.pk}/", f"/s/{public.pk}/", f"{settings.SITE_URL}/articles/"),
        *(public.category.get_absolute_url(), "/tags/zheng-xin/", "/tags/old/", "/pages/about/", "/glossary/#lpr"),
        *("/search/?q=征信", "https://example.com/nothing/", f"{public.get_absolute_url()}#s-yi", "/"),
    ]
    bad = [
        *(draft.get_absolute_url(), f"/articles/{trashed.pk}/", "/articles/999999/", f"/articles/{'9' * 30}/"),
        *(
            "/nothing/",
            "/experts/999/",
            "/categories/nothing/",
            "/tags/nothing/",
            "/pages/nothing/",
            "/admin/",
            f"{settings.SITE_URL}/no/",
        ),
    ]
    later = [scheduled.get_absolute_url()]
    pictures = [picture.file.url, "/media/images/nothing-1x1.jpg", "/media/../../etc/passwd"]
    body = "".join(f"[某一页]({path})\n\n" for path in [*good, *bad, *later])
    body += "".join(f"![图]({path})\n\n" for path in pictures)
    guide = ArticleFactory(body=body, title="同样的一个标题")
    ArticleFactory(title="同样的一个标题")
    with django_assert_max_num_queries(9):  # tags, redirects, guides twice, one for each other kind of page
        problems = problems_of(guide)
    assert {problem.code for problem in problems} == {
        *("link_broken", "picture_broken", "link_scheduled", "title_taken"),
        *("tags_missing", "sources_missing", "review_date_missing"),
    }
    known = draft_of(guide).known
    assert known.missing == {*bad, *pictures[1:]}
    assert known.scheduled == set(later)
    assert known.same_title


@pytest.mark.django_db
def test_a_guide_may_point_to_itself():
    guide = ArticleFactory()
    guide.body = f"见[上文](/articles/{guide.pk}/#s-yi)。\n"
    guide.save()
    refuse_errors(guide)


@pytest.mark.django_db
def test_all_errors_are_said_in_one_sentence():
    guide = ArticleFactory(title="还没有写完的一篇", category=None, summary="", body="### 开头\n")
    with pytest.raises(ValidationError) as refusal:
        refuse_errors(guide)
    assert refusal.value.messages == [
        "《还没有写完的一篇》还不能发布：还没有选分类；还没有写“先说结论”；正文第 1 行：第一个小标题应从 ## 开始。"
    ]


@pytest.mark.django_db
def test_the_demo_guides_pass():
    for _ in demo_content.load():
        pass
    problems = [problem for guide in Article.objects.all() for problem in problems_of(guide)]
    assert Article.objects.count() > 30
    assert problems == []

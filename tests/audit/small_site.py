"""A small site with something of everything that a reader can meet, for tests that look at every page."""

from dataclasses import dataclass

import factory

from articles import revisions
from articles.models import Article, Image, Page, Term
from comments.models import Review
from tests.articles.pictures import encoded, photo, upload
from tests.factories import ArticleFactory, CategoryFactory, CommentFactory, ExpertFactory

GUIDES = 6
FOOTER = {"about": "关于本站", "editorial-policy": "编辑规范", "contact": "联系与求助", "privacy": "隐私说明"}

EVERYTHING = """先把欠款列成一张表，再打官方客服。不知道 LPR 是什么也没有关系。

## 第一步：算清楚

1. 每月收入减去必要的生活费，就是每月能还的钱。
2. 只承诺做得到的数字，并且留下书面记录。

| 分期期数 | 每月还款（元） | 合计（元） | 说明 |
| -------- | -------------- | ---------- | ---- |
| 12 | 4,166.67 | 50,000 | 每月负担最重，总费用最低 |
| 60 | 833.33 | 50,000 | 需要与发卡行达成个性化分期还款协议 |

::: 注意
不要相信“交钱就能停催”的说法。
:::

## 第二步：打客服电话

::: 话术
我不是不还，我现在有困难，想申请个性化分期还款。
:::

::: 法条
《商业银行信用卡业务监督管理办法》第七十条：特殊情况下，可以平等协商，达成个性化分期还款协议。
:::

### 客服说不行怎么办

> 要求对方书面答复，然后[投诉](https://www.nfra.gov.cn/)。

一个很长的地址：https://www.example.cn/averyveryveryveryveryveryverylongaddressthatdoesnotbreakanywhereatallbyitself

```
通话记录：2026-11-01 10:30，客服编号 0000，答复内容……………………………………………………………………………………
```
"""


@dataclass
class SmallSite:
    """What the tests name of the site; `guide` has a cover, a picture, a table, callouts, tags, a review and so on."""

    guide: Article
    page: Page
    image: Image
    first_revision: int


def make() -> SmallSite:
    categories = [
        CategoryFactory(name="协商还款", slug="negotiation", description="还不上时怎么谈：先准备什么，怎么开口。"),
        CategoryFactory(name="催收与骚扰", slug="collection", description="哪些做法不合规，怎么留证和投诉。"),
    ]
    Term.objects.get_or_create(term="LPR", defaults={"slug": "lpr", "meaning": "贷款市场报价利率，每月公布一次。"})
    others = [
        ArticleFactory(published=True, category=categories[number % 2], tags=["信用卡"]) for number in range(GUIDES - 1)
    ]
    image = Image.objects.add(upload(encoded(photo(), "JPEG"), "账单.jpg"), alt="一张信用卡账单")
    picture = f'![{image.alt}]({image.address.url} "最低还款额在右下角")'
    expert = ExpertFactory(name="宁问", organisation="示例律师事务所")
    guide = ArticleFactory(
        published=True,
        title="信用卡逾期以后怎么和银行协商个性化分期还款",
        category=categories[0],
        body=f"{EVERYTHING}\n{picture}\n",
        source="《商业银行信用卡业务监督管理办法》\nhttps://www.nfra.gov.cn/",
        correction_note="补充了六十期的上限。",
        cover=factory.django.ImageField().evaluate(None, None, {"width": 1200, "height": 630, "color": "teal"}),
        cover_alt="一张写着每月收支的纸",
        tags=["信用卡", "协商"],
    )
    guide.corrected_at = guide.published_at
    guide.save()
    revision = revisions.record(guide, by=None)
    guide.body = guide.body.replace("打官方客服", "打发卡行的官方客服").replace("12 | 4,166.67", "12 | 4,266.67")
    guide.save()
    revisions.record(guide, by=None, note="核对了数字")
    ArticleFactory(title="一篇已经删除的指南", category=categories[1]).trash(by=None)
    Review.objects.create(article=guide, expert=expert, reviewed_on=guide.published_at.date())
    question = CommentFactory(article=guide, approved=True, nickname="夜里睡不着")
    CommentFactory(article=guide, approved=True, parent=question, expert=expert)
    CommentFactory(article=guide, approved=True, expert=expert)
    CommentFactory(article=guide)  # waits for a moderator
    for other in others:
        CommentFactory(article=other, approved=True)
    return SmallSite(guide=guide, page=_pages(), image=image, first_revision=revision.pk)


def _pages() -> Page:
    """Make the pages that every footer links, whatever tests before this one left of them; return one of them."""
    Page.objects.all().delete()
    return [Page.objects.create(title=title, slug=slug, body=EVERYTHING) for slug, title in FOOTER.items()][-1]

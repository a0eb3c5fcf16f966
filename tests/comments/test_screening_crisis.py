"""Despair in words that no list holds, and what only sounds like it."""

import pytest

from comments.screening import screen
from comments.screening.findings import Action

DESPAIR = [
    # the wish
    "只盼着今晚睡下去就别再醒过来",
    "我真的想彻底从世上消失",
    "好想紫砂，撑了两年了",
    "不如被车撞死，省得还钱",
    # no way out
    "我这辈子算是走到头了",
    "没有勇气再活着面对亲戚",
    "我只剩死路一条",
    # means
    "在天台上坐到天亮",
    "站在江边犹豫了很久",
    "我妈喝了百草枯，都怪我欠的债",
    # farewell
    "老婆，来世我再补偿你",
    "爸妈，如果哪天我不在了，别怪我",
    # a burden
    "等我走了，爸妈就轻松了",
    "我就是全家的累赘",
    # whether death ends the debt
    "我要是死了，花呗还要还吗",
    "人没了，债会不会找我孩子",
    "意外险的钱刚好够还清",
    # two hints
    "真的扛不住了，对不起爸妈",
    "看不到希望，想消失",
]
NO_DESPAIR = [
    "上班累死了，还要接催收电话",
    "气死我了，又扣了一笔违约金",
    "借新还旧，掉进逾期死循环了",
    "客服死活不松口",
    "我死都不再借网贷",
    "催收骂我怎么不去死",
    "催收咒我全家，叫我去死",
    "新闻里有个女子因为网贷跳江了",
    "邻居家的儿子跳楼了，听说欠了赌债",
    "我爸去世了，他的信用卡要我还吗",
    "我走了法律程序，平台才让步",
    "我没了工作，能延期吗",
    "平台消失了，钱还要还吗",
    "紫砂壶生意亏了二十万",
    "最后一次还款日是几号",
    "下辈子都还不完的房贷",
    "快撑不住了，能不能延长年限",  # one hint
    "我不想活在催收的阴影里",
]


@pytest.mark.parametrize("text", DESPAIR)
def test_despair_is_found(text):
    assert screen(text).is_crisis


@pytest.mark.parametrize("text", NO_DESPAIR)
def test_what_only_sounds_like_despair_is_not(text):
    assert not screen(text).is_crisis


def test_what_collectors_drive_somebody_to_is_found():
    assert screen("催收骂得我想死").is_crisis


def test_hints_far_from_each_other_are_none():
    assert not screen("真的扛不住了，" + "想问一下分期的手续怎么办理，" * 5 + "对不起爸妈").is_crisis


def test_a_finding_covers_the_phrase_in_the_original():
    text = "我 要 是 死 了，债还要还吗"
    (first, *_) = [f for f in screen(text).findings if f.action == Action.PRIORITISE]
    assert text[first.start : first.end].startswith("我 要 是 死")

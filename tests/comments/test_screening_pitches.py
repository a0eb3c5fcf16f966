"""Offers by their grammar: no service need be named as the word lists name it, and who only tells is left alone."""

import pytest

from comments.screening import Action, screen

OFFERS = [
    # a helper for hire, praised
    "找老周弄的，五天搞定，月供少了一大半，真心推荐",
    "同事推荐的团队，十天就没电话了，催收再没来过，有想清静的可以问问我",
    # paid after success, money back
    "信用卡分期替您谈，谈不成不收一分钱",
    "逾期记录十天消除，做不好全额退款",
    # called on
    "网贷多收的利息，想退的抓紧",
    "有信用卡还不上的老板可以聊，我们法务对接银行",
    "低保证、诊断书，我这里有渠道开",
    "把账单发来，看能退多少服务费",
    # price and share
    "投诉信模板打包66元，银行主动来协商",
    "担保费退回来抽三成，想退的抓紧",
    # weak words that add up
    "不良记录申诉，老客户半价，一键提交",
    "卡债置换，专属方案，月供减半，限时",
    # a question that the seller answers
    "流水不够？仿真流水，当天给，客户都过了",
    # the same sign between all characters
    "停❌息❌挂❌账 全国接单",
    # accounts elsewhere
    "飞机：@shangan_7788",
    "VX；chen_8899",
    "抖音号：fawu556677",
]
TALES = [
    "离婚以后前夫的网贷会找我要吗",
    "找律师办的，两个月判下来了，违约金减了一半",
    "我找客服办的分期，三天就批了",
    "中介抽三成，我没答应",
    "我投诉了那家代理维权公司，已经立案",
    "说三天搞定的没有一个靠谱，我被坑过",
    "一次性结清能打几折",
    "征信报告在手机银行就可以免费查",
    "会员费能不能退，平台说要等",
    "法律援助三天就批下来了，全程免费",
]
CRISIS = ["一直在想怎么死才不疼", "今天去买了绳子", "最近自sha的念头越来越强", "爬到过楼顶又下来了"]
NO_CRISIS = ["新闻里说有人因为网贷轻生", "公司的老板自杀了，贷款还要还吗", "生不如死的日子熬过去了", "还好当时没做傻事"]


@pytest.mark.parametrize("text", OFFERS)
def test_an_offer_is_found(text):
    assert screen(text).findings


@pytest.mark.parametrize("text", TALES)
def test_who_tells_or_asks_is_left_alone(text):
    assert screen(text).findings == []


@pytest.mark.parametrize("text", CRISIS)
def test_words_of_crisis(text):
    assert screen(text).is_crisis


@pytest.mark.parametrize("text", NO_CRISIS)
def test_news_and_what_is_over_is_no_crisis(text):
    assert not screen(text).is_crisis


def test_a_stranger_in_the_news_does_not_hide_the_writer():
    assert screen("新闻里有人轻生，我也不想活了").is_crisis
    assert screen("我老公说要跳河").is_crisis


def test_a_phone_is_found_before_a_word_that_begins_with_a_numeral():
    assert {finding.action for finding in screen("我手机13611112222一直被打").findings} == {Action.MASK}


def test_a_hunt_over_two_sentences_is_found():
    assert {finding.type for finding in screen("人肉这个催收！住址扒出来发给大家").findings} >= {"doxxing"}

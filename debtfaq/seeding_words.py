"""What the guides and comments of a seeded site say: general sentences of our own, put together by chance. Pure."""

import random

CATEGORIES = [
    "刚逾期",
    "协商还款",
    "催收与骚扰",
    "起诉与应诉",
    "强制执行",
    "征信",
    "利息与费用",
    "担保与家人",
    "骗局识别",
    "时效与上岸",
    "网贷",
    "信用卡",
]
TOPICS = [
    "信用卡",
    "网贷",
    "房贷",
    "车贷",
    "花呗",
    "借呗",
    "白条",
    "分期",
    "最低还款",
    "宽限期",
    "违约金",
    "罚息",
    "停息",
    "协商",
    "催收",
    "上门",
    "爆通讯录",
    "律师函",
    "传票",
    "答辩",
    "调解",
    "管辖",
    "仲裁",
    "支付令",
    "判决",
    "执行",
    "冻结",
    "工资",
    "公积金",
    "限高",
    "失信",
    "终本",
    "和解",
    "征信",
    "异议",
    "代理",
    "中介",
    "骗局",
    "投诉",
    "录音",
    "证据",
    "配偶",
    "离婚",
    "父母",
    "继承",
    "担保",
    "单位",
    "社保",
    "时效",
    "破产",
]
PLACES = [
    "北京",
    "上海",
    "广州",
    "深圳",
    "杭州",
    "南京",
    "苏州",
    "成都",
    "重庆",
    "武汉",
    "长沙",
    "郑州",
    "西安",
    "济南",
    "青岛",
    "天津",
    "合肥",
    "福州",
    "厦门",
    "南昌",
    "昆明",
    "贵阳",
    "南宁",
    "太原",
]
LENDERS = [
    "信用卡",
    "网贷",
    "消费贷",
    "车贷",
    "房贷",
    "装修贷",
    "经营贷",
    "助学贷款",
    "小额贷款",
    "分期商城",
    "现金贷",
    "联合贷款",
]
EVENTS = [
    "逾期",
    "被催收",
    "收到律师函",
    "收到传票",
    "被冻结账户",
    "协商被拒",
    "分期违约",
    "被上门",
    "被起诉",
    "判决生效",
    "担保代偿",
    "征信有误",
]
WISHES = [
    "第一步该做什么",
    "要准备哪些材料",
    "怎么和客服说",
    "能不能申请分期",
    "会不会影响家人",
    "工资会被扣吗",
    "怎样留证据",
    "可以找谁帮忙",
    "多久会被起诉",
    "怎么写异议申请",
]
HEADINGS = [
    "先算清楚欠多少",
    "打客服电话之前",
    "电话里怎么说",
    "书面申请怎么写",
    "被拒绝了怎么办",
    "哪些话不要说",
    "证据怎么留",
    "会不会上门",
    "家人会不会受影响",
    "收到法院材料以后",
    "开庭之前",
    "判决之后",
    "账户被冻结",
    "征信上怎么显示",
    "利息怎么算",
    "违约金太高",
    "常见的误解",
    "要花多少钱",
    "需要多久",
    "什么时候找律师",
    "去哪里投诉",
    "小心中介",
    "以后怎么办",
    "核对清单",
]
NICKNAMES = [
    "夜里睡不着",
    "从头再来",
    "慢慢还",
    "南方的雨",
    "小马",
    "老周",
    "阿文",
    "想上岸",
    "石榴",
    "一只考拉",
    "早起的人",
    "沉住气",
]
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张"

SUBJECTS = [
    "欠款人",
    "持卡人",
    "借款人",
    "担保人",
    "家里人",
    "债权人",
    "银行客服",
    "催收员",
    "法院",
    "调解员",
    "平台",
    "律师",
]
DEEDS = [
    "先把每一笔欠款的本金、利息和日期写在一张表里",
    "可以要求对方出示委托书和工号",
    "应当在收到材料后的十五天内书面答复",
    "不必当场答应任何还款数字",
    "有权查看合同和还款明细",
    "最好把通话录音保存到两个地方",
    "不能向不相干的人透露欠款",
    "可以申请把还款日推迟到发工资以后",
    "应当通过官方号码再打回去核实",
    "会先核对身份再谈方案",
    "可以请求降低明显过高的费用",
    "要把每次沟通的时间和结果记下来",
    "不能限制人身自由，也不能说要抓人",
    "可以按每月实际能还的数字提出分期",
    "应当保留家人生活必需的费用",
    "通常会先发短信提醒",
]
REASONS = [
    "这样以后说得清楚",
    "因为口头承诺很难举证",
    "否则容易被说成没有还款意愿",
    "这是为了不让情况变得更坏",
    "超出能力的承诺只会再次违约",
    "多数情况下对方是可以谈的",
    "事情没有想象的那么急",
    "拖下去费用只会更多",
    "谁也没有权利替别人决定",
    "材料齐全时处理得更快",
]
ENDINGS = [
    "。",
    "；金额以对账单为准。",
    "，各地做法略有不同。",
    "，以书面答复为准。",
    "，拿不准时先问清楚。",
    "。这一点常被忽略。",
]
MARKS = ("注意", "话术", "法条")


def sentence(chance: random.Random) -> str:
    amount, days = chance.randint(1, 300) * 500, chance.randint(3, 720)
    opening = chance.choice(("如果", "即使", "一旦")) + f"{chance.choice(LENDERS)}{chance.choice(EVENTS)}满 {days} 天"
    middle = f"{chance.choice(SUBJECTS)}{chance.choice(DEEDS)}"
    money = f"，欠款 {amount} 元也一样" if chance.random() < 0.2 else ""
    return f"{opening}，{middle}{money}，{chance.choice(REASONS)}{chance.choice(ENDINGS)}"


def paragraph(chance: random.Random) -> str:
    """Return a paragraph, a list or a callout, as Markdown."""
    kind = chance.random()
    if kind < 0.15:
        return "\n".join(f"{n}. {sentence(chance)}" for n in range(1, chance.randint(3, 5)))
    text = "".join(sentence(chance) for _ in range(chance.randint(1, 3)))
    return f"::: {chance.choice(MARKS)}\n{text}\n:::" if kind < 0.25 else text


def title(chance: random.Random) -> list[str]:
    """Return the parts of a title."""
    days = chance.randint(1, 400)
    return [*map(chance.choice, (PLACES, LENDERS, EVENTS)), f" {days} 天，", chance.choice(WISHES)]


def summary(chance: random.Random) -> str:
    return f"{chance.choice(SUBJECTS)}{chance.choice(DEEDS)}，{chance.choice(REASONS)}。"


def question(chance: random.Random) -> str:
    asked = f"我在{chance.choice(PLACES)}，{chance.choice(LENDERS)}{chance.choice(EVENTS)}，{chance.choice(WISHES)}？"
    return asked + "".join(sentence(chance) for _ in range(chance.randint(0, 2)))


def tag(number: int) -> str:
    """Return the name of one of many tags; the first are the plain topics."""
    round_, place = divmod(number, len(TOPICS))
    return TOPICS[place] if round_ == 0 else f"{TOPICS[place]}{PLACES[round_ % len(PLACES)]}{round_}"

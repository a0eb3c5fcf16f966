"""Comments that the screening has to find: invented here, written as strangers write under guides.

Every second example was looked at while the rules were written; the others were kept unseen until the rules stood.
Both halves stay as tests. Each example is (text, what some finding has to cover, type of one of the findings).
"""

from itertools import chain

import pytest

from comments.screening import screen

CONTACTS = [
    ("想了解流程的加微 lawhelp_77 备注逾期", ["lawhelp_77"], "contact_wechat"),
    ("我就是这么谈下来的 薇芯 zhaoyi5203", ["薇芯 zhaoyi5203"], "contact_wechat"),
    ("有不懂的+V：hx_fw9981", ["+V：hx_fw9981"], "contact_wechat"),
    ("vx:dd20230088 不收前期", ["vx:dd20230088"], "contact_wechat"),
    ("ＶＸ　ｌｉｎ６６８８９", ["ＶＸ　ｌｉｎ６６８８９"], "contact_wechat"),
    ("威信ccf0921老李在线", ["威信ccf0921"], "contact_wechat"),
    ("加我维❤ qingshan1018", ["维❤ qingshan1018"], "contact_wechat"),
    ("徽-信-号：b a n k 3 3 0 1", ["b a n k 3 3 0 1"], "contact_wechat"),
    ("微\u200b信\u200b: xiaoma\u200b8321", ["xiaoma\u200b8321"], "contact_wechat"),
    ("Wx号 ⓦⓐⓝⓖ⑧⑧①②", ["ⓦⓐⓝⓖ⑧⑧①②"], "contact_wechat"),
    ("加绿泡泡 sunny_2019a 给你看我的方案", ["sunny_2019a"], "contact_wechat"),
    ("weixin hao: Tianshi-fawu66", ["Tianshi-fawu66"], "contact_wechat"),
    ("➕v❤ 聊，手机同号", ["➕v❤", "手机同号"], "contact_wechat"),
    ("我做这行八年了，薇同号，电话也行", ["薇同号"], "contact_wechat"),
    ("详细的加我 v 一五八二二零", ["一五八二二零"], "contact_wechat"),
    ("嘉薇❤详聊", ["嘉薇❤"], "contact_wechat"),
    ("微亻言 hello2580", ["微亻言 hello2580"], "contact_wechat"),
    ("wechat ID : debt_free88", ["debt_free88"], "contact_wechat"),
    ("V信13712345678", ["V信13712345678"], "contact_wechat"),
    ("需要模板的伽威：mb5188x", ["伽威：mb5188x"], "contact_wechat"),
    ("QQ 2 8 5 3 3 1 9 7 4", ["2 8 5 3 3 1 9 7 4"], "contact_qq"),
    ("扣扣：贰捌伍叁叁壹玖柒", ["贰捌伍叁叁壹玖柒"], "contact_qq"),
    ("负债交流群 群号671928340 进来抱团", ["群号671928340"], "contact_qq"),
    ("加球球③③⑧①⑦④⑥②", ["③③⑧①⑦④⑥②"], "contact_qq"),
    ("q:1938475562 24小时在", ["q:1938475562"], "contact_qq"),
    ("企鹅 7.7.1.2.3.4.5", ["企鹅 7.7.1.2.3.4.5"], "contact_qq"),
    ("抠抠 309-887-124 找小陈", ["抠抠 309-887-124"], "contact_qq"),
    ("ＱＱ群８１２３４５６７", ["８１２３４５６７"], "contact_qq"),
    ("口口四四五一二九八三三", ["四四五一二九八三三"], "contact_qq"),
    ("打这个一三九一二三四五六七八问王经理", ["一三九一二三四五六七八"], "phone"),
    ("1 5 9 8 7 6 5 4 3 2 1 随时", ["1 5 9 8 7 6 5 4 3 2 1"], "phone"),
    ("联系187 0000 1234", ["187 0000 1234"], "phone"),
    ("①③③①②③④⑤⑥⑦⑧", ["①③③①②③④⑤⑥⑦⑧"], "phone"),
    ("+86 136-9999-0001 老赵", ["136-9999-0001"], "phone"),
    ("l38oo138ooo这个号一直在", ["l38oo138ooo"], "phone"),
    ("幺五零·幺二三四·五六七八", ["幺五零·幺二三四·五六七八"], "phone"),
    ("手机1️⃣7️⃣7️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣9️⃣", ["1️⃣7️⃣7️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣9️⃣"], "phone"),
    ("座机0755-83211234转802，找法务部", ["0755-83211234"], "phone"),
    ("有事打156/1234/0987", ["156/1234/0987"], "phone"),
    ("材料发到 fawu.chen@qq.com", ["fawu.chen@qq.com"], "email"),
    ("e-mail: lao_wang2020 @ 126.com", ["lao_wang2020 @ 126.com"], "email"),
    ("发我 wangfang88#163点com 我给你看", ["wangfang88#163点com"], "email"),
    ("help(at)zwyh.net 写清楚欠多少", ["help(at)zwyh.net"], "email"),
    ("点这个 https://suo.im/5Xabc9 查额度", ["https://suo.im/5Xabc9"], "short_link"),
    ("dwz.cn/h8Kd21 填表", ["dwz.cn/h8Kd21"], "short_link"),
    ("url。cn/5abcDEF 进去看", ["url。cn/5abcDEF"], "short_link"),
    ("去 www.zhaiwu-help.top 登记", ["www.zhaiwu-help.top"], "url"),
    ("http://xz.yuqi365.vip/a?id=3", ["http://xz.yuqi365.vip/a?id=3"], "url"),
    ("方法都在我主页，自己看", ["我主页"], "steer_offsite"),
    ("看我头像，有联系方式", ["看我头像"], "steer_offsite"),
    ("不方便这里说，私我", ["私我"], "steer_offsite"),
    ("d音搜：债务上岸日记", ["d音搜"], "steer_offsite"),
    ("小红书搜“阿豪说债” 免费教", ["小红书搜"], "steer_offsite"),
    ("关注公众号【上岸指南】领取模板", ["关注公众号"], "steer_offsite"),
    ("要资料的评论区扣1，我拉你进群", ["拉你进群"], "steer_offsite"),
    ("快手上搜 老刘聊债 你就懂了", ["快手上搜"], "steer_offsite"),
    ("私聊我发你协商话术可以吗", ["私聊我"], "steer_offsite"),
    ("扫描下方二维码添加老师", ["二维码"], "qr"),
    ("长按识别二维码进交流群", ["识别二维码"], "qr"),
    ("扫码咨询，前50名免费", ["扫码咨询"], "qr"),
]

ADVERTS = [
    ("专业反催收，爆通讯录包解决", ["反催收"], "ad_anti_collection"),
    ("反催收联盟招人，一单提成两千", ["反催收联盟"], "ad_anti_collection"),
    ("承接全国反 催 收业务，停催一个月只要800", ["反 催 收"], "ad_anti_collection"),
    ("本公司可停止催收电话骚扰，当天停催，签合同", ["停催"], "ad_anti_collection"),
    ("停息挂账找我们，团队五年经验，成功率98%", ["停息挂账", "成功率98%"], "ad_debt_service"),
    ("债务优化、停息分期一站式办理，先办后付", ["债务优化", "先办后付"], "ad_debt_service"),
    ("专业债务重组，把多笔网贷整合成一笔，低息，欢迎咨询", ["债务重组", "欢迎咨询"], "ad_debt_service"),
    ("逾期协商分期60期，不用你自己打电话，律所代谈，收费3个点", ["代谈"], "ad_debt_service"),
    ("停/息/挂/账 不成功全额退款", ["停/息/挂/账", "不成功全额退款"], "ad_debt_service"),
    ("老客户介绍有返现，专做信用卡停息挂帐", ["停息挂帐"], "ad_debt_service"),
    ("債務優化 延期還款 專業團隊 有需要的朋友聯繫", ["債務優化"], "ad_debt_service"),
    ("网贷协商代办，个性化分期60期包谈成", ["包谈成"], "ad_debt_service"),
    ("法务代理协商，一对一服务，名额不多", ["代理协商"], "ad_debt_service"),
    ("寨务优化认准我家", ["寨务优化"], "ad_debt_service"),
    ("亻责务优化 全国可办", ["亻责务优化"], "ad_debt_service"),
    ("专业征 信 修 复，两周见效", ["征 信 修 复"], "ad_credit_repair"),
    ("征信洗白 逾期记录一键清零 先做后付", ["征信洗白", "先做后付"], "ad_credit_repair"),
    ("有逾期记录的可以帮你铲单，银行内部有人", ["铲单"], "ad_credit_repair"),
    ("怔信修复、消除逾期，收费合理", ["怔信修复"], "ad_credit_repair"),
    ("征信异议代申诉，包撤销不良", ["征信异议代申诉"], "ad_credit_repair"),
    ("彳正信修复 全国接单", ["彳正信修复"], "ad_credit_repair"),
    ("信用修复师培训，月入三万，学会了自己接单", ["信用修复师"], "ad_credit_repair"),
    ("帮忙删逾期记录，删不掉不要钱", ["删逾期记录", "删不掉不要钱"], "ad_credit_repair"),
    ("信用卡代理维权 全额退息", ["代理维权", "退息"], "ad_agency_complaint"),
    ("保险退保找我，全额退，代理退保七年", ["代理退保"], "ad_agency_complaint"),
    ("帮你投诉12378，代投诉代写材料，成了再给钱", ["代投诉"], "ad_agency_complaint"),
    ("退息退费，超过24的利息都能退回来，按退款30%收费", ["退息退费"], "ad_agency_complaint"),
    ("会员费担保费退费，专业团队操作，不成功不收费", ["不成功不收费"], "ad_agency_complaint"),
    ("代理\u200d维\u200d权，免费评估", ["代理\u200d维\u200d权"], "ad_agency_complaint"),
    ("全国退费维权，网贷息费都可退，需要的滴滴", ["退费维权"], "ad_agency_complaint"),
    ("代开病历、贫困证明、失业证明，协商必备", ["代开病历"], "ad_forgery"),
    ("做银行流水 收入证明 章都是真的", ["做银行流水"], "ad_forgery"),
    ("办理各类假证 在职证明 刻章", ["假证"], "ad_forgery"),
    ("可开三甲医院诊断证明 住院病历，银行认", ["诊断证明"], "ad_forgery"),
    ("结清证明代办，三天出，能过审", ["结清证明代办"], "ad_forgery"),
    ("包装流水负债，纯白户也行", ["包装流水"], "ad_forgery"),
    ("黑户可下，无视征信，当天放款", ["无视征信"], "ad_loan"),
    ("强开花呗额度，逾期也能开", ["强开花呗"], "ad_loan"),
    ("内部口子，不看征信，身份证就能借5000", ["内部口子", "不看征信"], "ad_loan"),
    ("征信花、黑户、连三累六均可做，包下款", ["包下款"], "ad_loan"),
    ("秒批秒下的口子整理好了，需要的回1", ["秒批秒下"], "ad_loan"),
    ("信用卡代还垫还，套现费率低", ["代还"], "ad_loan"),
    ("急用钱的来，大额背债，一个月到账50万，名下没车房也可以", ["背债"], "ad_loan"),
    ("无视黑白户 有手机就能下 最高3万", ["无视黑白"], "ad_loan"),
    ("国家新出债务清零政策，仅限本月，内部通道办理", ["内部通道"], "policy_scam"),
    ("银保监内部渠道，可直接减免本金70%，名额有限", ["内部渠道", "名额有限"], "policy_scam"),
    ("征信修复绿色通道开了，抓紧登记", ["征信修复绿色通道"], "ad_credit_repair"),
    ("包过！信用卡协商100%成功，无效退款", ["包过"], "ad_debt_service"),
    ("还在为催收发愁吗？专业反催收团队帮你搞定", ["反催收"], "ad_anti_collection"),
    ("需要征信修复的吗？找我", ["征信修复"], "ad_credit_repair"),
    ("停息挂账靠谱吗？靠谱的，我们公司做了八百多单，加V tx99120", ["加V tx99120", "停息挂账"], "ad_debt_service"),
    (
        "不要再自己瞎谈了，我也是过来人，后来找的专业机构给停息挂账，60期，想弄的找我要联系方式",
        ["停息挂账"],
        "ad_debt_service",
    ),
]

PERSONAL = [
    ("帮查一下44030719900307123x是不是被执行", ["44030719900307123x"], "id_card"),
    ("我的身份证是 110105 19491231 002X 需要立案材料", ["110105 19491231 002X"], "id_card"),
    ("身份证号：１１０１０５１９４９１２３１００２Ｘ", ["１１０１０５１９４９１２３１００２Ｘ"], "id_card"),
    ("身份证110105-1949-1231-002x能查到吗", ["110105-1949-1231-002x"], "id_card"),
    ("老身份证130503670401001现在不能用了", ["130503670401001"], "id_card"),
    ("工资卡6222 0200 0000 0000 018被冻结了", ["6222 0200 0000 0000 018"], "bank_card"),
    ("钱打到4111111111111111这张", ["4111111111111111"], "bank_card"),
    ("卡号6228480402564890018扣款失败", ["6228480402564890018"], "bank_card"),
    ("建行卡 6217-0000-1000-1234-564 还不进去", ["6217-0000-1000-1234-564"], "bank_card"),
    ("我手机号13511112222，催收每天打八个", ["13511112222"], "phone"),
    ("绑定的手机是 186 0101 2020 换不了", ["186 0101 2020"], "phone"),
    ("家里电话010-62345678被打爆了", ["010-62345678"], "phone"),
    ("合同号HT20230815000123，担保费是不是利息", ["HT20230815000123"], "contract"),
    ("借据号：2023 0815 0001 2388 查不到", ["2023 0815 0001 2388"], "contract"),
    ("贷款合同编号为（JD-2022-88123456），利率写得不清楚", ["JD-2022-88123456"], "contract"),
    ("订单号 8823190012347 平台说已代偿", ["8823190012347"], "contract"),
    ("借款编号DK00918273645", ["DK00918273645"], "contract"),
    ("刚收到验证码 483920 要给他吗", ["483920"], "code"),
    ("客服让我报验证码，我报了771203，会不会有事", ["771203"], "code"),
    ("【某某贷】509113是您的动态验证码，这什么意思", ["509113"], "code"),
    (
        "家住四川省成都市武侯区桂溪街道天府二街88号香榭苑6栋1单元1203室",
        ["成都市武侯区桂溪街道天府二街88号香榭苑6栋1单元1203室"],
        "address",
    ),
    (
        "地址是沈阳市铁西区兴华南街12号楼三单元五零二，律师函寄到这了",
        ["沈阳市铁西区兴华南街12号楼三单元五零二"],
        "address",
    ),
    ("他们上门到湖南省邵东市仙槎桥镇大村子4组17号，我爸妈吓坏了", ["邵东市仙槎桥镇大村子4组17号"], "address"),
    ("我叫欧阳建国，身份证110105194912310021丢了", ["欧阳建国"], "name"),
    ("本人李晓梅，户籍广东省佛山市顺德区大良街道新桂路15号302房", ["李晓梅", "顺德区大良街道新桂路15号302房"], "name"),
    ("姓名：陈志强 电话：15822223333 想咨询分期", ["陈志强", "15822223333"], "name"),
]

DOXXING = [
    ("这个催收叫王磊，电话15900001111，大家轰炸他", ["15900001111"], "doxxing"),
    ("曝光一个催收狗 手机 136 7777 8888 有空都打打", ["136 7777 8888"], "doxxing"),
    ("老赖刘某住杭州市西湖区文三路199号2幢301室，去堵他", ["杭州市西湖区文三路199号2幢301室"], "doxxing"),
    ("那个经理的号 18811112222，兄弟们打爆", ["18811112222"], "doxxing"),
    ("人肉他！身份证110105194912310021", ["110105194912310021"], "doxxing"),
    ("有没有人能开盒这个催收员，号码177-0000-9999", ["177-0000-9999"], "doxxing"),
    ("谁帮我人肉这个催收的家在哪，我出钱", ["人肉"], "doxxing"),
]

CRISIS = [
    ("真的不想活了，欠了四十多万，家里人都不知道", ["不想活"], "crisis"),
    ("每天都在想死，又放不下孩子", ["想死"], "crisis"),
    ("活着好没意思 天天被打电话", ["活着好没意思"], "crisis"),
    ("站在天台上了，跳楼是不是就不用还了", ["跳楼"], "crisis"),
    ("昨晚买了安眠药，看着孩子没吃下去", ["安眠药"], "crisis"),
    ("有过轻生的念头，求一个能说话的人", ["轻生"], "crisis"),
    ("要不是爸妈，早就结束自己的生命了", ["结束自己的生命"], "crisis"),
    ("死了是不是就解脱了", ["解脱"], "crisis"),
    ("我撑不住了遗书都写好了", ["遗书"], "crisis"),
    ("割过一次腕，被室友救了，现在又逾期", ["割过一次腕"], "crisis"),
    ("活 不 下 去 了", ["活 不 下 去"], "crisis"),
    ("一了百了算了，谁也别找我", ["一了百了"], "crisis"),
    ("想自鲨", ["自鲨"], "crisis"),
    ("不如死了算了，钱还不上人也没了尊严", ["死了算了"], "crisis"),
]

CAUGHT = list(chain(CONTACTS, ADVERTS, PERSONAL, DOXXING, CRISIS))
SEEN = CAUGHT[::2]
UNSEEN = CAUGHT[1::2]


def missed(text: str, wanted: list[str], kind: str) -> list[str]:
    """Return what no finding covers, and the type if no finding has it."""
    findings = screen(text).findings
    covered = {position for finding in findings for position in range(finding.start, finding.end)}
    missing = [part for part in wanted if not set(range(text.index(part), text.index(part) + len(part))) <= covered]
    return missing + [kind] * (kind not in {finding.type for finding in findings})


@pytest.mark.parametrize(("text", "wanted", "kind"), CAUGHT, ids=[text[:24] for text, _, _ in CAUGHT])
def test_it_is_found(text, wanted, kind):
    assert not missed(text, wanted, kind)

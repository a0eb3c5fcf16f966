"""Names of people: only where a writer gives one, and for most words only beside other personal data."""

import re

from comments.privacy.records import PersonalData

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范石"
    "姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕"
    "聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强"
)
_COMPOUND = "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|司徒|夏侯|端木|独孤|南宫|长孙|宇文|轩辕|百里"
_NAME = rf"(?P<name>(?:(?:{_COMPOUND})|[{_SURNAMES}])[\u4e00-\u9fff]{{1,2}}?)"
_END = r"(?=[\s，,。.!?;:、(\[/·]|$|[0-9]|男|女|住|家住|家在|户籍|身份证|电话|手机|电话号|今年|来自|现在|现住|是|的电话|的手机|的号|欠|丢|老家|借|贷)"
_GIVEN = re.compile(rf"(?:我叫|姓名|真名|真实姓名|户主|收件人|户名|名字叫|名字是)[是为叫:： ]{{0,3}}{_NAME}{_END}")
_BESIDE = re.compile(
    rf"(?:本人叫?|我是|名叫|叫做?|借款人|联系人|申请人|被告|原告|催收员?|业务员|经理|专员|老赖|法务|客服|那个|这个人|他叫|她叫)[是为叫:： ]{{0,3}}{_NAME}{_END}"
)
_NO_NAMES = re.compile(
    r"(?:.{0,2}[不没了着过]|高利|高中|高铁|时候|时间|安全|成功|成都|解决|解释|强制|强行|费用|单位|单独|关于|向银|包括|安心|白户|白条|管理|文件|文明|金额|金融|方便|万一|任何|何时|常年|常常|从来|史上|关键|关系|查询|查到|查封|位于|路过|明天|司法|易方|江苏|温州|金华|安徽|石家|马上|于是|于今|高风|钱款|江西|云南|田地|黄牛|武汉|余额|夏天|毛病|白天)"
)


def find_names(text: str, *, beside_other_data: bool) -> list[PersonalData]:
    """Return names after 我叫 or 姓名, and, where other personal data stands in the text too, after 本人, 催收员 …"""
    patterns = (_GIVEN, _BESIDE) if beside_other_data else (_GIVEN,)
    return [
        PersonalData(*match.span("name"), "name", 1)
        for pattern in patterns
        for match in pattern.finditer(text)
        if not _NO_NAMES.match(match["name"])
    ]

"""What writers put in place of a character so that a filter does not see it.

Single characters keep the length of the text; sequences (split characters, homophones) are padded to keep it too.
"""

_CIRCLED_DIGITS = "❶❷❸❹❺❻❼❽❾", "➀➁➂➃➄➅➆➇➈", "➊➋➌➍➎➏➐➑➒", "⓵⓶⓷⓸⓹⓺⓻⓼⓽"
_BRACKETED_DIGITS = "⑴⑵⑶⑷⑸⑹⑺⑻⑼", "⒈⒉⒊⒋⒌⒍⒎⒏⒐"
_SQUARED_LETTERS = 0x1F130, 0x1F150, 0x1F170, 0x1F1E6  # the last are regional indicators, the letters of flags

# Cyrillic and Greek letters that look like Latin ones.
_LATIN = dict(zip("авеѕіјкмнорстухѵѡαβεηικνορτυχωгԁ", "abesijkmhopctyxvwabehikvoptuxwrd", strict=True))

# Traditional -> Simplified, only what the rules need and only one character to one.
_TRADITIONAL = (
    "徵征復复債债務务優优維维權权貸贷號号聯联繫系電电話话機机碼码賬账帳账帐账開开證证錄录羣群銀银專专業业團团隊队"
    "這这還还錢钱減减過过壓压軟软體体網网絡络點点擊击關关眾众辦办歷历偽伪製制蓋盖單单費费諮咨詢询協协議议貼贴發发"
    "財财問问題题請请識识別别掃扫維维麼么個个們们無无視视內内銷销簽签諾诺輕轻殺杀樓楼藥药結结東东脫脱護护處处區区"
    "縣县鎮镇鄉乡門门戶户頭头"
)

# Characters that stand for another by their look or their sound.
_LOOKS = (
    "亾人伩信訫信嶶微溦微癓微❤心♥心❥心💓心💗心💖心💕心💘心💝心💞心💟心🧡心💛心💚心💙心💜心🖤心🤍心🤎心♡心➕+"
    "✚+✖x✕x❌x⭕0〇0〡1〢2〣3🈹割"
)


def _pairs(flat: str) -> dict[str, str]:
    return {flat[i]: flat[i + 1] for i in range(0, len(flat), 2) if flat[i] != flat[i + 1]}


def _characters() -> dict[str, str]:
    table = _pairs(_TRADITIONAL) | _pairs(_LOOKS) | _LATIN
    for row in (*_CIRCLED_DIGITS, *_BRACKETED_DIGITS):
        table |= {sign: str(number) for number, sign in enumerate(row, 1)}
    for sign in "⓪⓿":
        table[sign] = "0"
    table |= {
        "🛰": "卫星",
        "🐧": "企鹅",
        "💬": "私聊",
        "📩": "私信",
        "裙": "群",
        "🔟": "10",
        "⑩": "10",
        "❿": "10",
        "💯": "100",
    }
    for first in _SQUARED_LETTERS:
        table |= {chr(first + i): chr(ord("a") + i) for i in range(26)}
    table |= dict.fromkeys("‐‑‒–—―−﹣－ー", "-")
    table |= dict.fromkeys("•●・∙⋅‧｡丶", "·")
    table |= {"，": "，", "。": "。", "、": "、", "\n": "\n", "\r": "\n", "\t": " "}  # NFKC would make "，" a ","
    return table


CHARACTERS = _characters()

# Split characters first, then words written by their sound. A shorter right side is padded.
SEQUENCES = {
    "扌口": "扣",
    "亻言": "信",
    "イ言": "信",
    "亻责": "债",
    "亻昔": "借",
    "彳正": "征",
    "彳攵": "微",
    "彳山攵": "微",
    "氵去": "法",
    "氵舌": "活",
    "忄青": "情",
    "讠舌": "话",
    "讠正": "证",
    "讠午": "许",
    "讠人": "认",
    "钅艮": "银",
    "金艮": "银",
    "钅戋": "钱",
    "纟充": "统",
    "纟隹": "维",
    "糸隹": "维",
    "木又": "权",
    "木几": "机",
    "石马": "码",
    "弗贝": "费",
    "代贝": "贷",
    "弋贝": "贷",
    "亻弋贝": "贷",
    "艹微": "薇",
    "力口": "加",
    "又寸": "对",
    "君羊": "群",
    "月艮": "服",
    "亻崔": "催",
    "丩攵": "收",
    "亻崔收": "催收",
    "崔收": "催收",
    "催手": "催收",
    "催受": "催收",
    "cui收": "催收",
    "催shou": "催收",
    "反c收": "反催收",
    "反cs": "反催收",
    "怔信": "征信",
    "征芯": "征信",
    "征心": "征信",
    "蒸信": "征信",
    "zheng信": "征信",
    "征xin": "征信",
    "寨务": "债务",
    "债物": "债务",
    "zhai务": "债务",
    "债wu": "债务",
    "秀复": "修复",
    "修f": "修复",
    "xiu复": "修复",
    "停吸": "停息",
    "亭息": "停息",
    "停xi": "停息",
    "挂帐": "挂账",
    "褂账": "挂账",
    "gua账": "挂账",
    "唯权": "维权",
    "维劝": "维权",
    "代莉": "代理",
    "代里": "代理",
    "煮页": "主页",
    "主叶": "主页",
    "主ye": "主页",
    "zhu页": "主页",
    "丝信": "私信",
    "司信": "私信",
    "斯信": "私信",
    "si信": "私信",
    "思信": "私信",
    "头象": "头像",
    "头相": "头像",
    "公众呺": "公众号",
    "工众号": "公众号",
    "宫众号": "公众号",
    "公种号": "公众号",
    "公重号": "公众号",
    "公众hao": "公众号",
    "dou音": "抖音",
    "抖yin": "抖音",
    "某音": "抖音",
    "某手": "快手",
    "块手": "快手",
    "筷手": "快手",
    "dai理": "代理",
    "贷kuan": "贷款",
    "d款": "贷款",
    "dai款": "贷款",
    "袋款": "贷款",
    "带款": "贷款",
    "囗子": "口子",
    "自sha": "自杀",
    "zi杀": "自杀",
    "zisha": "自杀",
    "轻sheng": "轻生",
    "反崔收": "反催收",
    "止崔": "止催",
    "wei信": "微信",
    "微xin": "微信",
    "抖人": "抖音",
    "抖亻": "抖音",
    "斗音": "抖音",
    "d音": "抖音",
    "抖y": "抖音",
}

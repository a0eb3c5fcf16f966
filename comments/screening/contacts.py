"""Phase 2: ways to reach the writer elsewhere.

A detail that can be used at once (an identifier, a number, an address) is never excused. Bare steering ("加微信") is
not found where somebody else is told of ("催收让我加微信"), unless the name itself is disguised.
"""

import re
from collections.abc import Iterator

from comments.privacy.numbers import DIGIT, SEPARATOR, digits_of, is_amount
from comments.screening.findings import Action, Finding
from comments.screening.links import find_links
from comments.screening.normalisation import PAD, NormalText
from comments.screening.sentences import told_of_others
from comments.screening.words import WordLists

PHASE = "contact"

_J = rf"[ {PAD}.·*\-_/|~、^'\"]{{0,2}}"  # between the characters of a word
_GAP = rf"[\s{PAD}.·*\-_/|~、:;，,=+#^'\"“”‘’()\[\]【】「」<>《》…!]{{0,4}}"  # between a name and what follows it


def _spaced(word: str) -> str:
    return _J.join(word)


_WEI, _XIN = "[微薇威徽维溦崴葳巍惟煨韦薏蔚喂]", "[信芯心馨伈欣忻辛鑫x]"
_PLAIN_NAMES = rf"{_spaced('微信')}|wechat|{_spaced('weixin')}|wechta"
_SHORT_NAMES = (
    rf"(?<![a-z0-9])v{_J}x(?:in)?(?![a-z])|(?<![a-z0-9])w{_J}x(?![a-z])|(?<![a-z0-9])v(?:信|心|芯)|vx|wx|vxin|v信"
)
_DISGUISED_NAMES = rf"(?!微{_J}信){_WEI}{_J}{_XIN}|[vw]{_J}[心芯馨]|v{_J}信|卫星|威星|围信|绿(?:泡泡?|色软件|色聊天|聊|信|标|心)|小绿(?:书)?号"
_NAMES = rf"{_PLAIN_NAMES}|{_DISGUISED_NAMES}|{_SHORT_NAMES}"
_SINGLE = r"(?:(?<![a-z0-9])[vw](?![a-z](?![a-z0-9]*[0-9_]))|[薇威徽溦崴葳微卫])"
_ADD = "(?:添加|[加+十伽嘉茄枷咖珈迦佳家]|jia)"
_WHOM = r"(?:我的?|一?下|个|老师|本人|好友|群主|客服|助理|法务|顾问|俺|咱)?"
_CONNECT = rf"(?:{_GAP}(?:号码|账号|号|id|hao|是|为|就是|搜索?|找|群|同))?(?:{_GAP}(?:是|为|id))?{_GAP}"
_WORD_ID = rf"[a-z](?:{SEPARATOR}{{0,2}}(?:[a-z]|{DIGIT})){{4,19}}(?![a-z0-9])"
_NUMBER_ID = f"{DIGIT}(?:{SEPARATOR}{{0,2}}{DIGIT}){{4,12}}"
_ID = f"(?P<id>{_WORD_ID}|{_NUMBER_ID})"

_WECHAT = re.compile(
    rf"(?:(?P<add>{_ADD}){_J}{_WHOM}{_J}{_GAP})?(?:(?P<name>{_NAMES})|(?P<single>{_SINGLE}))(?P<connect>{_CONNECT}){_ID}"
)
_ADD_ID = re.compile(rf"(?P<add>{_ADD}){_J}{_WHOM}{_GAP}{_ID}")
_ID_ADD = re.compile(rf"(?P<id>{_NUMBER_ID}){_GAP}(加我|加好友|可加|欢迎加|扣扣|qq(?![a-z音邮钱飞])|企鹅)")
_ADD_FIRST = re.compile(r"[加+十伽嘉茄枷咖珈迦佳家添j]")
_WECHAT_FIRST = re.compile(r"[加+十伽嘉茄枷咖珈迦佳家添j微薇威徽维溦崴葳巍惟煨韦薏蔚喂卫围绿小vw]")
_QQ_FIRST = re.compile(r"[q扣抠球秋丘蔻叩口筘企鹅蔲k邱囗群]")
_QQ_NAMES = rf"(?<![a-z0-9])q(?:{_J}q)?(?![a-z])|扣扣|抠抠|球球|秋秋|丘丘|蔻蔻|叩叩|口口|筘筘|企鹅|鹅厂号|蔲蔲|qiuqiu|koukou|邱邱|囗囗|企e|抠号|扣号|(?<!微信)群号码?"
_QQ = re.compile(
    rf"(?P<name>(?:扣{_J}扣|{_QQ_NAMES})|[扣抠])(?:{_GAP}(?:交流|讨论|互助|维权|负债)?(?:群号?|号码?|账号))?(?:{_GAP}[是为])?{_GAP}(?P<id>{_NUMBER_ID})"
)
_STEERING = re.compile(
    rf"(?P<add>{_ADD}){_J}{_WHOM}{_J}(?:(?P<odd>{_DISGUISED_NAMES})|(?P<name>{_PLAIN_NAMES}|(?<![a-z])(?:vx|wx|v|w)(?![a-z0-9])|[薇威徽](?![力胁武海风廉严信]))){_J}号?"
)
_SAME_NUMBER = re.compile(
    r"同(?<![相不合共协胡一]同)(?:一?个?手机|电话|步|一?个?号)(?!号?码?(?:注册|登|绑|申请|实名|下|开|的|段|轮|名|办))"
    rf"|[是为=就即]我?的?(?:手机|电话)号?码?|(?:手机|电话)号?码?(?:[也就即是为=]){{1,2}}我?的?(?:{_NAMES}|{_SINGLE})"
)
_ACCOUNT_FIRST = re.compile("[twlsdkxi电飞蝙抖快小红微闲陌钉支]")
_NAME_IS_NUMBER = re.compile(
    rf"(?:{_NAMES}|微x|{_SINGLE})号?(?:同|就是|是|为)我?的?(?:昵称|网名|名字(?!叫|是|的)|id(?![a-z]))"
)
_NAME_BEFORE = re.compile(rf"(?:{_NAMES}|{_SINGLE}|电话|手机|(?<![a-z])qq?)(?:号码?|账号)?[与和跟是即就也]{{0,2}}$")
_PLATFORM = re.compile(
    rf"(?:抖音|小{_J}\\S?{_J}书|(?<![a-z])(?:douyin|dy|ks|xhs|gzh|tg)|抖{_J}[^\s，。到]|快手|小红书|小红薯|红薯|公众号|公号|视频号|知乎|b站|微博|闲鱼|咸鱼|贴吧|头条号?|西瓜视频|喜马拉雅)"
    rf"{_J}(?:上|里|app|平台|直接|去|号|短视频){{0,2}}{_J}(?:搜索?|关注|[:@](?=\w))(?!到|了|过|的|出|不|吗)"
)
_OTHER_ACCOUNT = re.compile(
    rf"(?<![a-z0-9])(?:tg|telegram|电报|飞机|whatsapp|line|skype|signal|dy|ks|xhs|ins)(?:号|id)?[ {PAD}]?[:@][ {PAD}:@]{{0,3}}{_ID}"
    rf"|(?:电报|飞机|蝙蝠|抖音|快手|小红书|红薯|微博|闲鱼|陌陌|钉钉|飞书|支付宝)(?:号|id|账号)[ {PAD}]?[是为]?[ {PAD}:@]{{1,3}}{_ID.replace('id>', 'other>')}"
)
_TELLING = re.compile(r"我在|在$|我从|我刷|我去|刷到|看到|让|叫|说|没|别")
_COMMON_WORDS = frozenset(["wechat", "android", "iphone", "huawei", "xiaomi", "alipay", "taobao"])


def _finding(normal: NormalText, span: tuple[int, int], kind: str) -> Finding:
    return Finding(*normal.original_span(*span), kind, Action.HOLD, PHASE)


def _is_identifier(match: re.Match[str]) -> bool:
    """Return whether what follows a name for WeChat is an account, and not an amount or a common word."""
    identifier = match["id"]
    asked = bool(match["add"]) or bool(re.search(r"[号:=为是]|id|hao", match["connect"]))
    if identifier[0].isascii() and identifier[0].isalpha():
        plain = re.sub(r"[^a-z0-9]", "", identifier)
        is_named = bool(match["name"]) or asked or match["connect"] != "" or match["single"] not in {"v", "w"}
        if digits_of(re.sub("[oli]", "", identifier)) or "_" in identifier:
            return is_named
        return asked and len(plain) >= 6 and plain not in _COMMON_WORDS
    size, _ = _account_number(match.string, *match.span("id"))
    return size >= 7 or (size >= 5 and asked)


def _account_number(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the size in digits and the end of an account number, without a count behind it (… 24小时)."""
    while is_amount(text, end) or len(digits_of(text[start:end])) > 11:
        cut = max(text.rfind(sign, start, end) for sign in " /、|-·")
        if cut <= start:
            return 0, end
        end = start + len(text[start:cut].rstrip(" /、|-·"))
    return len(digits_of(text[start:end])), end


def _beginning_with(first: re.Pattern[str], pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Yield the matches of `pattern`, tried only where `first` matches: much faster than letting it try everywhere."""
    end = 0
    for start in first.finditer(text):
        match = pattern.match(text, start.start()) if start.start() >= end else None
        if match:
            end = match.end()
            yield match


def _accounts(normal: NormalText) -> Iterator[Finding]:
    text = normal.text
    for match in _beginning_with(_WECHAT_FIRST, _WECHAT, text):
        if _is_identifier(match):
            yield _finding(normal, match.span(), "contact_wechat")
    for match in _beginning_with(_QQ_FIRST, _QQ, text):
        size, end = _account_number(text, *match.span("id"))
        shortest = 7 if match["name"] in {"扣", "抠", "q"} else 5
        if size >= shortest:
            yield _finding(normal, (match.start(), end), "contact_qq")
    for match in (*_beginning_with(_ADD_FIRST, _ADD_ID, text), *_ID_ADD.finditer(text)):
        identifier, end = match["id"], match.end("id")
        is_word = identifier[0].isascii() and identifier[0].isalpha()
        if is_word:
            if match[1] not in {"加", "添加", "+"} or not digits_of(re.sub("[oli]", "", identifier)):
                continue
        elif len(digits_of(identifier)) < 7 or is_amount(text, end) or match[1] in {"家", "佳"}:
            continue
        yield _finding(normal, match.span(), "contact_wechat" if is_word else "contact_qq")


def _steering(normal: NormalText, words: WordLists) -> Iterator[Finding]:
    text = normal.text
    for match in _STEERING.finditer(text):
        if match["odd"] or match["add"] not in {"加", "添加"} or not told_of_others(text, match.start(), words):
            if match["name"] and match["add"] in {"家", "佳", "咖", "+", "十"} and match["name"] in {"v", "w", "微信"}:
                continue
            yield _finding(normal, match.span(), "contact_wechat")
    for match in _SAME_NUMBER.finditer(text):
        before = _NAME_BEFORE.search(text, max(0, match.start() - 10), match.start())
        if before or match[0][0] in "同手电":
            yield _finding(normal, (before.start() if before else match.start(), match.end()), "contact_wechat")
    for match in _beginning_with(_WECHAT_FIRST, _NAME_IS_NUMBER, text):
        yield _finding(normal, match.span(), "contact_wechat")
    for match in _beginning_with(_ACCOUNT_FIRST, _OTHER_ACCOUNT, text):
        yield _finding(normal, match.span(), "steer_offsite")
    for match in _PLATFORM.finditer(text):
        if not _TELLING.search(text[max(0, match.start() - 4) : match.start()]):
            yield _finding(normal, match.span(), "steer_offsite")
    for kind in ("steer_offsite", "qr"):
        for match in words.find(kind, normal.dense):
            if not told_of_others(normal.dense, match.start(), words):
                yield _finding(normal, normal.text_span(*match.span()), kind)


def find_contacts(normal: NormalText, words: WordLists) -> tuple[list[Finding], list[Finding]]:
    """Return details that can be used at once, and mere steering. Phones are found with the personal data."""
    links = [_finding(normal, span, kind) for *span, kind in find_links(normal.text)]  # type: ignore[arg-type]
    return [*_accounts(normal), *links], list(_steering(normal, words))

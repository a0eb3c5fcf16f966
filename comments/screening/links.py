"""E-mail addresses, short links and other links in a normalised text."""

import re
from collections.abc import Iterator

_DOT = r"(?: ?[.。·] ?|点| ?dot ?|\(dot\))"
_MAILBOXES = "qq|163|126|139|189|gmail|foxmail|sina|outlook|hotmail|sohu|yeah|aliyun|yahoo|icloud|live|vip"
_LOCAL = r"(?<![a-z0-9._%+\-])(?P<local>[a-z0-9][a-z0-9._%+\-]{1,63})[ \x00]{0,2}"
_EMAIL = re.compile(
    rf"{_LOCAL}(?:(?:@|\(at\)|\[at\]|【at】|\(a\)|艾特)[ \x00]{{0,2}}[a-z0-9\-]{{1,40}}(?:{_DOT}[a-z0-9\-]{{2,20}}){{1,3}}"
    rf"|(?:#|\*|at|圈a|爱特|艾特|@| )[ \x00]{{0,2}}(?:{_MAILBOXES})[ \x00]?{_DOT}(?:com|cn|net)"
    rf"|[@#艾][ \x00特]{{0,2}}(?:{_MAILBOXES})邮?箱?(?![a-z0-9]))"
)
_SHORTENERS = (
    r"t.cn|url.cn|w.url.cn|dwz.cn|dwz.mk|dwz.tax|suo.im|suo.nz|suo.yt|sourl.cn|sohu.gg|985.so|rrd.me|mrw.so|ft12.com|6du.in|c7.gg|i8e.net|"
    r"v.douyin.com|v.kuaishou.com|xhslink.com|u.jd.com|m.tb.cn|tb.cn|b23.tv|bit.ly|is.gd|tinyurl.com|t.me|goo.gl|reurl.cc|0x3.me|"
    r"sina.lt|sina.cn|kurl.cn|s.wcd.im|s.click.taobao.com|u.nu|v.gd|tinyu.cn|tinyurl.cn|dlj.bz|t.hk.uy|qm.qq.com|u.wechat.com|weixin.qq.com|"
    r"jinshuju.net|wjx.cn|wjx.top|docs.qq.com|shimo.im|hipdf.cn|eqxiu.com|rabbitpre.com"
).replace(".", _DOT)
_SHORT = re.compile(
    rf"(?<![a-z0-9])(?:https?:?[/:\s]{{0,4}})?(?:{_SHORTENERS})[ \x00]?(?:/[ \x00]?[a-z0-9_\-./?=&%#]+|(?![a-z0-9]))"
)
_WORD = re.compile(r"[a-z0-9]+")
_ENDINGS = "com|cn|net|org|cc|top|xyz|vip|shop|link|me|io|co|tv|club|site|online|ltd|wang|icu|ink|fun|pro|info|biz|asia|mobi|store|tech|live|work|app|ren|love|art"
_LINK = re.compile(
    rf"(?<![a-z0-9@.\-])(?:https?://)?(?:www{_DOT})?(?P<host>(?:[a-z0-9][a-z0-9\-]{{0,40}}\.){{1,4}}(?:{_ENDINGS})(?![a-z0-9]))(?:[:/?][a-z0-9_\-./?=&%#:]*)?"
    r"|(?<![a-z0-9@.\-])(?P<tiny>[a-z0-9]{1,8}\.[a-z]{2,3})/[a-z0-9]{4,16}(?![a-z0-9])"
    rf"|https?://(?P<other>[a-z0-9.\-]{{3,80}})[a-z0-9_\-./?=&%#:]*"
    rf"|(?<![a-z0-9])www{_DOT}[a-z0-9\-]{{1,40}}(?:{_DOT}[a-z0-9]{{2,10}}){{1,2}}"
)
# Sites of courts, regulators, the credit register and of the law: naming one helps readers.
_OFFICIAL = re.compile(
    r"(?:^|\.)(?:gov\.cn|court\.gov\.cn|pbccrc\.org\.cn|12309\.gov\.cn|12321\.cn|12377\.cn|12315\.cn|12348\.gov\.cn|chinatax\.gov\.cn|npc\.gov\.cn|cctv\.com|people\.com\.cn|"
    r"xinhuanet\.com|news\.cn|china-cba\.net|nifa\.org\.cn|unionpay\.com|cac\.gov\.cn|icbc\.com\.cn|ccb\.com|boc\.cn|abchina\.com|bankcomm\.com|cmbchina\.com|psbc\.com)$"
)


def _from_word_starts(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Yield the matches of `pattern`, tried only where a word of letters or digits begins."""
    end = 0
    for word in _WORD.finditer(text):
        match = pattern.match(text, word.start()) if word.start() >= end else None
        if match:
            end = match.end()
            yield match


def _is_short(link: str, host: str) -> bool:
    """Return whether a link looks made by a shortener: a host of a few letters and a path."""
    return 0 < len(host) <= 7 and "/" in link.removeprefix("https://").removeprefix("http://")


def find_links(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, type) of each e-mail address (email), short link (short_link) and other link (url)."""
    taken = bytearray(len(text))
    for match in _EMAIL.finditer(text):
        taken[match.start() : match.end()] = b"\x01" * len(match[0])
        yield *match.span(), "email"
    for kind, pattern in (("short_link", _SHORT), ("url", _LINK)):
        for match in _from_word_starts(pattern, text):
            parts = match.groupdict()
            host = parts.get("host") or parts.get("other") or ""
            if _OFFICIAL.search(host) or any(taken[match.start() : match.end()]):
                continue
            taken[match.start() : match.end()] = b"\x01" * len(match[0])
            yield *match.span(), "short_link" if parts.get("tiny") or _is_short(match[0], host) else kind

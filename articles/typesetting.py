"""Setting a Chinese title in lines.

Lines are broken as in Requirements for Chinese Text Layout (https://www.w3.org/TR/clreq/, 3.1 Line Breaking): some
marks may not begin a line, some may not end one, and a word or number in Latin letters is not cut.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

from articles.fonts import Face

NEVER_FIRST = "，。、；：？！…—·％%‰℃）〕】》〉」』”’,.;:?!)]}"
NEVER_LAST = "（〔【《〈「『“‘([{￥$"
BLANK_BEFORE = "（〔【《〈「『“‘"  # full-width marks whose left half is blank
BLANK_AFTER = "，。、；：？！）〕】》〉」』”’"  # and those whose right half is
# Words that a break would spoil, of those that stand in titles of this field.
WORDS = re.findall(
    r"\S+",
    """
    信用卡 信用报告 信用 征信 逾期 催收 反催收 协商 起诉 法院 传票 答辩状 仲裁 诉讼费 诉讼 调解 支付令 执行 强制 限高
    失信 冻结 拍卖 唯一 住房 终本 网贷 贷款 借款 借条 欠款 欠债 债务 债权 转让 通知 担保公司 担保费 担保 代偿 还款 还钱
    还清 结清 分期 最低 账单 账户 注销 利率 利息 息费 罚息 违约金 年化 费用 退费 收费 会员费 停息挂账 砍头息 以贷养贷
    律师函 律师 公检法 警察 报警 报案 立案 犯罪 坐牢 骗取 拒执罪 诈骗 骗局 骗子 冒充 识破 投诉 举证 取证 证据 核实 真假
    身份 通讯录 家人 亲人 朋友 同事 父母 子女 孩子 丈夫 妻子 夫妻 离婚 去世 工资 到账 微信 支付宝 花呗 借呗 微粒贷 银行
    公司 客服 短信 电话 上门 开门 个人 普通人 破产 时效 生活费 材料 清单 记录 修复 优化 认定 免责 保证 期间 申请 提前
    出庭 开庭 外地 上学 影响 恶意 透支 分辨 界线 一次性 个性化 断供 补救 求助 开口 去哪里 集中 清理 深圳 厦门 下款 骚扰
    怎么办 怎么 怎样 如何 什么 为什么 能不能 有没有 是不是 要不要 多少 多久 哪里 哪些 哪条 哪一笔 可以 需要 应该 没有
    到底 所有 有用 免费 真实 上面 区别 以后 以前 宽限期
    """,
)
QUESTIONS = ("怎么", "怎样", "如何", "什么", "为什么", "能不能", "有没有", "是不是", "要不要", "多少", "多久")
PARTICLES = "吗呢吧"  # nothing without the word before
LEAN_BACK = "的了着过们得"  # they mostly belong to the word before
LEAN_FORWARD = (*"一二两三四五六七八九十几每第不0123456789", "怎么", "怎样", "如何")  # they belong to the word after
LATIN = r"[0-9A-Za-z]+(?:[-–.,:/&'’+@_]+[0-9A-Za-z]+)*"
TOKEN = re.compile("|".join([LATIN, *sorted(WORDS, key=len, reverse=True), "——|……", r"\s+", "."]))
# Between two full-width marks there is half a character too much blank.
LOOSE = re.compile(rf"(?<=[{BLANK_AFTER}])(?=[{BLANK_AFTER}{BLANK_BEFORE}])|(?<=[{BLANK_BEFORE}])(?=[{BLANK_BEFORE}])")

# What a break costs, in squares of the ems by which a line is longer or shorter than the average.
AFTER_A_STOP, AFTER_A_COMMA, BEFORE_A_QUESTION, BETWEEN_WORDS, WITHIN_A_PHRASE = 0.0, 1.0, 8.0, 16.0, 30.0
ASCENT, LINE_HEIGHT = 0.88, 1.34  # ems: from the top of a Chinese character to its baseline; from line to line


@dataclass(frozen=True)
class Box:
    """Where a title is to be set: its room in pixels, and the sizes of type to try."""

    width: float
    height: float
    sizes: tuple[int, ...]  # pixels, largest first
    smaller: float  # what type of half the largest size costs, where a break has its cost too


@dataclass(frozen=True)
class Text:
    """A title set in type: its lines, and the size of the type in pixels."""

    lines: list[str]
    size: int

    @property
    def height(self) -> float:
        return ((len(self.lines) - 1) * LINE_HEIGHT + 1) * self.size if self.lines else 0


@dataclass(frozen=True)
class Unit:
    """What no line break may enter, and what a break after it would cost."""

    text: str
    cost: float


def typeset(title: str, box: Box, face: Face) -> Text:
    """Return the title in the largest type that fits; in somewhat smaller type where that breaks much better."""
    title = " ".join(title.split())
    if not title:
        return Text([], box.sizes[0])
    units = _units(TOKEN.findall(title))
    best: tuple[float, Text] | None = None
    largest = 0
    for type_size in box.sizes:
        broken = _break(units, box.width, type_size, face)
        if broken is None or Text(broken[1], type_size).height > box.height:
            continue
        largest = largest or type_size
        cost = broken[0] + box.smaller * 2 * (1 - type_size / largest)
        if best is None or cost < best[0]:
            best = cost, Text(broken[1], type_size)
    return best[1] if best else _cut_short(title, box.width, box.height, box.sizes[-1], face)


def _cut_short(title: str, width: float, height: float, size: int, face: Face) -> Text:
    """Return as much of the title as fits, and an ellipsis. A word longer than a line is cut anywhere."""
    tokens: list[str] = []
    for token in TOKEN.findall(title):
        tokens += [token] if face.at(size).getlength(token) <= width else [*token]
    shown = tokens
    while shown:
        broken = _break(_units(shown), width, size, face)
        if broken and Text(broken[1], size).height <= height:
            return Text(broken[1], size)
        tokens = tokens[:-1]
        while tokens and not tokens[-1].strip(NEVER_FIRST + NEVER_LAST + " "):
            tokens = tokens[:-1]
        shown = [*tokens, "…"] if tokens else []
    return Text([], size)


def _units(tokens: list[str]) -> list[Unit]:
    """Join what no line may begin with to what stands before, and what no line may end with to what follows."""
    units: list[str] = []
    for token in tokens:
        if units and (token[0] in NEVER_FIRST + PARTICLES or token.isspace() or units[-1][-1] in NEVER_LAST):
            units[-1] += token
        else:
            units.append(token)
    return [Unit(text, _cost(text, following)) for text, following in pairwise([*units, ""])]


def _cost(text: str, following: str) -> float:
    """Return what a break between the two costs; nothing where the title ends anyway."""
    mark = text.rstrip("”’）》 ")[-1:]
    if not following or (mark and mark in "？！。；：?!"):
        return AFTER_A_STOP
    if text[-1] in "，、）》”… ":
        return AFTER_A_COMMA
    if following[0] in LEAN_BACK or text.endswith(LEAN_FORWARD):
        return WITHIN_A_PHRASE
    return BEFORE_A_QUESTION if following.startswith(QUESTIONS) else BETWEEN_WORDS


def blank_before(text: str) -> float:
    """Return how far, in ems, a line that begins so may hang out to the left; only blank does."""
    return 0.5 if text[0] in BLANK_BEFORE else 0


def _blank_after(text: str) -> float:
    return 0.5 if text.rstrip()[-1:] in {*BLANK_AFTER} else 0


class Ruler:
    """How long a line of some of the units would be, in ems."""

    def __init__(self, units: list[Unit], size: int, face: Face) -> None:
        font = face.at(size)
        self.units = units
        self.starts = [0.0]
        for unit in units:
            self.starts.append(self.starts[-1] + font.getlength(unit.text) / size)

    def length(self, start: int, end: int) -> float:
        blank = blank_before(self.units[start].text) + _blank_after(self.units[end - 1].text)
        return self.starts[end] - self.starts[start] - blank


def _break(units: list[Unit], width: float, size: int, face: Face) -> tuple[float, list[str]] | None:
    """Return the cheapest way to break into as few lines as possible, or None if a unit is wider than a line."""
    ruler = Ruler(units, size, face)
    width /= size
    count = _fewest_lines(ruler, width)
    if count is None:
        return None
    average = ruler.length(0, len(units)) / count
    # ways[k] is the cheapest way to break the units before k into the lines so far: its cost, and where lines end.
    ways: dict[int, tuple[float, list[int]]] = {0: (0, [])}
    for number in range(1, count + 1):
        longer: dict[int, tuple[float, list[int]]] = {}
        for start, (cost, ends) in ways.items():
            for end in range(start + 1, len(units) + 1):
                length = ruler.length(start, end)
                if length > width or (end == len(units)) != (number == count):
                    continue
                total = cost + (length - average) ** 2 + units[end - 1].cost
                if end not in longer or total < longer[end][0]:
                    longer[end] = total, [*ends, end]
        ways = longer
    cost, ends = ways[len(units)]
    lines = ["".join(unit.text for unit in units[a:b]).strip() for a, b in pairwise([0, *ends])]
    return cost, lines


def _fewest_lines(ruler: Ruler, width: float) -> int | None:
    """Return how many lines the units fill, or None if one of them is wider than a line."""
    count, start, last = 0, 0, len(ruler.units)
    while start < last:
        fitting = [end for end in range(start + 1, last + 1) if ruler.length(start, end) <= width]
        if not fitting:
            return None
        count, start = count + 1, fitting[-1]
    return count

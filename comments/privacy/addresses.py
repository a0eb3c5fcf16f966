"""Full postal addresses: from the city down to a house number."""

import re

from comments.privacy.numbers import DIGIT
from comments.privacy.records import PersonalData

_N = rf"(?:{DIGIT}|十|百|[a-z]){{1,6}}"
# The end of an address: a building, a unit, a room, a number in a street or a group of a village.
_HOUSE = re.compile(
    rf"(?:{DIGIT}|[十百a-z]){{1,6}}(?:号楼|号院|单元|幢|栋|室|户|弄|座|号(?!线|文|令|公告|案|裁定|通知|铺)|组|楼)"
    rf"(?:{_N}(?:号楼|单元|幢|栋|室|户|号|楼|层|房|座))*(?:{DIGIT}{{1,5}})?"
    r"|(?:小区|花园|公寓|苑|家园|新村|府|城|里|湾|庭)[0-9]{1,4}-[0-9]{1,4}(?:-[0-9]{1,5})?"
)
_CLAUSE_ENDS = "。!?;，,\n:"
_PLACE = re.compile(r"[省市区县旗州镇乡村]|街道|大道|路|街|巷|弄|胡同|小区|花园|公寓|家园|新村|社区|苑")
_REGION = re.compile(r"[省县旗]|自治州|(?<![超城])市|(?<![小社园校厂景])区")
_HOME = re.compile(
    r"居?住在?(?:在|于|的是)?|家在|家是|家住|位于|地址(?:在|是|为)?|户籍(?:在|是|地)?|户口(?:在|本)?|老家(?:在|是)?|寄到|寄来|寄给|送到|上门到|找到|跑到|来到|到了|去到|是在|在"
)
_OFFICE = re.compile(
    r"法院|银行|支行|分行|派出所|公安局|仲裁|信用社|司法局|检察院|居委会|村委会|政府|服务中心|办事处|人民医院|调解中心|营业部"
)
_NEXT_PART = 12  # characters: the longest name of a building between two numbers
_WINDOW = 48  # characters: the longest address met before its house number


def _start_of_address(text: str, start: int) -> int:
    """Return where the address before a house number begins: behind 住在 and the like, else with the clause."""
    earliest = max(0, start - _WINDOW)
    begin = max(earliest, *(text.rfind(mark, earliest, start) + 1 for mark in _CLAUSE_ENDS))
    if not _REGION.search(text, begin, start):
        return start
    for found in _HOME.finditer(text, begin, start):
        if _REGION.search(text, found.end(), start):
            begin = found.end()
    while begin < start and not ("\u4e00" <= text[begin] <= "\u9fff"):
        begin += 1
    return begin


def find_addresses(text: str) -> list[PersonalData]:
    """Return addresses with a region, at least two place names and a house number; offices' addresses are public."""
    found: list[PersonalData] = []
    for house in _HOUSE.finditer(text):
        begin = _start_of_address(text, house.start())
        if found and begin < found[-1].end:
            if house.start() - found[-1].end <= _NEXT_PART:  # 天府二街88号香榭苑6栋: one address
                found[-1] = found[-1]._replace(end=house.end())
            continue
        regions = [place.end() for place in _REGION.finditer(text, begin, house.start())]
        places = len(_PLACE.findall(text, begin, house.start()))
        if not regions or places < 2 or _OFFICE.search(text, begin, house.end() + 4):
            continue
        readable = sum(character.isalnum() for character in text[begin : regions[-1]])
        found.append(PersonalData(begin, house.end(), "address", readable))
    return found

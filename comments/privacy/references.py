"""Numbers of contracts and loans, and one-time codes: only what stands beside the word that names it."""

import re

from comments.privacy.numbers import digits_of, is_amount
from comments.privacy.records import PersonalData

_BETWEEN = r"[\s\x00:：是为号码编#()\[\]【】「」\"“”'=,，]{0,5}"
_CONTRACT = re.compile(
    r"(?:合同编?号|合同号码|贷款合同|借款合同|借据(?:编?号)?|借款编?号|贷款编?号|借款单号|贷款单号|账单编?号|订单编?号|订单号码|流水号|交易单?号|"
    r"协议编?号|保单号码?|申请编?号|业务编?号|工单编?号|案件编?号|放款编?号|还款单号|债权编?号|客户编?号|客户号)"
    rf"{_BETWEEN}(?P<number>[a-z0-9](?:[ \x00\-_/.]{{0,2}}[a-z0-9]){{5,40}})"
)
_CODE_WORD = r"(?:验证码|校验码|动态码|动态密码|确认码|短信码|短信密码|取件码|支付密码|交易密码|登录密码|查询密码|激活码|口令码|随机码)"
# Behind a comma only where somebody says that they gave it: 他要验证码，我报了771203.
_GIVEN = r"[^0-9\n。;!?，,]{0,6}[，,][^0-9\n。;!?，,]{0,4}(?:报|发|给|填|输入?|告诉|说|收到)(?:了|的|他|是|过去)?[ :]?"
_CODE_AFTER = re.compile(
    rf"{_CODE_WORD}(?:{_GIVEN}|[^0-9\n。;!?，,打拨]{{0,10}})(?<![0-9.])(?P<number>[0-9](?:[ \x00\-]?[0-9]){{3,7}})(?![0-9.%:])"
)
_CODE_BEFORE = re.compile(
    rf"(?<![0-9.:])(?P<number>[0-9](?:[ \x00\-]?[0-9]){{3,7}})(?:[ \x00是为)]|作为|您|你|我|本次|此次|的|登录|操作|动态|短信){{0,7}}{_CODE_WORD}"
)
_NO_CODE = re.compile(r" ?(?:[位条个次秒分点元块万年月日号天时]|:)")


def find_contracts(text: str) -> list[PersonalData]:
    """Return numbers after 合同号, 借据号, 订单号 and the like: at least six characters, four of them digits."""
    found = []
    for match in _CONTRACT.finditer(text):
        start, end = match.span("number")
        size = sum(character.isalnum() for character in match["number"])
        if len(digits_of(match["number"])) >= 4 and not is_amount(text, end):
            front, back = (2, 4) if size >= 10 else (0, 2)
            found.append(PersonalData(start, end, "contract", front, back))
    return found


def find_codes(text: str) -> list[PersonalData]:
    """Return one-time codes: four to eight digits beside 验证码 or a word like it, no count and no time."""
    found = []
    for pattern in (_CODE_AFTER, _CODE_BEFORE):
        for match in pattern.finditer(text):
            start, end = match.span("number")
            if not _NO_CODE.match(text, end):
                found.append(PersonalData(start, end, "code"))
    return found

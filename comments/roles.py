"""Which roles an expert may be shown in, and what the law asks of them.

律师法 art. 13: who has no licence may not practise as a lawyer, under the name of one; art. 55 fines it. So 律师 is
shown only with a licence number of 17 digits, a law firm, and a verification that has not lapsed.
"""

import re

LAWYER = "律师"
# Roles that name lawyers without claiming to be one.
BESIDE_LAWYERS = frozenset({"律师助理", "实习律师"})
LICENCE = re.compile(r"[0-9]{17}")


def problem_with_role(role: str) -> str:
    """Return in Chinese why a role cannot be used; empty where it can."""
    if LAWYER in role and role != LAWYER and role not in BESIDE_LAWYERS:
        return f"含“律师”的身份只能写“律师”“律师助理”或“实习律师”，不能写“{role}”。"
    return ""


def missing_for_lawyer(licence_number: str, organisation: str) -> list[str]:
    """Return in Chinese what keeps somebody from being verified as 律师."""
    missing = []
    if not LICENCE.fullmatch(licence_number):
        missing.append("17 位执业证号")
    if not organisation.strip():
        missing.append("律师事务所")
    return missing


def shown_role(role: str, *, is_verified: bool) -> str:
    """Return the role as readers see it: a lawyer whom nobody has verified only claims to be one."""
    return f"自称{LAWYER}" if role == LAWYER and not is_verified else role

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from comments.models.words import current_words
from comments.screening import screen

FINDING_KEYS = ("type", "start", "end", "action", "phase")


class NotScreened(ValueError):
    """A line that cannot be judged; the message says why, in Chinese."""


class Command(BaseCommand):
    help = (
        "筛查评论：从标准输入逐行读取 JSON（{“text”: …}，其余的键保留），向标准输出逐行写出同一对象，"
        "加上 findings（type、start、end、action、phase）和 masked。"
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        broken = 0
        for number, line in enumerate(sys.stdin.buffer, 1):
            if not line.strip():
                continue
            try:
                judged = judge(line)
            except NotScreened as problem:
                broken += 1
                self.stderr.write(self.style.ERROR(f"第 {number} 行：{problem}"))
            else:
                self.stdout.write(judged)
        if broken:
            raise CommandError(f"有 {broken} 行没有筛查，原因见上。")


def judge(line: bytes) -> str:
    """Return one line of JSON with what the screening found.

    Raises NotScreened with the reason.
    """
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise NotScreened("不是 UTF-8 编码") from error
    except (json.JSONDecodeError, RecursionError) as error:
        where = f"（第 {error.colno} 个字符）" if isinstance(error, json.JSONDecodeError) else ""
        raise NotScreened(f"不是有效的 JSON{where}") from error
    if not isinstance(record, dict):
        raise NotScreened("不是 JSON 对象")
    if not isinstance(record.get("text"), str):
        raise NotScreened("没有 text，或者 text 不是文字")
    verdict = screen(record["text"], current_words())
    found = [{key: getattr(finding, key) for key in FINDING_KEYS} for finding in verdict.findings]
    return _as_json({**record, "findings": found, "masked": verdict.masked})


def _as_json(record: dict[str, Any]) -> str:
    """Return JSON with Chinese as it is; a lone half of a surrogate pair, which UTF-8 cannot write, is escaped."""
    plain = json.dumps(record, ensure_ascii=False)
    try:
        plain.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(record)
    return plain

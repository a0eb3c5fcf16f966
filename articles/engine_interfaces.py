"""What search engines want to hear of new addresses, and what they answer (see `search_engines`)."""

import http.client
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib import request as http_request
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from articles.models import PushTask

TIMEOUT = 20  # seconds that an engine may stay silent
LONGEST_ANSWER = 1_000_000  # bytes; Baidu lists the addresses that it refused


@dataclass
class Reply:
    """What an engine said to one request. Without `error` it took every address that is not in `refused`."""

    error: str = ""
    is_final: bool = False  # the error will not go away by itself
    is_over_quota: bool = False
    refused: dict[str, str] = field(default_factory=dict)  # address -> why, for good
    remain: int | None = None  # how many addresses may still be sent today
    retry_after: int = 0  # seconds


def _ask_baidu(addresses: list[str]) -> Reply:
    """Send addresses to Baidu's ordinary inclusion (普通收录, API 提交).

    Request and answers as on the page of that name in Baidu's search resource platform (ziyuan.baidu.com, 普通收录,
    after log-in; reproduced at https://www.w3cschool.cn/seoer/seoer-linkpush.html): text/plain, an address per line,
    at most 2,000; 200 with success, remain, not_same_site, not_valid; 4xx with error and message, among them
    401 “token is not valid” and 400 “over quota”. A batch larger than the rest of the quota is refused whole:
    https://github.com/magicblack/maccms10/issues/1134.
    """
    query = urlencode({"site": settings.SITE_URL, "token": settings.BAIDU_PUSH_TOKEN}, safe=":/")
    status, text, _ = _post(f"{settings.BAIDU_PUSH_URL}?{query}", "\n".join(addresses), "text/plain")
    if not status:
        return Reply(error=text)
    answer = _json_object(text)
    if str(answer.get("message")).strip().lower() == "over quota":
        return Reply(is_over_quota=True)
    if status != 200 or "error" in answer:
        return Reply(error=_error(status, answer))
    success, remain = answer.get("success"), answer.get("remain")
    if not isinstance(success, int) or not isinstance(remain, int):
        return Reply(error="看不懂的回答")
    listed = {"不是本站的网址": answer.get("not_same_site"), "不合法的网址": answer.get("not_valid")}
    refused = {str(url): why for why, urls in listed.items() if isinstance(urls, list) for url in urls}
    missing = len(addresses) - len(refused.keys() & set(addresses)) - success
    error = f"有 {missing} 个网址没有收下，也没有说是哪些" if missing > 0 else ""
    return Reply(error=error, refused=refused, remain=max(remain, 0))


def _ask_indexnow(addresses: list[str]) -> Reply:
    """Send addresses by IndexNow: https://www.indexnow.org/documentation, “Submitting set of URLs”, response codes.

    200 and 202 mean received; 400, 403 and 422 that format, key or host are wrong, and stay so until somebody mends
    them; 429 that we ask too often.
    """
    body = {
        "host": urlsplit(settings.SITE_URL).netloc,
        "key": settings.INDEXNOW_KEY,
        "keyLocation": f"{settings.SITE_URL}/{settings.INDEXNOW_KEY}.txt",
        "urlList": addresses,
    }
    status, text, headers = _post(settings.INDEXNOW_URL, json.dumps(body), "application/json; charset=utf-8")
    if not status:
        return Reply(error=text)
    if status in {200, 202}:
        return Reply()
    retry_after = headers.get("Retry-After", "")
    return Reply(
        error=_error(status, _json_object(text)),
        is_final=status in {400, 403, 422},
        retry_after=int(retry_after) if re.fullmatch(r"[0-9]{1,6}", retry_after) else 0,
    )


ASK: dict[PushTask.Engine, Callable[[list[str]], Reply]] = {
    PushTask.Engine.BAIDU: _ask_baidu,
    PushTask.Engine.INDEXNOW: _ask_indexnow,
}


def _post(url: str, body: str, content_type: str) -> tuple[int, str, Mapping[str, str]]:
    """Return status, text and headers of the answer; status 0 and the reason in Chinese if there was none."""
    headers = {"Content-Type": content_type, "User-Agent": f"debtfaq (+{settings.SITE_URL})"}
    try:
        request = http_request.Request(url, body.encode(), headers, method="POST")  # noqa: S310  (_opener: only http and https)
        try:
            answer = _opener().open(request, timeout=TIMEOUT)
        except HTTPError as error:
            answer = error
        with answer:
            return answer.status, answer.read(LONGEST_ANSWER).decode(errors="replace"), answer.headers
    except TimeoutError:
        return 0, f"{TIMEOUT} 秒没有回答", {}
    except (OSError, http.client.HTTPException, ValueError) as problem:
        return 0, _presentable(f"连接不上（{problem}）"), {}


def _opener() -> http_request.OpenerDirector:
    """Return what speaks http and https, by the machine's proxy if it has one, and follows no redirect."""
    opener = http_request.OpenerDirector()
    speaks = (
        http_request.ProxyHandler,
        http_request.HTTPHandler,
        http_request.HTTPSHandler,
        http_request.UnknownHandler,
    )
    for handler in (*speaks, http_request.HTTPErrorProcessor, http_request.HTTPDefaultErrorHandler):
        opener.add_handler(handler())
    return opener


def _error(status: int, answer: dict[str, Any]) -> str:
    return _presentable(f"HTTP {status} {answer.get('message', '')}".strip())


def _presentable(text: str) -> str:
    """Errors are kept, shown in the admin and mailed by cron: nothing unprintable, and not Baidu's token."""
    printable = "".join(character for character in text if character.isprintable())
    return printable.replace(settings.BAIDU_PUSH_TOKEN, "…") if settings.BAIDU_PUSH_TOKEN else printable


def _json_object(text: str) -> dict[str, Any]:
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}

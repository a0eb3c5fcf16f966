"""A browser for the rehearsal: keeps a connection, cookies, and fills in forms; comes from any address of loopback."""

import gzip
import http.client
import random
from email.message import Message
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from typing import NamedTuple
from urllib.parse import urlencode

PATIENCE = 10  # seconds


class Answer(NamedTuple):
    status: int
    headers: Message
    text: str


class Browser:
    def __init__(self, port: int, *, address: str = "127.0.0.1", keeps_cookies: bool = False) -> None:
        self._port, self._address = port, address
        self._cookies: SimpleCookie | None = SimpleCookie() if keeps_cookies else None
        self._connection: http.client.HTTPConnection | None = None

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None)

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        return self._ask("POST", path, urlencode(fields))

    def close(self) -> None:
        if self._connection:
            self._connection.close()
        self._connection = None

    def _ask(self, method: str, path: str, body: str | None) -> Answer:
        headers = {"User-Agent": "Mozilla/5.0 (rehearsal)", "Accept-Encoding": random.choice(["gzip", "identity"])}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
            headers |= {"Referer": f"http://127.0.0.1:{self._port}{path}"}
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{name}={one.value}" for name, one in self._cookies.items())
        is_kept = self._connection is not None
        try:
            return self._ask_once(method, path, body, headers)
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            if not is_kept or method == "POST":
                raise
        # As browsers do: a connection that was kept may have been closed meanwhile.
        return self._ask_once(method, path, body, headers)

    def _ask_once(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        if self._connection is None:
            self._connection = http.client.HTTPConnection(
                "127.0.0.1", self._port, timeout=PATIENCE, source_address=(self._address, 0)
            )
        try:
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        if response.headers.get("Content-Encoding") == "gzip":
            content = gzip.decompress(content)
        if self._cookies is not None:
            for cookie in response.headers.get_all("Set-Cookie", []):
                self._cookies.load(cookie)
        if response.will_close:
            self.close()
        return Answer(response.status, response.headers, content.decode(errors="replace"))


def fields_of(html: str, form_id: str | None = None) -> dict[str, str]:
    """Return what a browser would send for a form of a page: the one with that id, or all there are."""
    parser = _Form(form_id)
    parser.feed(html)
    return parser.fields


class _Form(HTMLParser):
    def __init__(self, form_id: str | None) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._form_id, self._is_inside = form_id, form_id is None
        self._text: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value")
        if tag == "form" and self._form_id:
            self._is_inside = given.get("id") == self._form_id
        if not self._is_inside or "disabled" in given:
            return
        if tag == "input" and name and given.get("type") not in {"submit", "button", "file", "image"}:
            if given.get("type") not in {"checkbox", "radio"} or "checked" in given:
                self.fields[name] = value if value is not None else "on" if given.get("type") == "checkbox" else ""
        elif tag == "textarea" and name:
            self._text, self.fields[name] = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in given or self._select not in self.fields):
            self.fields[self._select] = value or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            if self._text:
                typed = self.fields[self._text].removeprefix("\n")
                self.fields[self._text] = typed.replace("\n", "\r\n")  # as browsers send the ends of lines
            self._text = None
        elif tag == "select":
            self._select = None
        elif tag == "form" and self._form_id:
            self._is_inside = False

    def handle_data(self, data: str) -> None:
        if self._text:
            self.fields[self._text] += data

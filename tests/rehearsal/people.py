"""Readers, who look closely; editors and commenters, who remember what they were told was saved."""

import http.client
import itertools
import random
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.rehearsal.browser import Browser, fields_of
from tests.rehearsal.truth import Truth, marker

LISTS = ["/", "/articles/"]
BROKEN = (OSError, http.client.HTTPException)
READS_A_FORM = 3.3  # seconds; nobody writes faster (comments.forms)
GUIDES = "/admin/articles/article/"
# Words that nothing in them gives away; a comment is some of them in any order.
WORDS = "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏闰余成岁律吕调阳云腾致雨露结为霜金生丽水玉出昆冈"


@dataclass
class Deed:
    who: str  # reader, editor or commenter
    at: float
    seconds: float
    problem: str = ""  # why it failed
    wrong: str = ""  # what is wrong with the page

    @property
    def over_at(self) -> float:
        return self.at + self.seconds


@dataclass
class Crowd:
    port: int
    truth: Truth
    guides: dict[int, tuple[int, str]]  # number: primary key, address
    password: str
    deeds: list[Deed] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    def come(self, readers: int) -> None:
        for number in range(readers):
            self._send(self._read, Browser(self.port, address=f"127.0.1.{number + 1}"))
        for number in range(2):
            self._send(self._edit, number)
            self._send(self._comment, number)

    def go(self) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join()

    def _send(self, task: Callable[..., None], argument: object) -> None:
        thread = threading.Thread(target=task, args=(argument,))
        thread.start()
        self.threads.append(thread)

    def _try(self, who: str, deed: Callable[[], str]) -> None:
        """Do something and write down how it went."""
        at = time.monotonic()
        try:
            wrong, problem = deed(), ""
        except BROKEN as error:
            wrong, problem = "", f"{type(error).__name__}: {error}"[:120]
        except Refused as error:
            wrong, problem = "", str(error)
        self.deeds.append(Deed(who, at, time.monotonic() - at, problem, wrong))
        if problem:
            time.sleep(0.05)

    # --- Readers ---

    def _read(self, browser: Browser) -> None:
        while not self.over.is_set():
            guide = random.choice(list(self.guides)) if random.random() < 0.9 else None
            self._try("reader", lambda guide=guide: self._look_at(browser, guide))
            time.sleep(0.01)
        browser.close()

    def _look_at(self, browser: Browser, guide: int | None) -> str:
        path = random.choice(LISTS) if guide is None else self.guides[guide][1]
        asked_at = time.monotonic()
        answer = browser.get(path)
        if answer.status != 200:
            raise Refused(f"{answer.status}")
        # Shown by nginx because the application failed, or by the application because there is no database.
        may_be_old = answer.headers.get("X-Cache") == "STALE" or "Warning" in answer.headers
        return self.truth.wrong(answer.text, guide, asked_at, may_be_old=may_be_old)

    # --- Editors ---

    def _edit(self, number: int) -> None:
        browser = Browser(self.port, address=f"127.0.2.{number + 1}", keeps_cookies=True)
        mine = [guide for guide in self.guides if guide % 2 == number]
        new = itertools.count(len(self.guides) + number, 2)
        is_in = False
        for turn in itertools.count():
            if self.over.is_set():
                break
            if not is_in:
                is_in = self._log_in(browser, f"editor-{number}")
                continue
            if turn % 5:
                guide = random.choice(mine)
                self._try("editor", lambda guide=guide: self._correct(browser, guide))
            else:
                guide = next(new)
                self._try("editor", lambda guide=guide: self._publish(browser, guide))
            time.sleep(0.1)
        browser.close()

    def _log_in(self, browser: Browser, name: str) -> bool:
        try:
            fields = fields_of(browser.get("/admin/login/").text)
            fields |= {"username": name, "password": self.password, "next": "/admin/"}
            return browser.post("/admin/login/", fields).status == 302
        except BROKEN:
            time.sleep(0.2)
            return False

    def _correct(self, browser: Browser, guide: int) -> str:
        path = f"{GUIDES}{self.guides[guide][0]}/change/"
        page = browser.get(path)
        if page.status != 200:
            raise Refused(f"{page.status} GET")
        fields = fields_of(page.text, "article_form")
        if (wrong := self._forgot(fields["body"], guide)) or not fields:
            return wrong
        revision = self.truth.save(guide)
        for name in ("body", "summary"):
            fields[name] = re.sub(rf"标记-{guide}-\d+-完", marker(guide, revision), fields[name])
        self._save(browser, path, fields | {"_save": "保存"})
        self.truth.acknowledge(guide, revision)
        return ""

    def _forgot(self, body: str, guide: int) -> str:
        """Return what of an editor's own work is missing from the form."""
        known = self.truth.acknowledged.get(guide)
        newest = max((revision for _, revision in known), default=0) if known else 0
        found = re.search(rf"标记-{guide}-(\d+)-完", body)
        return "" if found and int(found[1]) >= newest else f"编辑看不到自己的改动（{guide}-{newest}）"

    def _publish(self, browser: Browser, guide: int) -> str:
        path = f"{GUIDES}add/"
        page = browser.get(path)
        if page.status != 200:
            raise Refused(f"{page.status} GET")
        revision = self.truth.save(guide)
        mark = marker(guide, revision)
        fields = fields_of(page.text, "article_form")
        fields |= {"title": f"第{guide}号指南：新写的一篇", "summary": f"先停用卡片。{mark}", "_publish": "保存并发布"}
        fields |= {"body": f"先列一张表。\n\n{mark}\n\n## 第一步\n\n打客服电话。\n", "byline": "编辑部"}
        category = re.search(r'<option value="(\d+)"', page.text.partition('name="category"')[2])
        fields["category"] = category[1] if category else "1"
        self._save(browser, path, fields)
        self.truth.acknowledge(guide, revision)
        return ""

    def _save(self, browser: Browser, path: str, fields: dict[str, str]) -> None:
        answer = browser.post(path, fields)
        if answer.status == 302 and answer.headers.get("Location", "").startswith(GUIDES):
            return
        errors = re.findall(r'errorlist[^>]*>\s*<li>([^<]*)|class="errornote">\s*([^<]*)', answer.text)
        raise Refused(f"{answer.status} POST {answer.headers.get('Location', '')} {errors[:3]}")

    # --- Commenters ---

    def _comment(self, number: int) -> None:
        waiting: list[tuple[float, int, dict[str, str], Browser]] = []
        for turn in itertools.count():
            if self.over.is_set():
                break
            # From another network each time, so that nobody writes too much.
            browser = Browser(self.port, address=f"127.{20 + number + 2 * (turn // 250)}.{turn % 250}.1")
            guide = self.guides[random.choice(list(self.guides))][0]
            try:
                page = browser.get(f"/comments/{guide}/")
                if page.status == 200:
                    waiting.append((time.monotonic(), guide, fields_of(page.text), browser))
            except BROKEN:
                pass
            browser.close()
            while waiting and time.monotonic() - waiting[0][0] > READS_A_FORM:
                _, guide, fields, sender = waiting.pop(0)
                self._try("commenter", lambda g=guide, f=fields, b=sender: self._send_comment(b, g, f))
                sender.close()
            time.sleep(0.2)

    def _send_comment(self, browser: Browser, guide: int, fields: dict[str, str]) -> str:
        words = "".join(random.choices(WORDS, k=30))
        answer = browser.post(f"/comments/{guide}/", fields | {"body": words, "nickname": "", "website": ""})
        if answer.status != 302 or "my-comments" not in answer.headers.get("Set-Cookie", ""):
            errors = re.findall(r"errorlist[^>]*>\s*<li>([^<]*)", answer.text)
            raise Refused(f"{answer.status} {errors[:2]}")
        self.truth.comments.append(words)
        return ""


class Refused(Exception):
    pass

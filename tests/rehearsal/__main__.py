"""A fleet on one machine, loaded and then broken part by part: python -m tests.rehearsal

Starts a PostgreSQL primary, a streaming replica, Redis, two hosts of the application and nginx with deploy/nginx.conf
on loopback addresses. Readers check each page they get; editors correct and publish guides through their forms,
readers send comments. Then each part is killed in turn and started again, as a supervisor would. The report says what
they noticed. The bar: no wrong page, no lost write, at most 1 % of reads failed, none later than 5 s after a kill.
"""

import argparse
import contextlib
import json
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg2

from tests.rehearsal import nginx, services
from tests.rehearsal.people import Crowd
from tests.rehearsal.report import Event, tell
from tests.rehearsal.services import Service, manage, running
from tests.rehearsal.truth import Truth
from tests.run import free_port

WARM_UP, REST = 6.0, 7.0  # seconds before the first event, and after a part is back
BEHIND = 10.0  # seconds for which the replica takes in nothing; longer than a page may be old
# The parts in the order in which they go, and for how many seconds they are away.
KILLED = {
    "postgresql-replica": 5.0,
    "redis": 5.0,
    "app-1": 5.0,
    "app-2": 5.0,
    "postgresql": 3.0,
    "nginx": 0.2,  # a supervisor such as systemd starts it again at once
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--guides", type=int, default=100)
    parser.add_argument("--readers", type=int, default=8)
    parser.add_argument("--logs", type=Path, help="keep what the parts wrote in this folder")
    parser.add_argument("--without-replica", action="store_true", help="let the hosts know of the primary only")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory(prefix="debtfaq-rehearsal-") as name:
        folder = Path(name)
        folder.chmod(0o777)  # PostgreSQL and nginx write here as users of their own
        try:
            return rehearse(folder, arguments)
        finally:
            if arguments.logs:
                arguments.logs.mkdir(parents=True, exist_ok=True)
                for log in [*folder.glob("*.log"), *folder.glob("nginx/*.log")]:
                    (arguments.logs / log.name).write_bytes(log.read_bytes())


def rehearse(folder: Path, arguments: argparse.Namespace) -> int:
    with contextlib.ExitStack() as stack:
        say("启动 PostgreSQL、只读副本和 Redis")
        primary, redis = services.primary(folder), services.redis(folder)
        stack.enter_context(running(primary, redis))
        replica = services.replica(folder, primary)
        stack.enter_context(running(replica))
        port, password = free_port(), secrets.token_urlsafe(12)
        environment = settings_of_a_host(folder, port, primary, replica, redis)
        if arguments.without_replica:
            environment["DATABASE_REPLICA_URL"] = ""

        say("建库，写入指南")
        manage(environment, "manage.py", "migrate", "--verbosity=0")
        manage(environment, "manage.py", "collectstatic", "--noinput", "--verbosity=0")
        seeding = {**environment, "REHEARSAL_PASSWORD": password, "DATABASE_REPLICA_URL": ""}
        manage(seeding, "-m", "tests.rehearsal.seed", str(arguments.guides), str(folder / "guides.json"))

        say("启动两台应用和 nginx")
        hosts = [services.application(name, folder, environment) for name in ("app-1", "app-2")]
        command = nginx.render(
            folder / "nginx", port=port, app_ports=[host.port for host in hosts], var_dir=folder / "var"
        )
        proxy = Service("nginx", command, port, folder / "nginx.log")
        stack.enter_context(running(*hosts, proxy))

        addresses = {int(n): tuple(place) for n, place in json.loads((folder / "guides.json").read_text()).items()}
        crowd = Crowd(port, Truth(), addresses, password)
        for guide in addresses:
            crowd.truth.acknowledge(guide, crowd.truth.save(guide))
        try:
            crowd.come(arguments.readers)
            events = break_everything([primary, replica, redis, *hosts, proxy])
        finally:
            crowd.go()
        lost = lost_writes(primary, crowd.truth)
        [(asked,)] = query(replica, "SELECT sum(xact_commit) FROM pg_stat_database WHERE datname = 'postgres'")
        say(f"副本在最后一次启动后答了 {asked} 次")
        return 0 if tell(events, crowd.deeds, lost, crowd.truth.oldest) else 1


def settings_of_a_host(folder: Path, port: int, primary: Service, replica: Service, redis: Service) -> dict[str, str]:
    return {
        "ENV_FILE": "none",
        "SECRET_KEY": secrets.token_urlsafe(30),
        "VAR_DIR": str(folder / "var"),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "DATABASE_URL": f"postgres://debtfaq@127.0.0.1:{primary.port}/postgres",
        "DATABASE_REPLICA_URL": f"postgres://debtfaq@127.0.0.1:{replica.port}/postgres",
        "CACHE_URL": f"redis://127.0.0.1:{redis.port}/0",
        "TRUSTED_PROXIES": "1",
        "LOG_LEVEL": "WARNING",
    }


def break_everything(parts: list[Service]) -> list[Event]:
    by_name = {part.name: part for part in parts}
    events = [Event("平时", time.monotonic())]
    time.sleep(WARM_UP)
    for name, away in KILLED.items():
        say(f"杀掉 {name}，{away:g} 秒后再启动")
        events.append(Event(f"{name} killed", time.monotonic()))
        by_name[name].kill()
        time.sleep(away)
        by_name[name].start()
        time.sleep(REST)
    say("副本停止跟上，10 秒后继续")
    events.append(Event("replica behind", time.monotonic()))
    query(by_name["postgresql-replica"], "SELECT pg_wal_replay_pause()")
    time.sleep(BEHIND)
    query(by_name["postgresql-replica"], "SELECT pg_wal_replay_resume()")
    time.sleep(REST)
    say("逐台换新应用")
    events.append(Event("apps renewed in turn", time.monotonic()))
    for name in ("app-1", "app-2"):
        by_name[name].stop()
        by_name[name].start()
        time.sleep(REST)
    say("nginx 重新载入配置")
    events.append(Event("nginx reloaded", time.monotonic()))
    by_name["nginx"].tell(signal.SIGHUP)
    time.sleep(REST)
    return events


def lost_writes(primary: Service, truth: Truth) -> list[str]:
    """Return what was acknowledged and is not in the database."""
    bodies = "\n".join(body for (body,) in query(primary, "SELECT body FROM articles_article"))
    comments = {body for (body,) in query(primary, "SELECT body FROM comments_comment")}
    lost = [f"评论不在了：{body}" for body in truth.comments if body not in comments]
    for guide, saved in truth.acknowledged.items():
        newest = max(revision for _, revision in saved)
        # A later save may have got through though nobody heard of it.
        if not any(f"标记-{guide}-{revision}-完" in bodies for revision in range(newest, truth.sent[guide] + 1)):
            lost.append(f"指南的改动不在了：{guide}-{newest}")
    return lost


def query(server: Service, statement: str) -> list[tuple[Any, ...]]:
    address = {"host": "127.0.0.1", "port": server.port, "user": "debtfaq", "dbname": "postgres"}
    with contextlib.closing(psycopg2.connect(**address)) as database, database, database.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def say(words: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {words}", flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as problem:
        sys.exit(f"没有成功：{problem}")

"""Public pages as many readers at once get them: from the server alone and through nginx, beside their peers.

Everything runs at the same time and is asked in turn, so that whatever else the machine does falls on all alike.
"""

import contextlib
import shutil
import statistics
import urllib.request
from collections.abc import Iterator

from tests.benchmarks import cold
from tests.benchmarks.figures import BARE_DJANGO, PER_SECOND, STATIC_FILE, Figure
from tests.benchmarks.inside import run_inside
from tests.benchmarks.serving import Load, Server, pss_megabytes, served, wrk
from tests.benchmarks.sites import Site
from tests.rehearsal import nginx
from tests.rehearsal.services import Service, running
from tests.run import free_port

HELLO = "hello, world (WSGI)"
WARM = ("guide", "home", "list", f"search {cold.WORD}")
LEAST_A_SECOND, OF_HELLO, OF_STATIC_FILE, MOST_P99 = 20_000, 0.5, 0.7, 10.0
MOST_MEGABYTES = 250
AS_BROWSERS = ("Accept-Encoding: gzip, deflate, br",)  # wrk asks for identity otherwise, which no browser does

# Any guide of a list, now and then another page.
READING = """
local addresses, others = {}, {"/", "/articles/", "/search/?q=%E9%80%BE%E6%9C%9F", "/archive/", "/feeds/atom.xml"}
function init(arguments) for address in io.lines(arguments[1]) do table.insert(addresses, address) end end
function request()
  local from = math.random() < 0.98 and addresses or others
  return wrk.format("GET", from[math.random(#from)])
end
"""


def figures(site: Site, rounds: int, seconds: int, reading_seconds: int) -> Iterator[Figure]:
    addresses = run_inside(site.environment, cold.addresses, guides=1_000_000)
    places = {name: addresses[name][0] for name in WARM}
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(served(site.environment, site.folder))
        size = len(_get(server.url + places["guide"]))
        peers = {**site.environment, "PEER_BYTES": str(size)}
        hello, bare = (
            stack.enter_context(served(peers, site.folder, application=f"tests.benchmarks.peers:{name}")).url
            for name in ("hello", "django")
        )
        urls = {HELLO: hello, BARE_DJANGO: bare}
        if proxy := stack.enter_context(behind_nginx(site, [server], size)):
            urls[STATIC_FILE] = f"{proxy}/static-file"
        urls |= {f"{name}, warm": server.url + place for name, place in places.items()}
        if proxy:
            urls["guide, through nginx"] = proxy + places["guide"]
        yield from judged(measure(urls, rounds, seconds), size)
        yield memory(site, server, addresses["guide"], reading_seconds)


def measure(urls: dict[str, str], rounds: int, seconds: int) -> dict[str, list[Load]]:
    loads: dict[str, list[Load]] = {name: [] for name in urls}
    for url in urls.values():
        _get(url)
    for _ in range(rounds):
        for name, url in urls.items():
            loads[name].append(wrk(url, seconds=seconds, headers=AS_BROWSERS))
    return loads


def judged(loads: dict[str, list[Load]], size: int) -> Iterator[Figure]:
    rate = {name: statistics.median(load.per_second for load in found) for name, found in loads.items()}
    least = {"guide, warm": max(LEAST_A_SECOND, OF_HELLO * rate[HELLO])}
    if STATIC_FILE in rate:
        least["guide, through nginx"] = OF_STATIC_FILE * rate[STATIC_FILE]
    for name, found in loads.items():
        p99 = statistics.median(load.p99 for load in found)
        failed = sum(load.refused + load.broken for load in found)
        notes = [f"p99 {p99:.1f} ms"]
        notes += ["no page cache"] if name.startswith("search") else []
        notes += [f"{size:,} bytes"] if name in {BARE_DJANGO, STATIC_FILE} else []
        yield Figure(name, rate[name], PER_SECOND, least=least.get(name), note=", ".join(notes))
        if name == "guide, warm":
            yield Figure(f"{name}: p99", p99, "ms", most=MOST_P99)
        if failed:
            yield Figure(f"{name}: failed", failed, "requests", most=0)


@contextlib.contextmanager
def behind_nginx(site: Site, servers: list[Server], size: int = 12_000) -> Iterator[str]:
    """Yield the URL of the shipped nginx in front of the servers, with a file beside; empty where there is none."""
    if not shutil.which("nginx"):
        yield ""
        return
    folder, port = site.folder / "nginx", free_port()
    command = nginx.render(
        folder, port=port, app_ports=[server.port for server in servers], var_dir=site.folder / "var"
    )
    (folder / "static-file").write_bytes(b"x" * size)
    (folder / "snippets" / "file.conf").write_text(f"location = /static-file {{ root {folder}; }}\n")
    with running(Service("nginx", command, port, folder / "nginx.log")):
        yield f"http://127.0.0.1:{port}"


def memory(site: Site, server: Server, guides: list[str], seconds: int) -> Figure:
    """Measure the whole server once every guide has been asked for."""
    list_of_guides = site.folder / "guides.txt"
    list_of_guides.write_text("\n".join(guides))
    load = wrk(server.url, seconds=seconds, script=READING, arguments=[str(list_of_guides)], headers=AS_BROWSERS)
    megabytes = pss_megabytes(server.pids)
    note = f"two workers, after {load.requests:,} requests for {len(guides):,} guides"
    return Figure("memory of the server", megabytes, "MB PSS", most=MOST_MEGABYTES, note=note)


def _get(url: str) -> bytes:
    name, value = AS_BROWSERS[0].split(": ")
    with urllib.request.urlopen(urllib.request.Request(url, headers={name: value})) as answer:  # noqa: S310
        content: bytes = answer.read()
        return content

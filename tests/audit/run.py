"""Audit the site as readers and machines get it, and fail on any unmet bar.

    python -m tests.audit.run [lighthouse] [vnu] [links] [feeds] [sitemaps] [json-ld]

All audits by default. Needs `npm ci`, Java 17 and Chromium.
"""

import argparse
import sys
from collections.abc import Callable

from tests.audit import feeds, json_ld, lighthouse, sitemaps, vnu
from tests.audit.crawl import Crawl, crawl
from tests.audit.report import Report
from tests.audit.site import running_site


def links(found: Crawl) -> Report:
    """Every same-site link and every address in the sitemap leads to a page."""
    report = Report([f"{len(found.answers)} addresses, {len(found.pages)} of them pages"], failures=found.broken())
    if not found.is_complete:
        report.warnings.append("there are more pages than the crawl visits")
    return report


AUDITS: dict[str, Callable[[Crawl], Report]] = {
    "links": links,
    "vnu": vnu.audit,
    "feeds": feeds.audit,
    "sitemaps": sitemaps.audit,
    "json-ld": json_ld.audit,
    "lighthouse": lighthouse.audit,
}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.audit.run", description=__doc__.splitlines()[0])
    parser.add_argument("audit", nargs="*", help=f"any of {', '.join(AUDITS)}; all by default")
    names = parser.parse_args(arguments).audit or list(AUDITS)
    if unknown := set(names) - set(AUDITS):
        parser.error(f"no such audit: {', '.join(sorted(unknown))}")
    unmet = []
    with running_site() as base:
        found = crawl(base)
        for name in names:
            report = AUDITS[name](found)
            report.show(name)
            if report.failures:
                unmet.append(name)
    print(f"\nunmet: {', '.join(unmet)}" if unmet else "\nall bars are met")
    return 1 if unmet else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Guides whose text says which they are and in which revision, and two editors: `python -m tests.rehearsal.seed`.

Prints nothing; the addresses of the guides go to the file that is named.
"""

import json
import os
import sys
from pathlib import Path

import django


def main(guides: int, password: str, path: Path) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "debtfaq.settings")
    django.setup()
    from django.contrib.auth.models import User  # noqa: PLC0415  (needs Django to be set up)

    from tests.factories import ArticleFactory, CategoryFactory  # noqa: PLC0415
    from tests.rehearsal.truth import marker  # noqa: PLC0415

    for name in ("editor-0", "editor-1"):
        User.objects.create_superuser(name, password=password)
    categories = [CategoryFactory() for _ in range(4)]
    addresses = {}
    for n in range(guides):
        text = {"title": f"第{n}号指南：逾期以后怎么办", "summary": f"先停用卡片。{marker(n, 0)}"}
        body = f"先把欠款列成一张表。\n\n{marker(n, 0)}\n\n## 第一步\n\n打客服电话。\n\n## 第二步\n\n留下书面记录。\n"
        guide = ArticleFactory(published=True, category=categories[n % 4], body=body, **text)
        addresses[n] = (guide.pk, guide.get_absolute_url())
    path.write_text(json.dumps(addresses), encoding="utf-8")


if __name__ == "__main__":
    main(int(sys.argv[1]), os.environ["REHEARSAL_PASSWORD"], Path(sys.argv[2]))

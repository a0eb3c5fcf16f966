from typing import Any

from django.core.management.base import BaseCommand

from articles import linking
from articles.models import Link


class Command(BaseCommand):
    help = "重新读出每篇指南的站内链接，并判断是否失效。平时会自动跟上，升级后或怀疑有误时运行。"

    def handle(self, *args: Any, **options: Any) -> None:
        done = changed = 0
        for done, changed in linking.refresh_all():  # noqa: B007  (told below)
            self.stdout.write(f"\r{done} 篇", ending="")
            self.stdout.flush()
        broken = Link.objects.filter(is_broken=True).count()
        self.stdout.write(f"\r{done} 篇指南，改动 {changed} 条链接；现在有 {broken} 条失效。")

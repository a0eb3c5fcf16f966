"""That links to experts lead somewhere. Importing this module connects it."""

from collections.abc import Collection
from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from articles import linking
from articles.models import Link
from comments.models import Expert


def experts_with(numbers: Collection[int]) -> set[int]:
    return set(Expert.objects.filter(pk__in=numbers).order_by().values_list("pk", flat=True))


linking.by_number["comments:expert"] = experts_with


@receiver([post_save, post_delete], sender=Expert)
def follow_expert(instance: Expert, **kwargs: Any) -> None:
    linking.judge_again(Link.objects.filter(path=instance.get_absolute_url()))

"""What checks must know of the rest of the site, in a few queries however many links a body has."""

from django.db.models import Q

from articles.checks.drafts import Draft, Known
from articles.linking import judge, own_path
from articles.models import Article


def look_up(draft: Draft) -> Known:
    addresses = {target.address for target in [*draft.links, *draft.pictures] if "/" in target.address}
    paths = {address: path for address in addresses if (path := own_path(address))}
    verdicts = judge(set(paths.values()))
    found = {address: verdicts[path] for address, path in paths.items() if verdicts[path].target_id != draft.pk}
    targets = [verdict.target_id for verdict in found.values() if verdict.target_id]
    guides = Article.objects.not_in_trash().filter(Q(pk__in=targets) | Q(title=draft.title))
    rows = list(guides.only("title", "status", "published_at"))
    scheduled = {guide.pk for guide in rows if guide.is_scheduled}
    return Known(
        missing=frozenset(address for address, verdict in found.items() if verdict.is_broken),
        scheduled=frozenset(address for address, verdict in found.items() if verdict.target_id in scheduled),
        same_title=any(guide.title == draft.title and guide.pk != draft.pk for guide in rows),
    )

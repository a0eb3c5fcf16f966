"""Mail that tells moderators and experts what waits for them.

It says how much waits and where, never what anybody wrote: mail lies unencrypted on other people's machines, and what
a debtor in distress wrote is nobody's business there.
"""

from collections import Counter
from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from articles.addresses import absolute
from comments import moderation
from comments.models import Comment, Expert

MODERATE = {"content_type__app_label": "comments", "codename": "moderate_comment"}
TOLD = 200  # the most new questions of which one mail speaks


def to_moderators() -> Iterator[EmailMessage]:
    """Yield a mail to each moderator with an address; none while nothing waits."""
    stand = moderation.standing()
    if not stand.waiting:
        return
    lines = [
        f"有 {stand.in_words['waiting']} 条评论等待审核，最久的等了 {stand.in_words['longest']}。",
        *([f"其中 {stand.urgent} 条紧急，请先看。"] if stand.urgent else []),
        "",
        absolute(reverse("admin:comments_comment_queue")),
    ]
    for user in _moderators():
        yield _mail(user, f"{stand.in_words['waiting']} 条评论等待审核", lines)


def _moderators() -> Iterator[User]:
    permission = {f"permissions__{name}": value for name, value in MODERATE.items()}
    by_group = {f"groups__{name}": value for name, value in permission.items()}
    by_self = {f"user_{name}": value for name, value in permission.items()}
    may = Q(**by_group) | Q(**by_self)
    yield from User.objects.filter(may, is_active=True, is_staff=True).exclude(email="").distinct().order_by("pk")


def to_experts() -> Iterator[tuple[Expert, EmailMessage]]:
    """Yield a mail to each expert in whose categories there are questions that no earlier mail told of."""
    experts = Expert.objects.filter(user__is_active=True).exclude(user__email="").select_related("user")
    for expert in experts.order_by("pk"):
        questions = Comment.objects.unanswered().filter(article__category__in=expert.categories.all())
        if expert.told_until:
            questions = questions.filter(events__at__gt=expert.told_until, events__to_status="approved").distinct()
        found = questions.order_by().values_list("pk", "article__category__name")[:TOLD]
        counts = Counter(category for _, category in found)
        if counts and expert.user:
            lines = [
                f"{expert.name}，你好。你擅长的分类里有新的问题在等专家回答：",
                "",
                *(f"{category}：{count} 个" for category, count in counts.most_common()),
                "",
                absolute(reverse("admin:comments_comment_questions")),
            ]
            yield expert, _mail(expert.user, f"{sum(counts.values())} 个新问题等你回答", lines)


def send() -> int:
    """Send what there is to tell and return how many mails that were. What failed is told again the next time."""
    sent = sum(mail.send() for mail in to_moderators())
    now = timezone.now()
    for expert, mail in to_experts():
        sent += mail.send()
        Expert.objects.filter(pk=expert.pk).update(told_until=now)
    return sent


def _mail(user: User, subject: str, lines: list[str]) -> EmailMessage:
    return EmailMessage(f"【{settings.SITE_NAME}】{subject}", "\n".join(lines) + "\n", to=[user.email])

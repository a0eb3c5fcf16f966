"""What is said under a guide."""

from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from articles.models import Article
from comments.models.decision import MARKS, CommentStatus, ModerationEvent, Report
from comments.models.expert import Expert
from comments.querysets import CommentQuerySet
from comments.roles import LAWYER

# Kinds of personal data that screening masks, as readers call them.
MASKED = {
    "id_card": "身份证号",
    "bank_card": "银行卡号",
    "phone": "电话号码",
    "name": "姓名",
    "address": "住址",
    "contract": "合同号",
    "code": "验证码",
}
# What changes together with the status.
FOLLOWING = ("waits_since", "is_featured", "is_closed")


class Comment(models.Model):
    """An expert's reply or a reader's comment.

    What becomes of it is decided only by `approve`, `reject`, `withdraw`, `reopen` and `mark`, which keep a record.
    """

    Status = CommentStatus

    article = models.ForeignKey(Article, models.CASCADE, verbose_name="指南", related_name="comments")
    parent = models.ForeignKey(
        "self", models.CASCADE, verbose_name="回复", null=True, blank=True, related_name="replies"
    )
    expert = models.ForeignKey(
        Expert,
        models.PROTECT,
        verbose_name="专家",
        null=True,
        blank=True,
        db_index=False,  # see `comment_of_expert`; by an index of all, SQLite would gather every comment of a reader
        related_name="comments",
        help_text="读者的评论留空。",
    )
    nickname = models.CharField("昵称", max_length=20, blank=True, help_text="读者自己取的名字，可以不填。")
    body = models.TextField("内容", max_length=2000)
    posted_at = models.DateTimeField("发表时间", default=timezone.now)
    status = models.CharField(
        "状态", max_length=10, choices=CommentStatus, default=CommentStatus.PENDING, editable=False
    )
    # Since when a moderator is asked for a decision, because the comment is new or because readers reported it;
    # empty where nobody is asked.
    waits_since = models.DateTimeField("等待审核自", null=True, editable=False)
    is_featured = models.BooleanField("精彩评论", default=False, editable=False)
    is_closed = models.BooleanField("不再接受回复", default=False, editable=False)
    useful = models.PositiveIntegerField("有用", default=0, editable=False)
    edited_at = models.DateTimeField("修改时间", null=True, editable=False)
    code = models.CharField(
        "评论码", max_length=10, unique=True, null=True, editable=False, help_text="只有写的人知道，凭它撤回或查询。"
    )
    address_hash = models.CharField("来源", max_length=32, blank=True, editable=False)
    # The same words from the same network in the same place are one comment; empty where nobody sent it by the form.
    fingerprint = models.CharField(max_length=64, blank=True, editable=False)
    findings = models.JSONField("筛查结果", default=list, blank=True, editable=False)
    is_urgent = models.BooleanField("紧急", default=False, editable=False)
    # What was known of the expert when the reply was given; what becomes of the expert later changes none of it.
    expert_name = models.CharField("当时的姓名", max_length=30, blank=True, editable=False)
    expert_role = models.CharField("当时的身份", max_length=20, blank=True, editable=False)
    expert_region = models.CharField("当时的地区", max_length=30, blank=True, editable=False)
    was_verified = models.BooleanField("当时已核验", default=False, editable=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "评论"
        ordering = ["-posted_at", "-pk"]
        permissions = [
            ("moderate_comment", "Can approve and reject 评论"),
            ("answer_question", "Can answer questions as an expert"),
        ]
        indexes = [
            models.Index(fields=["article", "status", "posted_at"], name="comment_of_article"),
            # For the moderators' queue: how earlier comments from the same network were decided.
            models.Index(fields=["address_hash"], condition=~Q(address_hash=""), name="comment_of_network"),
            # For the moderators' queue: what cannot wait, then what has waited longest.
            models.Index(
                fields=["-is_urgent", "waits_since"], condition=Q(waits_since__isnull=False), name="comment_in_queue"
            ),
            # For the moderators' list: the newest, of all, in one status and with a mark; by how a nickname begins.
            models.Index(fields=["-posted_at", "-id"], name="comment_newest"),
            models.Index(fields=["status", "-posted_at", "-id"], name="comment_newest_in_status"),
            models.Index(fields=["-posted_at", "-id"], condition=Q(is_urgent=True), name="comment_newest_urgent"),
            models.Index(fields=["-posted_at", "-id"], condition=Q(is_closed=True), name="comment_newest_closed"),
            models.Index(fields=["nickname"], name="comment_nickname", opclasses=["varchar_pattern_ops"]),
            # For the experts' queue: questions, the oldest first.
            models.Index(
                fields=["posted_at"],
                condition=Q(status="approved", parent__isnull=True, expert__isnull=True),
                name="comment_question",
            ),
            # For an expert's page.
            models.Index(
                fields=["expert", "-posted_at", "-id"], condition=Q(expert__isnull=False), name="comment_of_expert"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint"], condition=~Q(fingerprint=""), name="comment_same_words_once"
            ),
            models.CheckConstraint(
                name="comment_status_known", condition=Q(status__in=["pending", "approved", "rejected", "withdrawn"])
            ),
            models.CheckConstraint(
                name="comment_pending_waits", condition=~Q(status="pending") | Q(waits_since__isnull=False)
            ),
            models.CheckConstraint(
                name="comment_expert_has_no_nickname",
                condition=Q(expert__isnull=True) | Q(nickname=""),
                violation_error_message="专家以自己的名字回答，不填昵称。",
            ),
            models.CheckConstraint(
                name="comment_not_its_own_parent",
                condition=Q(parent__isnull=True) | ~Q(parent=models.F("pk")),
                violation_error_message="评论不能回复自己。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.author}：{self.body[:20]}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._wait_from_the_start()
        if self._state.adding and self.expert:
            self._take_snapshot(self.expert)
        super().save(*args, **kwargs)

    def _wait_from_the_start(self) -> None:
        if self._state.adding and self.status == self.Status.PENDING:
            self.waits_since = self.posted_at

    def _take_snapshot(self, expert: Expert) -> None:
        self.expert_name, self.expert_role, self.expert_region = expert.name, expert.shown_role, expert.region
        self.was_verified, self.is_featured = expert.is_verified, True

    def clean(self) -> None:
        self._wait_from_the_start()
        if self.parent is None:
            return
        if self.parent.article_id != self.article_id:
            raise ValidationError({"parent": "只能回复同一篇指南下的评论。"})
        if self.parent.parent_id is not None:
            raise ValidationError({"parent": "只能回复评论，不能回复别人的回复。"})

    @property
    def masked(self) -> list[str]:
        """What of the writer's own data was masked before the comment was kept, in words for the writer."""
        return [name for kind, name in MASKED.items() if kind in self.finding_types]

    @property
    def finding_types(self) -> list[str]:
        """What the screening found, each kind once, in the order of the text."""
        return list(dict.fromkeys(finding["type"] for finding in self.findings))

    @property
    def author(self) -> str:
        """The name under which readers see the comment."""
        return self.expert_name if self.expert_id else self.nickname or "匿名读者"

    @property
    def author_role(self) -> str:
        """The role in which an expert gave the reply; that of a lawyer only while the verification holds."""
        if self.expert and self.expert_role == LAWYER and not self.expert.is_verified:
            return f"答复时为{LAWYER}"
        return self.expert_role

    @property
    def badge(self) -> str:
        """What readers are told of an expert's identity. The mark stands only while it holds, then and now."""
        if self.expert is None:
            return ""
        if self.expert.is_example or self.was_verified == self.expert.is_verified:
            return self.expert.verification
        return "答复时已核验" if self.was_verified else "答复时未核验"

    def approve(self, *, by: User | None, mark: str = "") -> bool:
        """Show the comment to readers, with one of `ModerationEvent.Mark` if one is given.

        Return False if it was approved already; a comment that readers reported is thereby kept, which is a decision.
        """
        return self._move_to(self.Status.APPROVED, by=by, mark=mark)

    def approve_new(self) -> ModerationEvent:
        """Have a comment that is yet to be saved, of an import, be approved from the start; nobody at the desk decided.

        Return the record of it, which is to be saved after the comment.
        """
        self.status, self.waits_since = self.Status.APPROVED, None
        return ModerationEvent(comment=self, from_status=self.Status.PENDING, to_status=self.status)

    def reject(self, *, by: User | None, reason: str, note: str = "") -> bool:
        """Keep the comment from readers, for one of `ModerationEvent.Reason`. Return False if it was so already."""
        return self._move_to(self.Status.REJECTED, by=by, reason=ModerationEvent.Reason(reason), note=note)

    def withdraw(self) -> bool:
        """Take back a comment, as its writer may at any time. Return False if it was taken back already."""
        return self._move_to(self.Status.WITHDRAWN)

    def reopen(self, *, by: User | None, note: str = "") -> bool:
        """Let the comment wait for a decision again, out of sight. Return False if it does already."""
        return self._move_to(self.Status.PENDING, by=by, note=note)

    def mark(self, mark: str, *, by: User | None) -> bool:
        """Feature the comment or close its thread, or the contrary. Return False if it was so already.

        Raises ValidationError for a comment that readers cannot see.
        """
        name, value = MARKS[ModerationEvent.Mark(mark)]
        with transaction.atomic():
            row = Comment.objects.select_for_update().only("status", "is_featured", "is_closed").get(pk=self.pk)
            if row.status != self.Status.APPROVED:
                raise ValidationError("读者看不到这条评论，先通过它。")
            setattr(self, name, value)
            if getattr(row, name) == value:
                return False
            ModerationEvent.objects.create(comment=self, from_status=row.status, to_status=row.status, mark=mark, by=by)
            self.save(update_fields=[name])
        return True

    def report(self, *, reason: str, address_hash: str) -> bool:
        """Let moderators look at the comment again; it stays visible until they decide.

        Return False if somebody of the same network reported it before.
        """
        with transaction.atomic():
            Comment.objects.select_for_update().only("pk").get(pk=self.pk)
            _, is_new = Report.objects.get_or_create(
                comment=self, address_hash=address_hash, defaults={"reason": ModerationEvent.Reason(reason)}
            )
            if is_new:
                Comment.objects.visible().filter(pk=self.pk, waits_since=None).update(waits_since=timezone.now())
        return is_new

    def _move_to(self, status: CommentStatus, *, mark: str = "", **event: Any) -> bool:
        with transaction.atomic():
            row = Comment.objects.select_for_update().only(*FOLLOWING, "status").get(pk=self.pk)
            if row.status == self.Status.WITHDRAWN != status:
                raise ValidationError("写的人已经撤回了这条评论。")
            self.status, self.is_featured, self.is_closed = status, row.is_featured, row.is_closed
            is_kept = row.status == status == self.Status.APPROVED and row.waits_since is not None
            if row.status == status and not is_kept:
                return False
            mark = mark or (ModerationEvent.Mark.KEPT.value if is_kept else "")
            ModerationEvent.objects.create(comment=self, from_status=row.status, to_status=status, mark=mark, **event)
            self._follow(mark)
            self.save(update_fields=[*FOLLOWING, "status", "fingerprint"])
        return True

    def _follow(self, mark: str) -> None:
        """Bring what depends on the status into line with it."""
        is_waiting = self.status == self.Status.PENDING
        self.waits_since = self.posted_at if is_waiting else None
        if is_waiting:
            self.is_featured, self.is_closed = self.expert_id is not None, False
        else:
            self.reports.filter(handled_at=None).update(handled_at=timezone.now())
        if self.status == self.Status.WITHDRAWN:
            self.fingerprint = ""  # so that the writer can say it again
        if mark in MARKS:
            name, value = MARKS[ModerationEvent.Mark(mark)]
            setattr(self, name, value)

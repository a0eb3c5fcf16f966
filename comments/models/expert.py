"""Experts, and the guides they have reviewed."""

import datetime as dt

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from articles.addresses import path_to
from articles.models import Article, Category
from articles.picture_fields import PictureField
from comments.querysets import ReviewQuerySet
from comments.roles import LAWYER, missing_for_lawyer, problem_with_role, shown_role

VALID_FOR = dt.timedelta(days=365)


class Expert(models.Model):
    """Somebody who answers under a guide by name. Shown as not verified until an editor has checked who it is."""

    name = models.CharField("姓名", max_length=30)
    role = models.CharField(
        "身份", max_length=20, help_text="例如：律师、律师助理、法务助理、法律顾问、银行从业者、社工。"
    )
    organisation = models.CharField("所在机构", max_length=60, blank=True, help_text="律师必填律师事务所。")
    region = models.CharField("地区", max_length=30, blank=True, help_text="例如：浙江杭州。显示在回复旁边。")
    licence_number = models.CharField(
        "执业证号",
        max_length=17,
        blank=True,
        validators=[RegexValidator(r"^[0-9]{17}$", "执业证号是 17 位数字。")],
        help_text="律师必填，17 位数字。显示在专家的页面上，读者可以据此查证。",
    )
    biography = models.TextField("简介", blank=True, max_length=500)
    avatar = PictureField("头像", upload_to="avatars/", blank=True, widest=256)
    is_example = models.BooleanField(
        "示例人物", default=False, help_text="为演示而虚构的人，在网站上总是标明“示例”，不能核验。"
    )
    verified_at = models.DateTimeField("核验时间", null=True, editable=False)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name="核验人", null=True, editable=False, related_name="+"
    )
    verified_until = models.DateField("核验有效期至", null=True, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name="登录账号",
        null=True,
        blank=True,
        related_name="expert",
        help_text="“专家”组里的账号。专家用它登录，只能回答读者的问题、修改自己的回复和简介。",
    )
    categories = models.ManyToManyField(
        Category,
        verbose_name="擅长的分类",
        blank=True,
        related_name="experts",
        help_text="这些分类里有新问题时，用邮件提醒。",
    )
    told_until = models.DateTimeField("提醒到", null=True, editable=False)
    created_at = models.DateTimeField("创建时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "专家"
        ordering = ["name", "pk"]
        permissions = [("verify_expert", "Can verify 专家")]
        constraints = [
            models.CheckConstraint(
                name="expert_example_never_verified",
                condition=Q(is_example=False) | Q(verified_at__isnull=True),
                violation_error_message="示例人物不能核验。",
            ),
            models.CheckConstraint(
                name="expert_lawyer_verified_with_licence",
                condition=~Q(role="律师")
                | Q(verified_at__isnull=True)
                | (~Q(licence_number="") & ~Q(organisation="") & Q(verified_until__isnull=False)),
                violation_error_message="律师须有 17 位执业证号、律师事务所和核验有效期。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.shown_role}，{self.verification}）"

    def get_absolute_url(self) -> str:
        return path_to("comments:expert", self.pk)

    def clean(self) -> None:
        if problem := problem_with_role(self.role):
            raise ValidationError({"role": problem})

    @property
    def is_verified(self) -> bool:
        """Whether somebody has checked who this is, and the check has not lapsed."""
        if self.verified_at is None:
            return False
        return self.verified_until is None or self.verified_until >= timezone.localdate()

    @property
    def verification(self) -> str:
        """What is known of the expert's identity, in the words that readers see."""
        if self.is_example:
            return "示例"
        return "已核验" if self.is_verified else "未核验"

    @property
    def shown_role(self) -> str:
        """The role that readers may be shown today."""
        return shown_role(self.role, is_verified=self.is_verified)

    def verify(self, *, by: User, until: dt.date | None = None) -> bool:
        """Record that `by` has checked who the expert is, valid until the end of the day `until` (by default a year).

        Return False if that was recorded before with the same end. Raises ValidationError for an example, who is
        nobody, for a day that is over, and for a lawyer without licence number or firm.
        """
        until = until or timezone.localdate() + VALID_FOR
        self.check_verifiable(until)
        if self.is_verified and self.verified_until == until:
            return False
        self.verified_at, self.verified_by_id, self.verified_until = timezone.now(), by.pk, until
        self._record_verification(by)
        return True

    def check_verifiable(self, until: dt.date) -> None:
        """Raise ValidationError with what keeps the expert from being verified until that day."""
        if self.is_example:
            raise ValidationError(f"{self.name}是示例人物，不能核验。")
        if until < timezone.localdate():
            raise ValidationError(f"{self.name}的核验有效期不能早于今天。")
        if self.role == LAWYER and (missing := missing_for_lawyer(self.licence_number, self.organisation)):
            raise ValidationError(f"{self.name}不能核验为律师：还缺{'、'.join(missing)}。")

    def revoke_verification(self, *, by: User | None = None) -> bool:
        """Show the expert as not verified again. Return False if that was so already."""
        if self.verified_at is None:
            return False
        self.verified_at = self.verified_by = self.verified_until = None
        self._record_verification(by)
        return True

    @transaction.atomic
    def _record_verification(self, by: User | None) -> None:
        self.save(update_fields=["verified_at", "verified_by", "verified_until"])
        Verification.objects.create(
            expert=self, role=self.role, licence_number=self.licence_number, valid_until=self.verified_until, by=by
        )


class Verification(models.Model):
    """That an editor checked who an expert is, or took that back (no `valid_until`). Written once, never changed."""

    expert = models.ForeignKey(Expert, models.CASCADE, verbose_name="专家", related_name="verifications")
    role = models.CharField("身份", max_length=20)
    licence_number = models.CharField("执业证号", max_length=17, blank=True)
    valid_until = models.DateField("有效期至", null=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name="核验人", null=True, related_name="+"
    )
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "核验记录"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"有效期至 {self.valid_until}" if self.valid_until else "撤销核验"


class Review(models.Model):
    """That an expert has read a guide and found it right on a certain day."""

    article = models.ForeignKey(Article, models.CASCADE, verbose_name="指南", related_name="reviews")
    expert = models.ForeignKey(Expert, models.PROTECT, verbose_name="审阅专家", related_name="reviews")
    reviewed_on = models.DateField("审阅日期")
    note = models.CharField("备注", max_length=200, blank=True, help_text="只给编辑看。")

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "专家审阅"
        ordering = ["-reviewed_on", "-pk"]
        indexes = [
            models.Index(fields=["-reviewed_on", "-id"], name="review_newest"),
            models.Index(fields=["expert", "-reviewed_on", "-id"], name="review_of_expert"),
        ]
        constraints = [models.UniqueConstraint(fields=["article", "expert", "reviewed_on"], name="review_once_a_day")]

    def __str__(self) -> str:
        return f"{self.expert.name} {self.reviewed_on}"

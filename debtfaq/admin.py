"""The desk of those who look after the accounts of the desk."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import UserChangeForm, UserCreationForm
from django.contrib.auth.models import Group, User
from django.db.models import QuerySet
from django.http import HttpRequest
from django_otp.plugins.otp_static.admin import StaticDeviceAdmin
from django_otp.plugins.otp_totp.admin import TOTPDeviceAdmin

from debtfaq import two_step

SECRETS = (TOTPDeviceAdmin, StaticDeviceAdmin)
# What each group may do, in words for who puts people into it.
DUTIES = {
    "作者": "写指南、提交审核；只能改自己的、还没送审的稿子",
    "编辑": "改所有指南，退回、通过；管理分类、标签、术语、专家和评论",
    "主编": "编辑能做的都能做，还能发布、排期、撤下，以及管理账号",
    "审核员": "审核读者评论，管理筛查词",
    "专家": "以自己的名字回答读者提问（还要在“专家”里选为登录账号）",
}

# Ours takes the place of Django's; everybody looks after their own second step.
admin.site.unregister([User, Group])
for registered in [model for model, desk in admin.site._registry.items() if isinstance(desk, SECRETS)]:
    admin.site.unregister(registered)


class GroupChoice(forms.ModelMultipleChoiceField[Group]):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}：{DUTIES[obj.name]}" if obj.name in DUTIES else str(obj.name)


class AccountForm(UserChangeForm[User]):
    groups = GroupChoice(Group.objects.order_by("pk"), label="组", required=False, widget=forms.CheckboxSelectMultiple)


class NewAccountForm(UserCreationForm[User]):
    """A new account is one of the desk: readers have none."""

    groups = GroupChoice(Group.objects.order_by("pk"), label="组", required=False, widget=forms.CheckboxSelectMultiple)

    def save(self, commit: bool = True) -> User:
        self.instance.is_staff = True
        user: User = super().save(commit)
        return user


@admin.register(User)
class AccountAdmin(UserAdmin[User]):
    """Accounts. Only a superuser makes, changes or sees what makes a superuser."""

    form = AccountForm
    add_form = NewAccountForm
    add_form_template = "admin/change_form.html"
    list_display = ("username", "full_name", "email", "in_groups", "is_active", "two_steps", "last_login")
    list_filter = ("groups", "is_active", "is_superuser")
    search_fields = ("username", "first_name", "last_name", "email")
    ordering = ("username",)
    filter_horizontal = ()
    actions = ("turn_off_two_steps",)
    add_fieldsets = (
        (
            None,
            {"fields": ("username", "last_name", "first_name", "email", "password1", "password2")},
        ),
        ("能做什么", {"fields": ("groups",)}),
    )
    own_fieldsets: ClassVar[Any] = (
        (None, {"fields": ("username", "password")}),
        ("是谁", {"fields": ("last_name", "first_name", "email")}),
        ("能做什么", {"fields": ("is_active", "is_staff", "groups")}),
        ("时间", {"fields": ("last_login", "date_joined")}),
    )
    super_fieldsets: ClassVar[Any] = (
        *own_fieldsets,
        ("更多权限", {"fields": ("is_superuser", "user_permissions"), "classes": ("collapse",)}),
    )
    readonly_fields = ("last_login", "date_joined")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups", "totpdevice_set")

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj is None:
            return self.add_fieldsets
        return self.super_fieldsets if request.user.is_superuser else self.own_fieldsets

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Who is no superuser must not become one by taking over the account of one."""
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    @admin.display(description="姓名", ordering="last_name")
    def full_name(self, user: User) -> str:
        return f"{user.last_name}{user.first_name}" or "-"

    @admin.display(description="组")
    def in_groups(self, user: User) -> str:
        names = [group.name for group in user.groups.all()]
        return "、".join(["超级管理员"] * user.is_superuser + names) or "-"

    @admin.display(description="两步验证", boolean=True)
    def two_steps(self, user: User) -> bool:
        return any(device.confirmed for device in user.totpdevice_set.all())  # type: ignore[attr-defined]

    @admin.action(description="关闭两步验证（手机丢了的时候）", permissions=["change"])
    def turn_off_two_steps(self, request: HttpRequest, users: QuerySet[User]) -> None:
        allowed = [user for user in users if self.has_change_permission(request, user)]
        for user in allowed:
            two_step.turn_off(user)
            self.log_change(request, user, "关闭了两步验证。")
        self.message_user(request, f"{len(allowed)} 个账号的两步验证已关闭。")


@admin.register(Group)
class DutiesAdmin(GroupAdmin):
    filter_horizontal = ()  # a plain list of choices: Django's picker has parts that screen readers cannot name

"""Logging in in two steps: besides the password a code from the phone (TOTP, RFC 6238), or one of some spare codes."""

from base64 import b32encode
from io import BytesIO
from typing import Any

import qrcode
import qrcode.image.svg
from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django_otp import verify_token
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

SPARE_CODES = 10
DEVICE_NAME = "手机验证器"
CODE_LENGTH = 6

WRONG_CODE = "验证码不对，或者已经用过。请等验证器换一个新的再试。"


class LogInForm(AdminAuthenticationForm):
    """User name and password, and a code where the account asks for one."""

    otp_token = forms.CharField(
        label="验证码",
        required=False,
        max_length=16,
        help_text="开启了两步验证的账号才填：验证器上的 6 位数字，或一个备用码。",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "none"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        user = self.get_user()
        if user and is_on(user):
            token = "".join(str(cleaned.get("otp_token") or "").split()).lower()
            if not token:
                raise ValidationError("这个账号开启了两步验证，请再填上验证码。", code="token_required")
            if not is_right(user, token):
                raise ValidationError(WRONG_CODE, code="invalid_token")
        return cleaned


def is_on(user: User) -> bool:
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


def is_right(user: User, token: str) -> bool:
    """Return whether `token` is a code of the account; too many wrong ones in a row are not looked at for a while."""
    kind = TOTPDevice if token.isdecimal() and len(token) == CODE_LENGTH else StaticDevice
    device = kind.objects.filter(user=user, confirmed=True).first()
    return device is not None and verify_token(user, device.persistent_id, token) is not None


def begin(user: User) -> TOTPDevice:
    """Return the secret that the account shall have, once a code shows that the phone knows it."""
    device, _ = TOTPDevice.objects.get_or_create(user=user, confirmed=False, defaults={"name": DEVICE_NAME})
    return device


def waiting(user: User) -> TOTPDevice | None:
    """Return the secret that was begun and not confirmed."""
    return TOTPDevice.objects.filter(user=user, confirmed=False).first()


@transaction.atomic
def confirm(user: User, token: str) -> list[str]:
    """Turn two steps on if `token` is right for the secret that was begun. Return the spare codes, or nothing."""
    device = waiting(user)
    if device is None or not device.verify_token("".join(token.split())):
        return []
    TOTPDevice.objects.filter(user=user, confirmed=True).delete()
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    return renew_spare_codes(user)


@transaction.atomic
def renew_spare_codes(user: User) -> list[str]:
    """Give the account new spare codes in place of those it had."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="备用码")
    codes = [StaticToken.random_token() for _ in range(SPARE_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes


def spare_codes_left(user: User) -> int:
    return int(StaticToken.objects.filter(device__user=user).count())


@transaction.atomic
def turn_off(user: User) -> None:
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()


def secret(device: TOTPDevice) -> str:
    """Return the secret as it is typed into a phone."""
    key = b32encode(device.bin_key).decode()
    return " ".join(key[start : start + 4] for start in range(0, len(key), 4))


def picture(device: TOTPDevice) -> bytes:
    """Return the secret as a QR code, in SVG."""
    image = qrcode.make(device.config_url, image_factory=qrcode.image.svg.SvgPathFillImage, border=2)
    out = BytesIO()
    image.save(out)
    return out.getvalue()

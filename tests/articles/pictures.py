"""Pictures for tests, drawn when they are needed."""

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def photo(width: int = 900, height: int = 600) -> Image.Image:
    """Return what encoders take for a photograph: soft, and no two pixels the same."""
    channels = [Image.effect_noise((max(2, width // step), max(2, height // step)), 90) for step in (16, 24, 40)]
    grain = Image.effect_noise((width, height), 12)
    soft = [Image.blend(channel.resize((width, height), Image.Resampling.BICUBIC), grain, 0.3) for channel in channels]
    return Image.merge("RGB", soft)


def screenshot(width: int = 900, height: int = 600) -> Image.Image:
    """Return something flat with sharp edges."""
    picture = Image.new("RGB", (width, height), "white")
    for line in range(20, height, 40):
        picture.paste((40, 40, 40), (30, line, 30 + line * 7 % (width - 40), line + 12))
    return picture


def encoded(picture: Image.Image, kind: str, **options: Any) -> bytes:
    content = io.BytesIO()
    picture.save(content, kind, **options)
    return content.getvalue()


def decoded(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


def upload(content: bytes | None = None, name: str = "账单截图.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, encoded(screenshot(600, 400), "PNG") if content is None else content)

"""Pictures that come with an import: each is decoded before it is kept, and kept as it is, so that addresses hold."""

import io
import re
import warnings

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, UnidentifiedImageError

from articles.importers.archive import Archive
from articles.importers.records import ImportProblem
from articles.importers.report import Report

NAME = re.compile(r"(covers|avatars|images)/([\w-]+/)*[\w-][\w. -]*\.(jpe?g|png|webp|avif|gif)", re.IGNORECASE)
FORMATS = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "avif": "AVIF", "gif": "GIF"}
MOST_PIXELS = 40_000_000


def keep_picture(archive: Archive, name: str, report: Report) -> str:
    """Return under what name the picture `media/<name>` of the archive is kept: its own, unless another has that.

    Raises ImportProblem for anything that is not the picture its name promises.
    """
    if not NAME.fullmatch(name) or ".." in name:
        raise ImportProblem(f"图片的名称“{name[:80]}”不合规")
    content = archive.read(f"media/{name}")
    check_picture(name, content)
    if is_kept(name, content):
        return name
    kept = default_storage.save(name, ContentFile(content))
    report.wrote(kept)
    return kept


def is_kept(name: str, content: bytes) -> bool:
    """Return whether exactly this is stored under the name already."""
    if not name or not default_storage.exists(name) or default_storage.size(name) != len(content):
        return False
    with default_storage.open(name) as file:
        return bool(file.read() == content)


def check_picture(name: str, content: bytes) -> tuple[int, int]:
    """Return width and height of a picture. Raises ImportProblem if it cannot be decoded or is another format."""
    wanted = FORMATS[name.rsplit(".", 1)[1].lower()]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[wanted]) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise ImportProblem(f"图片 {name} 的像素太多")
                picture.load()
                return picture.size
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ImportProblem(f"图片 {name} 损坏，或不是 {wanted} 格式") from error
    except Image.DecompressionBombWarning as error:
        raise ImportProblem(f"图片 {name} 的像素太多") from error

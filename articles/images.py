"""Pictures from anywhere, decoded and encoded anew: what comes out has pixels and nothing else of what came in.

Run as a program, in a process of its own with little memory and time: see articles/image_gate.py. Nothing here needs
Django. Every file is taken to be hostile: it is opened by its content, by few decoders, and its size is looked at
before anything is decoded.
"""

import hashlib
import io
import sys
import warnings
from math import ceil, floor, sqrt
from pathlib import Path
from typing import IO, Any

from PIL import (
    AvifImagePlugin,
    GifImagePlugin,
    Image,
    ImageCms,
    JpegImagePlugin,
    PngImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from articles.picture_address import MODERN, PictureAddress

MOST_BYTES = 15_000_000
# Millions of pixels that may be decoded: what each decoder needs for them stays near 100 MB. One of JPEG's skips most
# of what will not be shown, unless the file is progressive; those of WebP and AVIF hold a picture several times.
MEGAPIXELS = {"JPEG": 64, "progressive JPEG": 10, "PNG": 24, "GIF": 24, "WEBP": 5, "AVIF": 6}
FORMATS = {
    "JPEG": JpegImagePlugin,
    "PNG": PngImagePlugin,
    "GIF": GifImagePlugin,
    "WEBP": WebPImagePlugin,
    "AVIF": AvifImagePlugin,
}
LONGEST = 20  # times the other side
WIDEST = 1600
MOST_SHOWN = 3_000_000  # pixels of the largest file we make
STRIP = 1_500_000  # pixels that are made smaller at a time

# How files are written. AVIF's slower speeds cost seconds for a few hundredths of the size.
PHOTO: dict[str, dict[str, Any]] = {
    "avif": {"quality": 60, "speed": 8, "max_threads": 1},
    "webp": {"quality": 80, "method": 2},
    "jpg": {"quality": 82, "progressive": True, "optimize": True},
    "png": {},
}
DRAWING: dict[str, dict[str, Any]] = {
    "avif": {"quality": 75, "speed": 8, "max_threads": 1, "subsampling": "4:4:4"},
    "webp": {"lossless": True, "quality": 40, "method": 2},
    "png": {},
}

# Of a process that decodes: bytes, and seconds of work.
MOST_MEMORY, MOST_SECONDS = 170_000_000, 60
REFUSED = 65  # what the process returns for a picture that is refused; its output says why (EX_DATAERR)

BROKEN = "图片读不出来，可能已经损坏，请重新保存后再传。"
ACCEPTED = "请用 JPG、PNG、WebP、GIF 或 AVIF 图片。"


class ImageProblem(Exception):
    """Why a picture is not taken, in a sentence for whoever sent it."""


def re_encode(file: IO[bytes], *, widest: int = WIDEST, variants: bool = True) -> dict[str, bytes]:
    """Return the files made of a picture by their names in the storage: all variants, or only the one for everybody.

    Raises ImageProblem, and nothing else, whatever is in the file.
    """
    try:
        picture, is_lossless = _decode(file, widest)
        return _encode(picture, variants=variants, may_be_drawing=is_lossless)
    except ImageProblem:
        raise
    except Exception as problem:  # decoders fail in more ways than they document
        raise ImageProblem(BROKEN) from problem


def _decode(file: IO[bytes], widest: int) -> tuple[Image.Image, bool]:
    """Return the picture upright, in sRGB and as large as it will be shown, and whether its format keeps all detail."""
    with _open(file) as source:
        _check_size(source)
        orientation, profile = _orientation(source), source.info.get("icc_profile")
        size = _shown_size(source.size, orientation, widest)
        source.draft(None, size)  # only JPEG listens
        picture = _shrink(source, size)
        is_lossless = source.format in {"PNG", "GIF", "WEBP"}
    picture = _in_srgb(picture, profile)
    if orientation in _TURNS:
        picture = picture.transpose(_TURNS[orientation])
    if picture.mode == "RGBA" and picture.getchannel("A").getextrema()[0] == 255:
        picture = picture.convert("RGB")
    picture.info.clear()  # encoders write what they find here
    return picture, is_lossless


def _open(file: IO[bytes]) -> Image.Image:
    length = file.seek(0, io.SEEK_END)
    file.seek(0)
    if not length:
        raise ImageProblem("文件是空的。")
    if length > MOST_BYTES:
        raise ImageProblem(f"文件太大，请压缩到 {MOST_BYTES // 1_000_000} MB 以内再传。")
    try:
        return Image.open(file, formats=list(FORMATS))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ImageProblem("图片的像素太多，请先缩小再传。") from None
    except UnidentifiedImageError:
        file.seek(0)
        raise ImageProblem(_what_instead(file.read(1024))) from None


def _what_instead(head: bytes) -> str:
    if head[4:8] == b"ftyp" and head[8:11] in {b"hei", b"hev", b"mif"}:
        return "这是 HEIC 图片，网页上看不了，请先存成 JPG 再传。"
    if b"<svg" in head.lower():
        return "SVG 里可以藏脚本，不能上传，请先存成 PNG。"
    if head.startswith((b"\xff\xd8\xff", b"\x89PNG", b"GIF8")) or head[8:12] in {b"WEBP", b"avif"}:
        return BROKEN
    return f"这不是能用的图片，{ACCEPTED}"


def _check_size(source: Image.Image) -> None:
    width, height = source.size
    if not width or not height:
        raise ImageProblem(BROKEN)
    if max(width, height) > LONGEST * min(width, height):
        raise ImageProblem(f"图片太细长（{width}×{height}），长边不能超过短边的 {LONGEST} 倍，请裁剪或分成几张。")
    kind = "progressive JPEG" if source.info.get("progressive") else source.format
    limit = MEGAPIXELS.get(kind or "", MEGAPIXELS["JPEG"])  # what is left are JPEGs of several pictures (MPO)
    if width * height > limit * 1_000_000:
        raise ImageProblem(f"图片的像素太多（{width}×{height}），请先缩小到 {limit * 100} 万像素以内再传。")


_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _orientation(source: Image.Image) -> int:
    try:
        return int(source.getexif().get(0x0112, 1))
    except Exception:  # whatever is broken in there, the picture may be whole
        return 1


def _shown_size(size: tuple[int, int], orientation: int, widest: int) -> tuple[int, int]:
    """Return the size to show, as the file has it: not yet upright."""
    width, height = size
    upright_width = height if orientation >= 5 else width
    scale = min(1, widest / upright_width, sqrt(MOST_SHOWN / (width * height)))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _shrink(source: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return the picture in that size, as RGBA, L, CMYK or RGB.

    In strips, or a large picture would be held a second time in the mode in which it can be made smaller.
    """
    mode = "RGBA" if source.has_transparency_data else _OPAQUE.get(source.mode, "RGB")
    picture = Image.new(mode, size)
    scale = source.height / size[1]
    margin = ceil(3 * max(scale, 1)) + 1  # as far as the filter looks
    rows = max(1, floor(STRIP / (source.width * scale)))
    for top in range(0, size[1], rows):
        bottom = min(top + rows, size[1])
        first = max(0, floor(top * scale) - margin)
        last = min(source.height, ceil(bottom * scale) + margin)
        strip = _converted(source.crop((0, first, source.width, last)), mode)
        box = (0, top * scale - first, source.width, min(bottom * scale - first, last - first))
        picture.paste(strip.resize((size[0], bottom - top), Image.Resampling.LANCZOS, box), (0, top))
    return picture


_OPAQUE = {"1": "L", "L": "L", "I": "L", "I;16": "L", "I;16B": "L", "I;16L": "L", "CMYK": "CMYK"}


def _converted(strip: Image.Image, mode: str) -> Image.Image:
    if strip.mode.startswith("I"):  # 16 bits a pixel: `convert` would cut off what is brighter than 255
        strip = strip.convert("I").point(lambda value: value / 257).convert("L")
    return strip if strip.mode == mode else strip.convert(mode)


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    if profile:
        try:
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, own, ImageCms.createProfile("sRGB"), outputMode=mode)
        except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
            converted = None  # a broken profile, or one of another kind of picture
        if converted:
            return converted
    return picture if picture.mode == mode else picture.convert(mode)


def _encode(picture: Image.Image, *, variants: bool, may_be_drawing: bool) -> dict[str, bytes]:
    suffix, largest, is_drawing = _fallback(picture, may_be_drawing=may_be_drawing)
    address = PictureAddress(hashlib.sha256(largest).hexdigest()[:16], *picture.size, suffix)
    files = {address.name: largest}
    if not variants:
        return files
    for width in reversed(address.widths):  # the largest first, while there is most memory
        size = (width, address.height_at(width))
        smaller = picture if width == picture.width else picture.resize(size, Image.Resampling.LANCZOS)
        for kind in (*MODERN, suffix):
            if (name := address.variant(width, kind)) not in files:
                files[name] = _save(smaller, kind, is_drawing=is_drawing)
    return files


def _fallback(picture: Image.Image, *, may_be_drawing: bool) -> tuple[str, bytes, bool]:
    """Return suffix and content of the file for every browser, and whether the picture is sharp and plain.

    Such as a picture of a screen: without loss it is hardly larger, so it need not suffer any.
    """
    has_alpha = picture.mode == "RGBA"
    photo = _save(picture.convert("RGB") if has_alpha else picture, "jpg")
    exact = _save(picture, "png") if may_be_drawing or has_alpha else b""
    is_drawing = may_be_drawing and len(exact) <= 2 * len(photo)
    return ("png", exact, is_drawing) if is_drawing or has_alpha else ("jpg", photo, False)


def _save(picture: Image.Image, suffix: str, *, is_drawing: bool = False) -> bytes:
    content = io.BytesIO()
    options = (DRAWING if is_drawing else PHOTO)[suffix]
    picture.save(content, "JPEG" if suffix == "jpg" else suffix, **options)
    return content.getvalue()


def main(arguments: list[str]) -> int:
    """Re-encode the file `upload` of a folder into others beside it: FOLDER WIDEST all|one."""
    limit_process()
    folder, widest, which = Path(arguments[0]), int(arguments[1]), arguments[2]
    try:
        with (folder / "upload").open("rb") as file:
            files = re_encode(file, widest=widest, variants=which == "all")
    except ImageProblem as problem:
        sys.stdout.write(str(problem))
        return REFUSED
    for name, content in files.items():
        (folder / Path(name).name).write_bytes(content)
    return 0


def limit_process() -> None:
    """Let the kernel keep this process from taking much memory or time, whatever a decoder is made to do."""
    import resource  # noqa: PLC0415  (where there is none, the checks above must do)

    resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    Image.MAX_IMAGE_PIXELS = max(MEGAPIXELS.values()) * 1_000_000
    PngImagePlugin.MAX_TEXT_MEMORY = 4_000_000  # what is said in words inside a PNG is thrown away anyhow
    warnings.simplefilter("ignore")
    warnings.simplefilter("error", Image.DecompressionBombWarning)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

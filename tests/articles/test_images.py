"""What becomes of a picture: its shape, its colours, its formats; and what of it is thrown away."""

import io

import pytest
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

from articles.images import MOST_BYTES, MOST_SHOWN, ImageProblem, re_encode
from articles.picture_address import PREFIX, PictureAddress
from tests.articles.pictures import decoded, encoded, photo, screenshot

SIGNATURES = {"avif": b"ftypavif", "webp": b"WEBP", "jpg": b"\xff\xd8\xff", "png": b"\x89PNG"}


# What lays an upright picture as EXIF's orientations 2 to 8 describe.
TURNS = "FLIP_LEFT_RIGHT ROTATE_180 FLIP_TOP_BOTTOM TRANSPOSE ROTATE_90 TRANSVERSE ROTATE_270"


def files_of(content: bytes, **options) -> tuple[PictureAddress, dict[str, bytes]]:
    files = re_encode(io.BytesIO(content), **options)
    [address] = [found for name in files if (found := PictureAddress.parse(f"{PREFIX}{name}"))]
    return address, files


def shown(content: bytes) -> Image.Image:
    """Return the file that every browser shows."""
    address, files = files_of(content, variants=False)
    return decoded(files[address.name])


def close(colour: tuple[int, ...], expected: tuple[int, ...]) -> bool:
    return max(abs(a - b) for a, b in zip(colour, expected, strict=True)) <= 6


def refusal(content: bytes) -> str:
    with pytest.raises(ImageProblem) as caught:
        re_encode(io.BytesIO(content))
    return str(caught.value)


def test_a_photo_becomes_a_jpeg_in_every_width_and_format():
    address, files = files_of(encoded(photo(2000, 1500), "JPEG"))
    assert (address.width, address.height, address.suffix) == (1600, 1200, "jpg")
    assert address.widths == [480, 800, 1200, 1600]
    assert sorted(files) == sorted(address.names)
    for name, content in files.items():
        width = address.width if name == address.name else int(name.rpartition("-")[2].partition(".")[0])
        assert SIGNATURES[name.rpartition(".")[2]] in content[:16], name
        assert decoded(content).size == (width, width * 3 // 4), name


def test_a_small_picture_is_never_made_larger():
    address, files = files_of(encoded(photo(500, 300), "JPEG"))
    assert address.widths == [500]
    assert len(files) == 3


def test_a_screenshot_keeps_every_pixel():
    picture = screenshot()
    address, files = files_of(encoded(picture, "PNG"))
    assert address.suffix == "png"
    for kind in ("png", "webp"):
        assert decoded(files[address.variant(900, kind)]).convert("RGB").tobytes() == picture.tobytes()


def test_a_photo_that_came_as_png_becomes_a_jpeg():
    assert files_of(encoded(photo(), "PNG"), variants=False)[0].suffix == "jpg"


def test_what_can_be_seen_through_stays_so():
    picture = photo(600, 400)
    picture.putalpha(Image.linear_gradient("L").resize((600, 400)))
    address, files = files_of(encoded(picture, "WEBP"))
    assert address.suffix == "png"
    for name, content in files.items():
        low, high = decoded(content).getchannel("A").getextrema()
        assert (low < 5, high > 250) == (True, True), name


def test_alpha_that_hides_nothing_is_dropped():
    assert shown(encoded(photo().convert("RGBA"), "PNG")).mode == "RGB"


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_comes_out_upright(orientation):
    upright = Image.new("RGB", (60, 40), "white")
    ImageDraw.Draw(upright).rectangle((0, 0, 29, 19), (200, 0, 0))
    undo = [None, *(getattr(Image.Transpose, name) for name in TURNS.split())][orientation - 1]
    stored = upright if undo is None else upright.transpose(undo)
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = shown(encoded(stored, "PNG", exif=exif))
    assert picture.convert("RGB").tobytes() == upright.tobytes()


def test_making_a_picture_smaller_strip_by_strip_leaves_no_seams():
    picture = screenshot(3000, 3000)
    assert shown(encoded(picture, "PNG")).tobytes() == picture.resize((1600, 1600), Image.Resampling.LANCZOS).tobytes()


def test_a_long_screenshot_is_kept_to_what_a_page_can_bear():
    picture = shown(encoded(screenshot(1080, 9000), "PNG"))
    assert picture.width * picture.height == pytest.approx(MOST_SHOWN, rel=0.01)
    assert picture.height / picture.width == pytest.approx(9000 / 1080, rel=0.01)


def test_what_came_out_once_comes_out_the_same_size_again():
    first = shown(encoded(screenshot(1080, 9000), "PNG"))
    assert shown(encoded(first, "PNG")).size == first.size


@pytest.mark.parametrize("name", ["P", "L", "1", "LA", "CMYK", "I;16", "P see-through"])
def test_every_kind_of_pixel_is_shown_as_it_looks(name):
    mode = name.split()[0]
    grey = Image.new("L", (64, 64), 255 if mode == "1" else 128)
    if mode == "I;16":
        picture = Image.new("I;16", (64, 64), 128 * 257)
    elif mode == "CMYK":
        picture = grey.convert("RGB").convert("CMYK")
    else:
        picture = grey.convert(mode)
    options = {"transparency": 128} if name == "P see-through" else {}
    kind = "JPEG" if mode == "CMYK" else "PNG"
    found = shown(encoded(picture, kind, **options))
    if options:
        assert found.getchannel("A").getextrema() == (0, 0)
    else:
        value = 255 if mode == "1" else 128
        assert close(found.convert("RGB").getpixel((9, 9)), (value, value, value))


def test_of_what_moves_the_first_picture_is_shown():
    frames = [Image.new("RGB", (40, 40), colour) for colour in ((200, 0, 0), (0, 200, 0))]
    for kind in ("GIF", "WEBP", "AVIF", "PNG"):
        content = encoded(frames[0], kind, save_all=True, append_images=frames[1:])
        assert close(shown(content).convert("RGB").getpixel((9, 9)), (200, 0, 0)), kind


def test_colours_of_another_space_are_brought_to_srgb():
    """In this space red and green have changed places."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = srgb.replace(b"rXYZ", b"tmp!", 1).replace(b"gXYZ", b"rXYZ", 1).replace(b"tmp!", b"gXYZ", 1)
    content = encoded(Image.new("RGB", (64, 64), (120, 60, 30)), "PNG", icc_profile=swapped)
    assert close(shown(content).convert("RGB").getpixel((9, 9)), (60, 120, 30))


@pytest.mark.parametrize("profile", [b"broken", b"\x00" * 4000])
def test_a_broken_colour_profile_does_no_harm(profile):
    content = encoded(Image.new("RGB", (64, 64), (120, 60, 30)), "JPEG", icc_profile=profile)
    assert close(shown(content).getpixel((9, 9)), (120, 60, 30))


def test_nothing_that_a_file_says_besides_its_pixels_survives():
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", "secret place")
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    exif.get_ifd(0x8825)[1] = "N"
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for content in (
        encoded(photo(300, 200), "JPEG", exif=exif, comment=b"secret place", icc_profile=srgb, xmp=b"secret place"),
        encoded(photo(300, 200), "PNG", pnginfo=words, exif=exif, icc_profile=srgb),
        encoded(photo(300, 200), "WEBP", exif=exif, xmp=b"secret place", icc_profile=srgb),
        encoded(photo(300, 200), "AVIF", exif=exif, xmp=b"secret place", icc_profile=srgb),
    ):
        assert b"secret place" in content
        for made in re_encode(io.BytesIO(content)).values():
            assert b"secret place" not in made
            assert not set(decoded(made).info) & {"exif", "icc_profile", "comment", "xmp", "Comment", "dpi"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "空的"),
        (b"\xff\xd8\xff" + b"\x00" * MOST_BYTES, "15 MB"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "SVG"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "HEIC"),
        (b"<!doctype html><script>1</script>", "JPG、PNG"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "损坏"),
    ],
)
def test_refusals_say_what_to_do(content, said):
    assert said in refusal(content)


def test_pictures_that_cannot_be_shown_are_refused_before_they_are_decoded():
    assert "细长（1×60000）" in refusal(encoded(Image.new("L", (1, 60_000)), "PNG"))
    assert "6000×5000" in refusal(encoded(Image.new("1", (6000, 5000)), "PNG"))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "AVIF"])
def test_half_a_file_is_refused(kind):
    content = encoded(photo(400, 300), kind)
    assert "损坏" in refusal(content[: len(content) // 2])


@pytest.mark.parametrize("kind", ["TIFF", "ICO", "BMP", "PPM", "TGA", "EPS", "PDF", "ICNS", "JPEG2000"])
def test_decoders_for_other_formats_are_never_asked(kind):
    content = encoded(photo(64, 64), kind)
    assert "JPG、PNG" in refusal(content)

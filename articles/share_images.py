"""The picture that stands beside a shared link: the guide's title and the site's name, and nothing else."""

import functools
import io
from dataclasses import dataclass

from PIL import Image, ImageDraw

from articles import fonts
from articles.fonts import Face
from articles.typesetting import ASCENT, LINE_HEIGHT, LOOSE, Box, Text, blank_before, typeset

WIDE = (1200, 630)  # Open Graph
SQUARE = (300, 300)  # WeChat

Colour = tuple[int, int, int]
# The light theme of the stylesheet.
PAPER: Colour = (0xFB, 0xFA, 0xF7)
INK: Colour = (0x1F, 0x2A, 0x2C)
ACCENT: Colour = (0x0F, 0x5F, 0x5C)
SHADES = 28  # of each of the two pairs of colours; enough for smooth edges


@dataclass(frozen=True)
class Layout:
    """Where things stand, in pixels."""

    margin: int
    band: int  # height of the band at the foot
    name: int  # size of the site's name
    sizes: tuple[int, ...]  # of the title, largest first
    smaller: float  # what smaller type costs; see Box


LAYOUTS = {
    WIDE: Layout(margin=72, band=112, name=40, sizes=(120, 104, *range(92, 47, -4)), smaller=50),
    SQUARE: Layout(margin=22, band=52, name=21, sizes=(56, 48, *range(44, 21, -2)), smaller=70),
}


def draw(title: str, site_name: str, size: tuple[int, int]) -> bytes | None:
    """Return a PNG of `size`, WIDE or SQUARE, or None where the machine has no Chinese font.

    A title that does not fit in the smallest type ends in an ellipsis.
    """
    bold, regular = fonts.face("bold"), fonts.face("regular")
    if bold is None or regular is None:
        return None
    picture = Image.new("RGB", size, PAPER)
    brush = ImageDraw.Draw(picture)
    _draw_title(brush, typeset(title, _box(size), bold), size, bold)
    _draw_band(picture, brush, site_name, LAYOUTS[size], regular)
    content = io.BytesIO()
    picture.quantize(palette=_palette(), dither=Image.Dither.NONE).save(content, "PNG", optimize=True)
    return content.getvalue()


def title_lines(title: str, size: tuple[int, int]) -> list[str] | None:
    """Return the lines that `draw` breaks the title into."""
    bold = fonts.face("bold")
    return typeset(title, _box(size), bold).lines if bold else None


def _box(size: tuple[int, int]) -> Box:
    layout = LAYOUTS[size]
    height = size[1] - layout.band - 2 * layout.margin
    return Box(size[0] - 2 * layout.margin, height, layout.sizes, layout.smaller)


def _draw_title(brush: ImageDraw.ImageDraw, text: Text, size: tuple[int, int], face: Face) -> None:
    layout, font = LAYOUTS[size], face.at(text.size)
    top = (size[1] - layout.band - text.height) / 2
    for number, line in enumerate(text.lines):
        left = layout.margin - blank_before(line) * text.size
        baseline = top + (ASCENT + number * LINE_HEIGHT) * text.size
        for run in LOOSE.split(line):
            brush.text((left, baseline), run, INK, font, anchor="ls")
            left += font.getlength(run) - text.size / 2


def _draw_band(picture: Image.Image, brush: ImageDraw.ImageDraw, site_name: str, layout: Layout, face: Face) -> None:
    top, middle = picture.height - layout.band, picture.height - layout.band / 2
    brush.rectangle((0, top, picture.width, picture.height), ACCENT)
    mark = _mark(round(layout.name * 1.1))
    picture.paste(PAPER, (layout.margin, round(middle - mark.height / 2)), mark)
    left = layout.margin + mark.width + layout.name * 0.4
    room = picture.width - layout.margin - left
    name_size = layout.name
    while face.at(name_size).getlength(site_name) > room and name_size > 1:
        name_size -= 1
    baseline = middle + (ASCENT - 0.5) * name_size
    brush.text((left, baseline), site_name, PAPER, face.at(name_size), anchor="ls")


def _mark(height: int) -> Image.Image:
    """Return the speech bubble of the site's icon as a mask: drawn large, then made small for smooth edges."""
    scale = height * 4 / 15
    mask = Image.new("L", (round(18 * scale), height * 4))
    pen = ImageDraw.Draw(mask)

    def points(*pairs: tuple[float, float]) -> list[tuple[float, float]]:
        return [(x * scale, y * scale) for x, y in pairs]

    stroke = round(2.2 * scale)
    outline = points(
        (1.2, 1.2), (16.8, 1.2), (16.8, 10.8), (8.2, 10.8), (3.4, 14), (3.4, 10.8), (1.2, 10.8), (1.2, 1.2)
    )
    pen.line([*outline, outline[1]], 255, stroke, joint="curve")
    pen.line(points((5, 4.6), (13, 4.6)), 255, round(1.8 * scale))
    pen.line(points((5, 7.8), (10, 7.8)), 255, round(1.8 * scale))
    return mask.resize((mask.width // 4, height), Image.Resampling.LANCZOS)


@functools.cache
def _palette() -> Image.Image:
    """Return all colours of a picture: what lies between paper and ink, and between band and paper."""
    shades = [
        round(a + (b - a) * step / (SHADES - 1))
        for start, end in [(PAPER, INK), (ACCENT, PAPER)]
        for step in range(SHADES)
        for a, b in zip(start, end, strict=True)
    ]
    picture = Image.new("P", (1, 1))
    picture.putpalette(shades)
    return picture

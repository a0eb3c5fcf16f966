"""The system's Chinese font, found by fontconfig."""

import functools
import shutil
import subprocess
from dataclasses import dataclass

from PIL import ImageFont


@dataclass(frozen=True)
class Face:
    """One face of a font file."""

    path: str
    index: int

    @functools.cache  # noqa: B019  (faces live as long as the process)
    def at(self, size: int) -> ImageFont.FreeTypeFont:
        return ImageFont.truetype(self.path, size, self.index)


@functools.cache
def face(weight: str) -> Face | None:
    """Ask fontconfig for the system's font for Simplified Chinese; None if there is neither font nor fontconfig."""
    program = shutil.which("fc-match")
    if program is None:
        return None
    pattern = f"sans-serif:lang=zh-cn:weight={weight}"
    try:
        answer = subprocess.run(  # noqa: S603  (nothing in it comes from outside)
            [program, "--format", "%{file}\n%{index}\n%{lang}", pattern],
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        ).stdout
        path, index, languages = answer.split("\n")
        face = Face(path, _simplified(path, int(index)))
        face.at(10)  # or it is no font at all
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return face if "zh-cn" in languages.split("|") else None


def _simplified(path: str, default: int) -> int:
    """Return which face of a collection draws characters as on the mainland; its name ends in SC."""
    for index in range(100):
        try:
            family, _ = ImageFont.truetype(path, 10, index).getname()
        except OSError:  # no more faces
            break
        if family and family.endswith(" SC") and "Mono" not in family:
            return index
    return default

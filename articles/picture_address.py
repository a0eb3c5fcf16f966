"""What the address of a picture of the library tells: its content, its size, and by that all its variants."""

import re
from dataclasses import dataclass

PREFIX = "/media/"  # stands in the text of guides, wherever the files may lie one day
WIDTHS = (480, 800, 1200)
MODERN = ("avif", "webp")  # what a browser takes if it can, the smallest first
_NAME = re.compile(r"images/([0-9a-f]{16})-([1-9][0-9]{0,4})x([1-9][0-9]{0,4})\.(jpg|png)")


@dataclass(frozen=True)
class PictureAddress:
    key: str  # of its content
    width: int
    height: int
    suffix: str  # of the file that every browser shows

    @classmethod
    def parse(cls, url: str) -> "PictureAddress | None":
        """Return what an address in a guide tells, or None if it is not one of a picture of the library."""
        match = _NAME.fullmatch(url.removeprefix(PREFIX)) if url.startswith(PREFIX) else None
        return cls(match[1], int(match[2]), int(match[3]), match[4]) if match else None

    @property
    def name(self) -> str:
        """The name of the file, in the storage."""
        return f"{self._stem}.{self.suffix}"

    @property
    def url(self) -> str:
        return f"{PREFIX}{self.name}"

    @property
    def widths(self) -> list[int]:
        """The widths there are, its own last; one that is nearly its own is not among them."""
        return [*(width for width in WIDTHS if width * 1.2 <= self.width), self.width]

    @property
    def names(self) -> list[str]:
        """The names of all files."""
        return [self.variant(width, suffix) for width in self.widths for suffix in (*MODERN, self.suffix)]

    def variant(self, width: int, suffix: str) -> str:
        """Return the name of the file of that width and format."""
        is_fallback = (width, suffix) == (self.width, self.suffix)
        return self.name if is_fallback else f"{self._stem}-{width}.{suffix}"

    def variant_url(self, width: int, suffix: str) -> str:
        return f"{PREFIX}{self.variant(width, suffix)}"

    def height_at(self, width: int) -> int:
        return max(1, round(self.height * width / self.width))

    @property
    def preview(self) -> str:
        """The address of the smallest variant, for lists."""
        return self.variant_url(self.widths[0], "webp")

    @property
    def _stem(self) -> str:
        return f"images/{self.key}-{self.width}x{self.height}"

"""Pictures that an import found on disk, on their way into the library."""

from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.files import File

from articles.images import ImageProblem
from articles.importers.report import Report
from articles.models import Image

PICTURES = {".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".bmp"}


class Uploads:
    """The folder of files that were uploaded to an old site, of which addresses of that site tell."""

    def __init__(self, folder: Path | None, report: Report, *, dry_run: bool = False) -> None:
        self.folder = folder.resolve() if folder else None
        self.report = report
        self.dry_run = dry_run

    def picture(self, address: str, alt: str) -> str | None:
        """Return where the picture that was at `address` is now, or None if there is no such file, or no picture."""
        path = self._find(address)
        if path is None or path.suffix.lower() not in PICTURES:
            return None
        if self.dry_run:
            return f"/media/images/{path.name}"
        with suppress(ImageProblem, OSError), path.open("rb") as file:
            return _keep(File(file, name=path.name), alt)
        return None

    def _find(self, address: str) -> Path | None:
        """Return the file of an address below `uploads/`: that very one, or the original that it was scaled from."""
        if self.folder is None:
            return None
        with suppress(ValueError, OSError):
            _, found, below = unquote(urlsplit(address).path).rpartition("/uploads/")
            path = (self.folder / below).resolve()
            if not found or not path.is_relative_to(self.folder):
                return None
            stem, dash, size = path.stem.rpartition("-")
            is_scaled = bool(dash) and size.replace("x", "", 1).isdigit()
            original = path.with_name(f"{stem}{path.suffix}") if is_scaled else path
            return next((one for one in (original, path) if one.is_file()), None)
        return None


def _keep(file: File[bytes], alt: str) -> str:
    """Have a picture re-encoded and kept in the library; return its address.

    Raises ImageProblem for what is no picture.
    """
    return Image.objects.add(file, alt=alt).address.url

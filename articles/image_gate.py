"""The gate that every uploaded picture comes through: decoded and encoded anew in a process of its own.

A picture can make a decoder take all memory (an AVIF of 1 KB that says 100×100 may hold 12000×12000), run for ever or
crash. There it is only that process: it knows no secrets, and the kernel holds it to the limits of articles/images.py.
"""

import logging
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from articles.images import BROKEN, MOST_BYTES, REFUSED, WIDEST, ImageProblem
from articles.picture_address import PREFIX, PictureAddress

PATIENCE = 120  # seconds; the process has far less to work, but the machine may be busy
ROOT = Path(__file__).resolve().parent.parent
_one_at_a_time = threading.Lock()  # in each process of the server, or many uploads at once would take much memory
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Picture:
    """A picture that came through, with its files by their names in the storage."""

    address: PictureAddress
    files: dict[str, bytes]

    def known_as(self, key: str) -> "Picture":
        """Return the picture with another key."""
        address = replace(self.address, key=key)
        new_names = zip(self.address.names, address.names, strict=True)
        return Picture(address, {new: self.files[old] for old, new in new_names})


def let_in(file: IO[bytes], *, widest: int = WIDEST, variants: bool = True) -> Picture:
    """Return the picture in a file, encoded anew, with all its variants or without. Raises ImageProblem."""
    file.seek(0)
    content = file.read(MOST_BYTES + 1)  # one more than is allowed is enough to be refused
    with _one_at_a_time, tempfile.TemporaryDirectory(prefix="picture-") as folder:
        upload = Path(folder, "upload")
        upload.write_bytes(content)
        _run([folder, str(widest), "all" if variants else "one"])
        upload.unlink()
        files = {f"images/{path.name}": path.read_bytes() for path in Path(folder).iterdir()}
    addresses = [address for name in files if (address := PictureAddress.parse(f"{PREFIX}{name}"))]
    if len(addresses) != 1:
        raise ImageProblem(BROKEN)
    return Picture(addresses[0], files)


def _run(arguments: list[str]) -> None:
    command = [sys.executable, "-m", "articles.images", *arguments]
    environment = {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "MALLOC_ARENA_MAX": "1"}
    try:
        done = subprocess.run(  # noqa: S603  (nothing of the upload is in the command)
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            cwd=ROOT,
            env=environment,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ImageProblem("这张图片处理得太久，请缩小或另存后再传。") from None
    if done.returncode == REFUSED:
        raise ImageProblem(done.stdout.decode())
    if done.returncode:
        logger.warning("A picture stopped its decoder (%s): %s", done.returncode, done.stderr[-500:])
        raise ImageProblem(BROKEN)

"""Reading what came as a zip, as a folder or as single files, none of which is trusted.

No name leads out of the archive, no link is followed, no file is read beyond a limit; a zip that breaks off gives what
is whole in it.
"""

import contextlib
import json
import os
import shutil
import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Any

import yaml

from articles.importers.captured_page import decode
from articles.importers.records import ImportProblem

MOST_FILES = 500_000
MOST_IN_ALL = 50_000_000_000  # bytes, unpacked
MOST_TEXT = 5_000_000  # bytes of a file of text
MOST_TABLE = 20_000_000  # bytes of a table in YAML
MOST_MEDIA = 40_000_000  # bytes of a picture
MOST_LINE = 200_000  # bytes of a line of JSON
LOCAL_HEADER = struct.Struct("<4s5H3I2H")
CHUNK = 1 << 16
ZIP64 = 0xFFFFFFFF  # the length stands elsewhere


class Archive:
    """Files by their names, which begin below the folder that holds everything. Use it in a `with` block."""

    def __init__(self, path: Path) -> None:
        self.notes: list[str] = []
        self._files: dict[str, Any] = {}
        self._zip: zipfile.ZipFile | None = None
        self._closing = contextlib.ExitStack()
        if path.is_dir():
            self._take_folder(path)
        elif zipfile.is_zipfile(path) or path.suffix.lower() == ".zip":
            self._take_zip(path)
        elif path.is_file():
            self._files = {path.name: path}
        else:
            raise ImportProblem("文件不存在")

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *error: object) -> None:
        self._closing.close()

    def names(self, folder: str = "", suffix: str = "") -> list[str]:
        """Return the names of the files in a folder, numbered ones in the order of their numbers."""
        found = [name for name in self._files if name.startswith(folder) and name.endswith(suffix)]
        return sorted(found, key=_by_number)

    def has(self, name: str) -> bool:
        return name in self._files

    def read(self, name: str, most: int = MOST_MEDIA) -> bytes:
        """Return a file whole. Raises ImportProblem if it is missing, broken or larger than `most` bytes."""
        with self._open(name) as file:
            content = file.read(most + 1)
        if len(content) > most:
            raise ImportProblem(f"文件太大，超过 {most // 1_000_000} MB")
        return content

    def text(self, name: str) -> str:
        return decode(self.read(name, MOST_TEXT))

    def table(self, name: str) -> list[dict[str, Any]]:
        """Return the rows of a YAML file, none if there is no such file."""
        if not self.has(name):
            return []
        rows = parse_yaml(decode(self.read(name, MOST_TABLE)))
        if not isinstance(rows or [], list) or not all(isinstance(row, dict) for row in rows or []):
            raise ImportProblem("应为一个列表，每项是“名称: 内容”")
        return rows or []

    def rows(self, name: str) -> Iterator[tuple[int, dict[str, Any] | ImportProblem]]:
        """Yield number and content of the lines of a JSON Lines file, or what is wrong with a line."""
        if not self.has(name):
            return
        with self._open(name) as file:
            number = 0
            while line := file.readline(MOST_LINE):
                number += 1
                yield number, _json(line, number)

    @contextlib.contextmanager
    def _open(self, name: str) -> Iterator[IO[bytes]]:
        if name not in self._files:
            raise ImportProblem(f"缺少文件 {name}")
        try:
            where = self._files[name]
            with self._zip.open(where) if self._zip else where.open("rb") as file:
                yield file
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
            raise ImportProblem(f"文件 {name} 损坏，读不出来") from error

    def _take_folder(self, folder: Path) -> None:
        for parent, _, names in os.walk(folder):  # it follows no links to folders
            for name in names:
                path = Path(parent) / name
                if path.is_symlink() or not path.is_file():
                    self.notes.append(f"{path.relative_to(folder)} 是链接，没有读")
                elif len(self._files) < MOST_FILES:
                    self._files[path.relative_to(folder).as_posix()] = path
        self._files = _below_common_folder(self._files)

    def _take_zip(self, path: Path) -> None:
        try:
            self._zip = self._closing.enter_context(zipfile.ZipFile(path))
        except (zipfile.BadZipFile, OSError, ValueError) as error:
            found = self._closing.enter_context(tempfile.TemporaryFile())  # noqa: SIM115  (it is one)
            self._zip = self._closing.enter_context(zipfile.ZipFile(found, "w", zipfile.ZIP_STORED))
            if not _salvage(path, self._zip):
                self._closing.close()
                raise ImportProblem("不是 zip 文件，或已经损坏，什么也读不出来") from error
            self.notes.append(f"压缩包在中间断开了，只找回 {len(self._zip.infolist())} 个完整的文件")
        entries = [info for info in self._zip.infolist() if not info.is_dir()]
        if len(entries) > MOST_FILES or sum(info.file_size for info in entries) > MOST_IN_ALL:
            raise ImportProblem("压缩包里的文件太多或太大")
        for info in entries:
            if problem := _problem_with(info):
                self.notes.append(f"{info.filename[:100]!r} {problem}，没有读")
            else:
                self._files.setdefault(info.filename, info)
        self._files = _below_common_folder(self._files)


def parse_yaml(text: str) -> Any:
    """Return what a YAML text says. Raises ImportProblem for a text that is none, and for one with aliases.

    A few lines of those can stand for more than any memory holds.
    """
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.CSafeLoader)):
            raise ImportProblem("YAML 里不能用别名（*）")
        return yaml.load(text, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        raise ImportProblem("不是可用的 YAML", line=mark.line + 1 if mark else None) from error


def _json(line: bytes, number: int) -> dict[str, Any] | ImportProblem:
    row = None
    with contextlib.suppress(ValueError, RecursionError):
        row = json.loads(line)
        json.dumps(row, ensure_ascii=False).encode()  # a lone surrogate is a ValueError
    if row is None or b"\\u0000" in line:
        return ImportProblem("这一行不完整，或不是 JSON", line=number)
    return row if isinstance(row, dict) else ImportProblem("这一行应为一个对象", line=number)


def _by_number(name: str) -> tuple[str, int, str]:
    path = PurePosixPath(name)
    number = path.name.split("-", 1)[0].split(".", 1)[0]
    return str(path.parent), int(number) if number.isdecimal() and len(number) < 20 else 0, name


def _problem_with(info: zipfile.ZipInfo) -> str:
    path = PurePosixPath(info.filename)
    if path.is_absolute() or ".." in path.parts or "\\" in info.filename or ":" in info.filename:
        return "的名称指向压缩包之外"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "是链接"
    if info.flag_bits & 0x1:
        return "有密码"
    return ""


def _below_common_folder(files: dict[str, Any]) -> dict[str, Any]:
    """Return the files with the names that they have in the one folder in which all of them lie, if they do."""
    tops = {PurePosixPath(name).parts[0] for name in files if not name.startswith("__MACOSX/")}
    if len(tops) != 1 or tops & {"guides", "pages", "media", *files}:
        return files
    [top] = tops
    return {name.removeprefix(f"{top}/"): where for name, where in files.items() if name.startswith(f"{top}/")}


# --- A zip that breaks off -----------------------------------------------------------------------------------------


def _salvage(path: Path, kept: zipfile.ZipFile) -> bool:
    """Copy what is whole in a zip without its end, where its files are listed. Return whether there is any."""
    with path.open("rb") as source, contextlib.suppress(zlib.error, struct.error, UnicodeDecodeError):
        while _next_whole(source, kept):
            pass
    return bool(kept.infolist())


def _next_whole(source: IO[bytes], kept: zipfile.ZipFile) -> bool:
    """Copy the file that begins here, and stop behind it. Return False where none begins, or none that is whole."""
    header = source.read(LOCAL_HEADER.size)
    if len(header) < LOCAL_HEADER.size or header[:4] != b"PK\x03\x04":
        return False
    _, _, flags, method, _, _, crc, packed, _, name_length, extra_length = LOCAL_HEADER.unpack(header)
    name = source.read(name_length).decode("utf-8" if flags & 0x800 else "cp437")
    extra = source.read(extra_length)
    if packed == ZIP64 and extra[:2] == b"\1\0":
        packed = struct.unpack("<Q", extra[12:20])[0]
    if flags & 0x9 or method not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        return False  # with a password, or with its length behind it: those that we write have it before
    with tempfile.SpooledTemporaryFile(CHUNK) as unpacked:
        if _unpack(source, unpacked, packed, is_deflated=method == zipfile.ZIP_DEFLATED) != crc:
            return False
        unpacked.seek(0)
        with kept.open(zipfile.ZipInfo(name), "w", force_zip64=True) as file:
            shutil.copyfileobj(unpacked, file)
    return True


def _unpack(source: IO[bytes], target: Any, packed: int, *, is_deflated: bool) -> int:
    """Copy `packed` bytes from `source`, unpacked; return the checksum of what was written, -1 if they break off."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    crc = written = 0
    while packed and (chunk := source.read(min(packed, CHUNK))):
        packed -= len(chunk)
        content = inflater.decompress(chunk, MOST_MEDIA) if is_deflated else chunk
        crc, written = zlib.crc32(content, crc), written + len(content)
        if written > MOST_IN_ALL or inflater.unconsumed_tail:
            return -1
        target.write(content)
    return -1 if packed else crc

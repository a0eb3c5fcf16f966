"""Two hundred hostile uploads: refused in a kind sentence or encoded anew without a trace, in little memory."""

import base64
import io
import json
import random
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from articles.image_gate import let_in
from articles.images import ImageProblem
from tests.articles.pictures import decoded, encoded, photo

ROOT = Path(__file__).resolve().parents[2]
PAYLOAD = b"<script>alert('payload')</script><?php payload() ?>"
LEAST, MOST_MEMORY = 200, 200_000  # uploads; KB

# Runs in a process of its own, as the gate does, and tells what became of every file and how much memory that took.
TRIAL = """
import json, sys
from pathlib import Path
from articles import images
images.limit_process()
report = {}
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        with path.open("rb") as file:
            files = images.re_encode(file, variants=path.name.startswith("full"))
    except images.ImageProblem as problem:
        report[path.name] = str(problem)
    else:
        report[path.name] = [content.hex() for content in files.values()]
# Not ru_maxrss: that of a new process begins with what its parent had.
status = Path("/proc/self/status").read_text()
peak = int(status.partition("VmHWM:")[2].split()[0])
json.dump({"report": report, "peak": peak}, sys.stdout)
"""

# An AVIF of 1 KB that says 100×100 and holds 12000×12000: making it takes two gigabytes, so here it is, deflated.
LYING_AVIF = (
    "eNpjYGCQSSupLEgsy0xjAAIQnZuZZpibmQjiv8xNLUlkgADFjJScIiiboSAzuYQBDfAVZJbkglmMQCyXmZOfDOK4gPiMEFFGXgYG5p9A"
    "tkZmZl4aXK0UkJPKBOUllhkYOufn5IPtysgsKCoA0p6ZBcn5QFoks7ggFWpfChQD7a3IBGvmABI8iWWGzo3yMiAB4eT8nKK85JwKoLm8"
    "DGwNQCHxzIJcmI+AzmJhZGpmYWBgYcxNSSwRYuDilv+ed3937TImKV4Ho+fsAj6udy/76OQwWJ8/peO94U6nB3+X1qrOy7e4fSs0vlms"
    "FjGZx317x77JgtlLDVtPhAh6GH5Y2P828cy/Yjl7n0cLf9Tvl9ginGBz/pRL/5szG14x/GtpDxBVNN8v/afmRt7a9e9bDOt5Sm9fuvEq"
    "jXnLm8tsHH6bH1c4LjJheu246cSJHVHfpH+IvqOt7ndqBZUbOU68zb8dXZJoee/IWuX90/fXf77r5vPiS86WwezyUX8PMn//GEjdlHh7"
    "AwDsPlDI"
)

KINDS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")


def small(kind: str, **options) -> bytes:
    return encoded(photo(64, 48), kind, **options)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, data: bytes = b"", *, extra: bytes = b"", colour: int = 6, depth: int = 8) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    body = chunk(b"IHDR", header) + extra + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def zeros(amount: int) -> bytes:
    """Return `amount` zero bytes, deflated, without ever holding them."""
    packer = zlib.compressobj(1)
    parts = [packer.compress(bytes(1_000_000)) for _ in range(amount // 1_000_000)]
    return b"".join([*parts, packer.compress(bytes(amount % 1_000_000)), packer.flush()])


def polyglots() -> Iterator[tuple[str, bytes]]:
    """Pictures that are something else besides: before, behind and in between."""
    for kind in KINDS:
        whole = small(kind)
        for number, tail in enumerate(
            (PAYLOAD, b"PK\x03\x04" + PAYLOAD, b"%PDF-1.7" + PAYLOAD, b"\x00" * 5000 + PAYLOAD)
        ):
            yield f"full-behind-{kind}-{number}", whole + tail
        for number, head in enumerate((PAYLOAD, b"GIF89a=1;/*" + PAYLOAD, b"%!PS-Adobe" + PAYLOAD, b"BM" + PAYLOAD)):
            yield f"before-{kind}-{number}", head + whole
    yield "gif-js", b"GIF89a/*" + small("GIF")[8:] + b"*/=1;" + PAYLOAD
    yield "comment-jpeg", small("JPEG", comment=PAYLOAD)
    yield "comment-gif", small("GIF", comment=PAYLOAD)
    for name in ("tEXt", "zTXt", "iTXt", "eXIf", "iCCP", "prVt"):
        yield f"chunk-{name}", with_chunk(name)
    for number in range(10):  # pixels that spell words: nothing to do with them but to change them
        words = (PAYLOAD * 200)[number : number + 64 * 48 * 3]
        yield f"pixels-{number}", encoded(Image.frombytes("RGB", (64, 48), words), "BMP" if number % 2 else "PNG")


def with_chunk(name: str) -> bytes:
    data = zlib.compress(PAYLOAD) if name == "iCCP" else PAYLOAD
    return png(8, 8, zlib.compress(b"\x00" * 8 * 33), extra=chunk(name.encode(), b"Comment\x00\x00" + data))


def words_inside() -> Iterator[tuple[str, bytes]]:
    """Scripts in EXIF, XMP and colour profiles; broken and endless ones of these."""
    exif = Image.Exif()
    for tag in (0x010E, 0x010F, 0x0131, 0x013B, 0x8298):
        exif[tag] = PAYLOAD.decode()
    exif.get_ifd(0x8825)[1] = "N"
    for kind in ("JPEG", "PNG", "WEBP", "AVIF"):
        yield f"full-exif-{kind}", small(kind, exif=exif)
        yield f"full-profile-{kind}", small(kind, icc_profile=PAYLOAD * 50)
        yield f"full-xmp-{kind}", small(kind, xmp=PAYLOAD)
        if kind == "AVIF":
            continue  # its encoder takes no broken EXIF
        for number, broken in enumerate(
            (b"", b"II*\x00\xff\xff\xff\xff", b"MM\x00*" + b"\xff" * 60, b"II*\x00\x08\x00\x00\x00\x01\x00")
        ):
            yield f"exif-{kind}-{number}", small(kind, exif=b"Exif\x00\x00" + broken)
    loop = b"II*\x00\x08\x00\x00\x00\x01\x00\x69\x87\x04\x00\x01\x00\x00\x00\x08\x00\x00\x00\x08\x00\x00\x00"
    yield "exif-loop", small("JPEG", exif=b"Exif\x00\x00" + loop)


def bombs() -> Iterator[tuple[str, bytes]]:
    """Small files that would be large."""
    for width, height in ((30_000, 30_000), (65_535, 65_535), (2**31 - 1, 2**31 - 1), (50_000, 1_000), (5000, 4900)):
        yield f"png-{width}", png(width, height, zlib.compress(b"\x00" * 1000))
    yield "png-full", png(5000, 5000, zeros(5000 * 20_001))
    yield "full-png-at-the-limit", png(4000, 6000, zeros(6000 * 16_001))
    yield "png-16-bit", png(4000, 3000, zeros(3000 * 32_001), depth=16)
    yield "png-grey-1-bit", encoded(Image.new("1", (9000, 9000)), "PNG")
    for size in ((1, 60_000), (60_000, 1), (2, 41), (100, 2001)):
        yield f"thin-{size}", encoded(Image.new("L", size), "PNG")
    for size in ((0, 1), (1, 0), (0, 0)):
        yield f"none-{size}", png(*size, zlib.compress(b""))
    packed = zlib.compress(bytes(60_000_000), 1)
    for name in (b"zTXt", b"iCCP"):
        yield f"words-bomb-{name}", png(8, 8, zlib.compress(b"\x00" * 8 * 33), extra=chunk(name, b"a\x00\x00" + packed))
    many = chunk(b"tEXt", b"a\x00" + b"x" * 900_000) * 12
    yield "many-words", png(8, 8, zlib.compress(b"\x00" * 8 * 33), extra=many)
    yield "jpeg-large", encoded(Image.new("L", (9000, 9000)), "JPEG")
    yield "gif-large", encoded(Image.new("L", (5000, 5000)), "GIF")
    lying = zlib.decompress(base64.b64decode(LYING_AVIF))
    size = lying.index(b"ispe") + 8
    yield "avif-lies", lying
    yield "avif-large", lying[:size] + struct.pack(">II", 12_000, 12_000) + lying[size + 8 :]
    yield "progressive", encoded(Image.new("RGB", (5000, 4000)), "JPEG", progressive=True)
    yield (
        "full-progressive-at-the-limit",
        encoded(Image.new("RGB", (3900, 2500)), "JPEG", progressive=True, subsampling=0),
    )
    frames = [Image.new("L", (600, 600), shade) for shade in range(30)]
    for kind in ("GIF", "WEBP", "PNG"):
        yield f"frames-{kind}", encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=10)
    yield (
        "gif-frame-outside",
        small("GIF").replace(struct.pack("<HHHH", 0, 0, 64, 48), struct.pack("<HHHH", 60_000, 60_000, 64, 48)),
    )


def wrong_types() -> Iterator[tuple[str, bytes]]:
    for kind in (
        "TIFF",
        "ICO",
        "BMP",
        "PPM",
        "TGA",
        "EPS",
        "PDF",
        "ICNS",
        "JPEG2000",
        "PCX",
        "SGI",
        "DDS",
        "MSP",
    ):
        picture = photo(64, 64).convert("1") if kind == "MSP" else photo(64, 64)
        yield f"type-{kind}", encoded(picture, kind) + PAYLOAD
    for number, text in enumerate(
        (
            *(b"", b"\x00", b"GIF89a", b"\xff\xd8\xff", b"RIFF\xff\xff\xff\xffWEBPVP8 ", b"\x00\x00\x00 ftypavif"),
            *(b"<svg xmlns='http://www.w3.org/2000/svg'>" + PAYLOAD, b"<?xml version='1.0'?><svg/>", b"8BPS\x00\x01"),
            *(
                b"%!PS-Adobe-3.0\n(/etc/passwd) (r) file",
                b"#!/bin/sh\n",
                b"MZ\x90",
                b"\x7fELF",
                PAYLOAD,
                b"push graphic-context",
            ),
        )
    ):
        yield f"text-{number}", text


def damaged(chance: random.Random) -> Iterator[tuple[str, bytes]]:
    for kind in KINDS:
        whole = small(kind)
        for part in (0.1, 0.5, 0.9):
            yield f"half-{kind}-{part}", whole[: int(len(whole) * part)]
        for number in range(12):
            broken = bytearray(whole)
            for _ in range(1 + number * 2):
                broken[chance.randrange(len(broken))] = chance.randrange(256)
            yield f"noise-{kind}-{number}", bytes(broken)


@pytest.fixture(scope="module")
def uploads() -> dict[str, bytes]:
    made = [polyglots(), words_inside(), bombs(), wrong_types(), damaged(random.Random(6))]
    return {name.replace(" ", ""): content for some in made for name, content in some}


@pytest.fixture(scope="module")
def trial(uploads, tmp_path_factory) -> dict:
    folder = tmp_path_factory.mktemp("hostile")
    for name, content in uploads.items():
        (folder / name).write_bytes(content)
    environment = {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "MALLOC_ARENA_MAX": "1"}
    done = subprocess.run([sys.executable, "-c", TRIAL, str(folder)], capture_output=True, env=environment, cwd=ROOT)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return json.loads(done.stdout)


def test_every_upload_is_refused_kindly_or_encoded_anew(uploads, trial):
    report = trial["report"]
    assert len(report) == len(uploads) >= LEAST
    taken = {
        name: [bytes.fromhex(content) for content in files] for name, files in report.items() if isinstance(files, list)
    }
    for name, files in taken.items():
        for content in files:
            assert b"payload" not in content, name
            assert b"script" not in content, name
            decoded(content)
    for name, said in report.items():
        if name not in taken:
            assert said.endswith("。"), name
            assert not said.isascii(), name
    assert len(taken) > 60, "a gate that lets nothing in is no gate"
    for name in ("avif-lies", "png-full", "gif-large", "before-PNG-0", "text-6", "type-BMP"):
        assert name not in taken


def test_all_of_them_take_little_memory(trial):
    print(f"peak: {trial['peak']} KB")
    assert trial["peak"] < MOST_MEMORY


def test_a_decoder_that_runs_wild_harms_only_its_own_process(uploads):
    """A kilobyte that says 100×100 and would fill hundreds of megabytes."""
    with pytest.raises(ImageProblem, match="损坏"):
        let_in(io.BytesIO(uploads["avif-lies"]))


def test_the_process_of_the_decoder_knows_no_secrets(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    Path(sys.executable).write_text(f"#!/bin/sh\nenv > {tmp_path}/env\nexit 1\n")
    Path(sys.executable).chmod(0o755)
    with pytest.raises(ImageProblem, match="损坏"):
        let_in(io.BytesIO(b"x"))
    told = (tmp_path / "env").read_text()
    assert "PYTHONPATH" in told
    assert "SECRET" not in told
    assert "DATABASE" not in told

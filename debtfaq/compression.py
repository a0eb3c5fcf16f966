"""How what is sent is made smaller."""

import gzip

import brotli
from zlib_ng import gzip_ng

# zlib-ng takes half the time of zlib, for 2 % more bytes. With much more effort, brotli takes several times as
# long as to make the page.
GZIP_LEVEL, BROTLI_QUALITY = 6, 5
_HEADER, _FLAGS, _FNAME = 10, 3, 8  # RFC 1952, 2.3


def compressed(body: bytes, coding: str) -> bytes:
    """Return `body` in one of the codings "br" and "gzip". The same is made of the same."""
    if coding == "br":
        packed: bytes = brotli.compress(body, quality=BROTLI_QUALITY)
    else:
        packed = gzip_ng.compress(body, GZIP_LEVEL, mtime=0)  # type: ignore[no-untyped-call]
    return packed


def decompressed(packed: bytes, coding: str) -> bytes:
    body: bytes = brotli.decompress(packed) if coding == "br" else gzip.decompress(packed)
    return body


def named(packed: bytes, name: bytes) -> bytes:
    """Return a file of gzip that says that it was called `name`."""
    header = bytearray(packed[:_HEADER])
    header[_FLAGS] = _FNAME
    return bytes(header) + name + b"\0" + packed[_HEADER:]

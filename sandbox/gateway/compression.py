"""Transport compression: every frame of a connection belongs to one stream (docs: events/gateway)."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from importlib import import_module

Compress = Callable[[bytes], bytes]


def compressor(kind: str | None) -> Compress | None:
    """What the query's `compress` asks for. None sends text frames, which clients take in any case."""
    if kind == "zlib-stream":
        stream = zlib.compressobj()
        return lambda text: stream.compress(text) + stream.flush(zlib.Z_SYNC_FLUSH)
    return _zstd() if kind == "zstd-stream" else None


def _zstd() -> Compress | None:
    """By the standard library where it has it (Python 3.14), else by the `zstandard` package if there."""
    try:
        standard = import_module("compression.zstd").ZstdCompressor()
        return lambda text: bytes(standard.compress(text, standard.FLUSH_BLOCK))
    except ImportError:
        pass
    try:
        package = import_module("zstandard")
    except ImportError:
        return None
    stream, block = package.ZstdCompressor().compressobj(), package.COMPRESSOBJ_FLUSH_BLOCK
    return lambda text: bytes(stream.compress(text) + stream.flush(block))

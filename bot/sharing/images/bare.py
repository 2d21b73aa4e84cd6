"""Whether a file holds pixels and nothing besides: the last look at what the drawing process gave back."""

from __future__ import annotations

import struct

from bot.sharing.images.models import Kind

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_CHUNKS = frozenset({b"IHDR", b"IDAT", b"IEND"})
# ITU T.81: tables, the frame, scans. No application segment (APPn) but JFIF's own, no comment (COM).
_JPEG_SEGMENTS = frozenset({0xC0, 0xC4, 0xDA, 0xDB})
_JFIF = struct.Struct(">5sHBHHBB")
_JFIF_PLAIN = frozenset({(b"JFIF\0", 0x0101, 0, 1, 1, 0, 0), (b"JFIF\0", 0x0102, 0, 1, 1, 0, 0)})


def is_bare(data: bytes, kind: Kind) -> bool:
    """True for a whole PNG or baseline JPEG without text, profile, thumbnail, date or a byte too many."""
    return _is_bare_png(data) if kind is Kind.PNG else _is_bare_jpeg(data)


def _is_bare_png(data: bytes) -> bool:
    if not data.startswith(_PNG):
        return False
    at = len(_PNG)
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        kind = data[at + 4 : at + 8]
        at += 12 + length
        if kind not in _PNG_CHUNKS:
            return False
        if kind == b"IEND":
            return length == 0 and at == len(data)
    return False


def _is_bare_jpeg(data: bytes) -> bool:
    if not data.startswith(b"\xff\xd8"):
        return False
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            return False
        marker = data[at + 1]
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        plain = marker == 0xE0 and _is_plain_jfif(data[at + 4 : at + 2 + length])
        if length < 2 or not (plain or marker in _JPEG_SEGMENTS):
            return False
        at += 2 + length
        if marker == 0xDA:
            # A scan's data holds 0xFF only as 0xFF00; with baseline and one scan the end follows it.
            return data.find(b"\xff\xd9", at) == len(data) - 2 and _is_scan(data[at:-2])
    return False


def _is_plain_jfif(segment: bytes) -> bool:
    return len(segment) == _JFIF.size and _JFIF.unpack(segment) in _JFIF_PLAIN


def _is_scan(data: bytes) -> bool:
    return data.count(b"\xff") == data.count(b"\xff\x00")

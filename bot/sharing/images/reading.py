"""What a file is by its first bytes, whatever it is called, and how large a picture it claims to hold."""

from __future__ import annotations

from enum import StrEnum

from bot.errors import UserError
from bot.sharing.images.models import BYTES_MAX, PIXELS_MAX


class Format(StrEnum):
    JPEG = "JPEG"
    PNG = "PNG"
    GIF = "GIF"
    WEBP = "WEBP"


# ISO/IEC 14496-12 "ftyp" brands of what telephones take: HEIF and AVIF.
_FTYP = b"ftyp"
_HEIF = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"})
# ITU T.81 B.1.1.3: frame headers are 0xC0 to 0xCF, but for these three.
_NO_FRAME = frozenset({0xC4, 0xC8, 0xCC})
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})


def judge(data: bytes) -> Format:
    """The format, if this may be decoded at all. Raises UserError with what to do instead."""
    if len(data) > BYTES_MAX:
        raise too_heavy()
    if data[4:8] == _FTYP and data[8:12] in _HEIF:
        raise UserError("image.errors.heic")
    found = format_of(data)
    if found is None:
        raise UserError("image.errors.no_image")
    size = dimensions(data, found)
    if size is None or 0 in size:
        raise UserError("image.errors.broken")
    if size[0] * size[1] > PIXELS_MAX:
        raise UserError("image.errors.too_many_pixels", most=PIXELS_MAX // 1_000_000)
    return found


def too_heavy() -> UserError:
    return UserError("image.errors.too_heavy", most=BYTES_MAX // 1024 // 1024)


def format_of(data: bytes) -> Format | None:
    if data.startswith(b"\xff\xd8\xff"):
        return Format.JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Format.PNG
    if data.startswith((b"GIF87a", b"GIF89a")):
        return Format.GIF
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return Format.WEBP
    return None


def dimensions(data: bytes, format: Format) -> tuple[int, int] | None:
    """Width and height as the header claims them; None where there is no such header."""
    if format is Format.JPEG:
        return _of_jpeg(data)
    if format is Format.PNG:
        whole = data[12:16] == b"IHDR" and len(data) >= 24
        return (_big(data[16:20]), _big(data[20:24])) if whole else None
    if format is Format.GIF:
        return (_little(data[6:8]), _little(data[8:10])) if len(data) >= 10 else None
    return _of_webp(data)


def _of_jpeg(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(data):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
        elif marker in _WITHOUT_LENGTH:
            at += 2
        elif 0xC0 <= marker <= 0xCF and marker not in _NO_FRAME:
            return _big(data[at + 7 : at + 9]), _big(data[at + 5 : at + 7])
        else:
            at += 2 + max(2, _big(data[at + 2 : at + 4]))
    return None


def _of_webp(data: bytes) -> tuple[int, int] | None:
    """RFC 9649: the canvas of an extended file, or the one picture of a simple one."""
    chunk, head = data[12:16], data[20:30]
    if len(head) < 10:
        return None
    if chunk == b"VP8X":
        return _little(head[4:7]) + 1, _little(head[7:10]) + 1
    if chunk == b"VP8 ":
        return _little(head[6:8]) & 0x3FFF, _little(head[8:10]) & 0x3FFF
    if chunk == b"VP8L":
        bits = _little(head[1:5])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return None


def _big(number: bytes) -> int:
    return int.from_bytes(number, "big")


def _little(number: bytes) -> int:
    return int.from_bytes(number, "little")

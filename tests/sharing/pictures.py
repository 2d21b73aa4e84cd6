"""Pictures as people send them, with everything that can be in their files."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from PIL import Image, ImageCms, PngImagePlugin

MARK = b"quokkacam"
"""In every place of a marked picture's file where something can be written."""
PLACE = (48.137154, 11.576124)


def plain(
    format: str = "JPEG",
    size: tuple[int, int] = (64, 48),
    mode: str = "RGB",
    colour: Any = (30, 90, 150),
    **how: Any,
) -> bytes:
    return encoded(Image.new(mode, size, colour), format, **how)


def encoded(image: Image.Image, format: str, **how: Any) -> bytes:
    into = BytesIO()
    image.save(into, format, **how)
    return into.getvalue()


def grain(size: tuple[int, int] = (320, 240), mode: str = "RGB") -> Image.Image:
    """A picture in which no two places are alike, the same each time."""
    image = Image.radial_gradient("L").resize(size)
    return Image.merge("RGB", (image, image.rotate(90), image.rotate(180))).convert(mode)


def exif() -> Image.Exif:
    """Place, maker, author, times and comments."""
    told, mark = Image.Exif(), MARK.decode()
    for tag in (0x010E, 0x010F, 0x0110, 0x0131, 0x013B, 0x8298, 0x013C):
        told[tag] = mark
    told[0x0132] = "2026:03:01 07:08:09"
    told.get_ifd(0x8769).update({0x9286: b"ASCII\0\0\0" + MARK, 0xA431: mark, 0x9003: "2026:03:01 07:08:09"})
    degrees = tuple((int(part), int((part % 1) * 60), 0.5) for part in PLACE)
    told.get_ifd(0x8825).update({1: "N", 2: degrees[0], 3: "E", 4: degrees[1], 0x001D: "2026:03:01"})
    return told


def profile() -> bytes:
    """An ICC profile whose description is the mark."""
    made = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    description = ImageCms.getProfileDescription(BytesIO(made)).strip().encode("utf-16-be")
    assert description in made
    return made.replace(description, MARK.decode().ljust(len(description) // 2).encode("utf-16-be"))


XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><creator>' + MARK + b"</creator></x:xmpmeta>"
# APP13: Photoshop's image resources, with IPTC's by-line in them
IPTC = b"Photoshop 3.0\x008BIM\x04\x04\x00\x00\x00\x00\x00\x0e\x1c\x02\x50\x00" + bytes([len(MARK)]) + MARK


def marked_jpeg(size: tuple[int, int] = (320, 240)) -> bytes:
    """Exif with a place and a thumbnail, XMP, IPTC, an ICC profile, a comment, and more after the end."""
    data = encoded(
        grain(size), "JPEG", exif=exif(), xmp=XMP, icc_profile=profile(), comment=MARK, dpi=(301, 301)
    )
    segment = b"\xff\xed" + (len(IPTC) + 2).to_bytes(2, "big") + IPTC
    return data[:2] + segment + data[2:] + b"PK\x03\x04" + MARK


def marked_png(mode: str = "RGB") -> bytes:
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", MARK.decode())
    told.add_text("Comment", MARK.decode(), zip=True)
    told.add_itxt("XML:com.adobe.xmp", XMP.decode())
    told.add(b"quKk", MARK)
    data = encoded(grain(mode=mode), "PNG", pnginfo=told, exif=exif(), icc_profile=profile(), dpi=(301, 301))
    return data + MARK


def marked_webp() -> bytes:
    return encoded(grain(), "WEBP", exif=exif().tobytes(), xmp=XMP, icc_profile=profile()) + MARK


def marked_gif() -> bytes:
    return encoded(grain().convert("P"), "GIF", comment=MARK) + MARK


MARKED = {"JPEG": marked_jpeg(), "PNG": marked_png(), "WEBP": marked_webp(), "GIF": marked_gif()}

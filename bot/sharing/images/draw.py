"""Draws an image anew, as a process of its own: `python -I draw.py < what was sent > what can be posted`.

It reads files that may be made to break their reader. So nothing of the bot is imported here, it is started
with an empty environment, and before it reads anything it gives up its right to much memory and time, to
write files, and to start anything. It answers with one line of JSON, {"kind", "moved"} with null for a kind
where it can't be read, and the image's bytes after it.
"""

from __future__ import annotations

import json
import resource
import sys
import warnings
from contextlib import suppress
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageCms

MEMORY = 768 * 1024 * 1024  # bytes of address space: the interpreter, and 160 MB of pixels a few times over
SECONDS = 10  # of the processor
QUALITY = 88
ORIENTATION = 0x0112  # the Exif tag
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def give_up_rights() -> None:
    with suppress(OSError):  # where memory is short all the same, this process goes and not the bot
        Path("/proc/self/oom_score_adj").write_text("1000")
    limits = {
        resource.RLIMIT_AS: MEMORY,
        resource.RLIMIT_CPU: SECONDS,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,  # no image is left in a core dump
        resource.RLIMIT_NPROC: 0,
    }
    for what, most in limits.items():
        with suppress(ValueError, OSError):  # not every system has every limit
            resource.setrlimit(what, (most, most))


def draw(
    data: bytes, *, format: str, pixels_max: int, side_max: int, bytes_max: int
) -> tuple[str, bytes, bool]:
    """Kind ("jpg" or "png"), the new image's bytes, and whether it moved. Raises whatever Pillow does."""
    Image.MAX_IMAGE_PIXELS = None  # judged in the next lines, by the header and before a pixel is decoded
    with Image.open(BytesIO(data), formats=(format,)) as opened:
        if opened.width * opened.height > pixels_max:
            raise ValueError("too many pixels")
        moved = opened.format != "MPO" and bool(getattr(opened, "is_animated", False))
        turn = TURNS.get(_orientation(opened))
        profile = opened.info.get("icc_profile")
        opened.draft(opened.mode, (side_max, side_max))  # a large JPEG need not be decoded whole
        image = _in_few_modes(opened)
        image.thumbnail((side_max, side_max), Image.Resampling.LANCZOS, reducing_gap=2.0)
    image = _seen_as_meant(image, profile)
    if turn is not None:
        image = image.transpose(turn)
    return *_encoded(_pixels_alone(image), bytes_max), moved


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(ORIENTATION, 1))
    except Exception:
        return 1  # whatever is wrong with what is thrown away


def _in_few_modes(opened: Image.Image) -> Image.Image:
    """The first picture as RGB, RGBA or CMYK."""
    opened.load()
    if opened.mode.startswith(("I", "F")):  # 16 bits a grey: PNG alone has them here
        return opened.point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
    if opened.has_transparency_data:
        return opened.convert("RGBA")
    return opened if opened.mode in ("RGB", "CMYK") else opened.convert("RGB")


def _seen_as_meant(image: Image.Image, profile: bytes | None) -> Image.Image:
    """In the colours that its profile means, so that it can do without: RGB, or RGBA."""
    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    colours = image.convert("RGB") if alpha else image
    if profile:
        with suppress(Exception):  # a profile that can't be read, or one for another kind of colours
            meant, plain = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
            colours = ImageCms.profileToProfile(colours, meant, plain, outputMode="RGB") or colours
    colours = colours.convert("RGB")
    if alpha:
        colours.putalpha(alpha)
    return colours


def _pixels_alone(image: Image.Image) -> Image.Image:
    """A new image of the same pixels. What can't be seen for its transparency loses its colours."""
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        image = image.convert("RGB")
    if image.mode == "RGBA":
        seen = image.getchannel("A").point(lambda value: 255 if value else 0)
        clear = Image.new("RGBA", image.size)
        clear.paste(image, mask=seen)
        image = clear
    return Image.frombytes(image.mode, image.size, image.tobytes())


def _encoded(image: Image.Image, bytes_max: int) -> tuple[str, bytes]:
    while True:
        into = BytesIO()
        if image.mode == "RGBA":
            kind = "png"
            image.save(into, "PNG")
        else:
            kind = "jpg"
            image.save(into, "JPEG", quality=QUALITY, subsampling=0)
        if into.tell() <= bytes_max:
            return kind, into.getvalue()
        smaller = max(1, image.width * 3 // 4), max(1, image.height * 3 // 4)
        image = image.resize(smaller, Image.Resampling.LANCZOS)


def main() -> None:
    give_up_rights()
    warnings.simplefilter("ignore")
    told = json.loads(sys.argv[1])
    try:
        kind, drawn, moved = draw(sys.stdin.buffer.read(), **told)
    except Exception:
        kind, drawn, moved = None, b"", False
    answer = {"kind": kind, "moved": moved}
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + drawn)


if __name__ == "__main__":
    main()

"""An image is drawn anew, in a process of its own: pixels, and nothing besides; and whatever is sent, no harm."""

from __future__ import annotations

import asyncio
import os
import struct
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow
from PIL import ImageCms

from bot.errors import UserError
from bot.sharing.images import bare, drawing, reading
from bot.sharing.images.drawing import Drawing
from bot.sharing.images.models import BYTES_MAX, PIXELS_MAX, REMADE_MAX, SIDE_MAX, Image, Kind
from tests.sharing import pictures
from tests.sharing.pictures import MARK, MARKED

ORIENTATION = 0x0112
linux = pytest.mark.skipif(sys.platform != "linux", reason="not every system has these limits and figures")


@pytest.fixture
def anew() -> Drawing:
    return Drawing()


def opened(image: Image) -> Pillow.Image:
    return Pillow.open(BytesIO(image.data))


async def refusal(anew: Drawing, data: bytes) -> str:
    with pytest.raises(UserError) as refused:
        await anew.anew(data)
    return refused.value.key


# Nothing but pixels


@pytest.mark.anonymity
@pytest.mark.parametrize("format", MARKED)
async def test_nothing_that_a_file_tells_besides_its_pixels_is_left(anew: Drawing, format: str) -> None:
    data = MARKED[format]
    assert MARK in data
    image = await anew.anew(data)
    assert bare.is_bare(image.data, image.kind)
    for mark in (MARK, MARK.decode().encode("utf-16-be"), b"Exif", b"ICC", b"adobe", b"8BIM", b"2026:03:01"):
        assert mark not in image.data
    again = opened(image)
    assert dict(again.getexif()) == {}
    assert not {"exif", "icc_profile", "xmp", "comment", "dpi", "photoshop"} & set(again.info)
    assert again.size == (320, 240)


@pytest.mark.anonymity
async def test_a_marked_file_really_holds_what_it_is_said_to(anew: Drawing) -> None:
    told = Pillow.open(BytesIO(MARKED["JPEG"]))
    assert told.getexif().get_ifd(0x8825)[2][0] == int(pictures.PLACE[0])
    assert {"exif", "icc_profile", "xmp", "comment", "photoshop"} <= set(told.info)
    assert set(Pillow.open(BytesIO(MARKED["PNG"])).info) >= {"Author", "Comment", "icc_profile", "exif"}


@pytest.mark.anonymity
async def test_two_files_of_the_same_pixels_become_the_same_bytes(anew: Drawing) -> None:
    pixels = pictures.grain()
    mine = await anew.anew(pictures.encoded(pixels, "PNG", exif=pictures.exif()))
    yours = await anew.anew(pictures.encoded(pixels, "PNG", compress_level=1))
    assert mine == yours


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"])
async def test_every_kind_of_pixels_can_be_shown(anew: Drawing, mode: str) -> None:
    format = "JPEG" if mode == "CMYK" else "PNG"
    picture = Pillow.new("I;16", (64, 48), 0x8000) if mode == "I;16" else pictures.grain().convert(mode)
    image = await anew.anew(pictures.encoded(picture, format))
    assert (image.kind, opened(image).mode) == (Kind.JPG, "RGB")
    if mode == "I;16":
        assert opened(image).getpixel((5, 5)) == (128, 128, 128)  # half of the light there can be


async def test_what_is_see_through_stays_so_and_hides_nothing(anew: Drawing) -> None:
    picture = pictures.grain(mode="RGBA")
    hole = Pillow.new("L", picture.size, 255)
    hole.paste(0, (0, 0, 100, 100))  # rubbed out, as in many programs: its colours are in the file as before
    picture.putalpha(hole)
    image = await anew.anew(pictures.encoded(picture, "PNG"))
    assert image.kind is Kind.PNG
    assert opened(image).getpixel((50, 50)) == (0, 0, 0, 0)
    assert opened(image).getpixel((200, 200)) == picture.getpixel((200, 200))
    assert bare.is_bare(image.data, Kind.PNG)


@pytest.mark.parametrize("orientation", range(1, 9))
async def test_a_picture_stands_upright_without_the_note_that_it_lies(
    anew: Drawing, orientation: int
) -> None:
    upright = Pillow.new("RGB", (80, 40), (10, 10, 200))
    upright.paste((200, 10, 10), (0, 0, 40, 20))  # red at the top, left
    lying = {
        1: upright,
        2: upright.transpose(Pillow.Transpose.FLIP_LEFT_RIGHT),
        3: upright.transpose(Pillow.Transpose.ROTATE_180),
        4: upright.transpose(Pillow.Transpose.FLIP_TOP_BOTTOM),
        5: upright.transpose(Pillow.Transpose.TRANSPOSE),
        6: upright.transpose(Pillow.Transpose.ROTATE_90),
        7: upright.transpose(Pillow.Transpose.TRANSVERSE),
        8: upright.transpose(Pillow.Transpose.ROTATE_270),
    }[orientation]
    told = Pillow.Exif()
    told[ORIENTATION] = orientation
    drawn = opened(await anew.anew(pictures.encoded(lying, "PNG", exif=told)))
    assert drawn.size == (80, 40)
    assert drawn.convert("RGB").getpixel((10, 5))[0] > 150  # type: ignore[index] # RGB gives a tuple
    assert drawn.convert("RGB").getpixel((70, 35))[2] > 150  # type: ignore[index] # RGB gives a tuple


async def test_colours_stay_as_their_profile_meant_them(anew: Drawing) -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    plain = await anew.anew(pictures.plain(colour=(30, 90, 150), quality=95))
    profiled = await anew.anew(pictures.plain(colour=(30, 90, 150), quality=95, icc_profile=lab))
    broken = await anew.anew(pictures.plain(colour=(30, 90, 150), quality=95, icc_profile=b"no profile" * 20))
    assert plain.data == profiled.data == broken.data


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG"])
async def test_of_what_moves_the_first_picture_is_taken(anew: Drawing, format: str) -> None:
    first, second = Pillow.new("RGB", (40, 40), (200, 0, 0)), Pillow.new("RGB", (40, 40), (0, 0, 200))
    data = pictures.encoded(first, format, save_all=True, append_images=[second, first], duration=100)
    image = await anew.anew(data)
    assert image.stood_still
    assert opened(image).getpixel((20, 20))[0] > 150  # type: ignore[index] # RGB gives a tuple
    assert not (await anew.anew(pictures.plain(format))).stood_still


# Bounds


async def test_a_large_picture_is_made_smaller_in_its_own_shape(anew: Drawing) -> None:
    image = await anew.anew(pictures.plain(size=(5000, 2500)))
    assert opened(image).size == (SIDE_MAX, SIDE_MAX // 2)
    thin = await anew.anew(pictures.plain("PNG", size=(30000, 1)))
    assert opened(thin).size == (SIDE_MAX, 1)


async def test_what_would_weigh_too_much_is_made_smaller_until_it_does_not(anew: Drawing) -> None:
    size = 1150  # in pixels of noise: 4.2 MB that no PNG makes smaller, before it comes to our own
    noise = Pillow.frombytes("RGBA", (size, size), os.urandom(size * size * 4))
    data = pictures.encoded(noise, "PNG")
    assert REMADE_MAX < len(data) < BYTES_MAX
    image = await anew.anew(data)
    assert image.kind is Kind.PNG
    assert len(image.data) <= REMADE_MAX


@linux
async def test_forty_million_pixels_are_drawn_within_the_memory_of_their_own_process(anew: Drawing) -> None:
    assert PIXELS_MAX == 8000 * 5000
    data = bomb(8000, 5000)
    with highest_memory() as grown:
        image = await anew.anew(data)
    assert opened(image).size == (2048, 1280)
    assert grown[0] < 32, f"the bot's process took {grown[0]} MiB for what takes more than 120"


@contextmanager
def highest_memory() -> Iterator[list[float]]:
    """By how many MiB this process grows at its highest (proc(5): VmHWM, and 5 in clear_refs)."""

    def now(what: str) -> float:
        [line] = [line for line in status.read_text().splitlines() if line.startswith(what)]
        return int(line.split()[1]) / 1024

    status = Path("/proc/self/status")
    Path("/proc/self/clear_refs").write_text("5")
    before, grown = now("VmRSS"), [0.0]
    yield grown
    grown[0] = now("VmHWM") - before


# Refused, kindly


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no_image"),
        (b"%PDF-1.7 of something", "no_image"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no_image"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "heic"),
        (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf", "heic"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0isommp42", "no_image"),
        (b"BM" + bytes(60), "no_image"),
        (b"II*\0" + bytes(60), "no_image"),
        (b"\xff\xd8\xff\xe0", "broken"),
        (b"\x89PNG\r\n\x1a\n", "broken"),
        (b"GIF89a", "broken"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "broken"),
        (MARKED["JPEG"][:3000], "broken"),
        (MARKED["PNG"][:2000], "broken"),
        (MARKED["WEBP"][:2000], "broken"),
        (MARKED["JPEG"] + bytes(BYTES_MAX), "too_heavy"),
    ],
)
async def test_what_is_no_whole_picture_is_refused_with_a_reason(
    anew: Drawing, data: bytes, why: str
) -> None:
    assert await refusal(anew, data) == f"image.errors.{why}"


def bomb(width: int, height: int) -> bytes:
    """A small PNG that claims, and holds, very many pixels of one colour."""

    def chunk(kind: bytes, inside: bytes) -> bytes:
        check = zlib.crc32(kind + inside)
        return struct.pack(">I", len(inside)) + kind + inside + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    squeeze, line = zlib.compressobj(9), bytes(1 + (width + 7) // 8)
    lines = b"".join(squeeze.compress(line) for _ in range(height)) + squeeze.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


async def test_a_decompression_bomb_is_refused_by_its_header(
    anew: Drawing, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = bomb(30_000, 30_000)
    assert len(data) < 300_000

    async def never(*_: object, **__: object) -> None:
        raise AssertionError("a process was started for it")

    monkeypatch.setattr(asyncio, "create_subprocess_exec", never)
    assert await refusal(anew, data) == "image.errors.too_many_pixels"


async def test_a_bomb_in_the_text_of_a_png_is_thrown_away_or_refused(anew: Drawing) -> None:
    text = zlib.compress(bytes(200_000_000), 9)
    inside = b"Comment\0\0" + text
    chunk = (
        struct.pack(">I", len(inside)) + b"zTXt" + inside + struct.pack(">I", zlib.crc32(b"zTXt" + inside))
    )
    whole = pictures.plain("PNG")
    data = whole[:33] + chunk + whole[33:]
    with suppress(UserError):
        assert bare.is_bare((await anew.anew(data)).data, Kind.JPG)


async def test_a_header_that_lies_about_the_size_gets_no_further(anew: Drawing) -> None:
    jpeg = bytearray(pictures.plain(size=(64, 64)))
    at = jpeg.index(b"\xff\xc0") + 5
    jpeg[at : at + 4] = struct.pack(">HH", 6000, 6000)
    with suppress(UserError):
        assert opened(await anew.anew(bytes(jpeg))).size == (SIDE_MAX, SIDE_MAX)  # most of it grey


async def test_a_file_that_is_two_things_at_once_becomes_the_picture_alone(anew: Drawing) -> None:
    page = b"<html><script>alert(1)</script></html>"
    polyglot = pictures.encoded(pictures.grain(), "GIF", comment=page) + b"PK\x05\x06" + page
    image = await anew.anew(polyglot)
    assert b"script" not in image.data
    assert b"PK" not in image.data[-30:]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(MARKED)), st.data())
def test_the_header_is_read_without_harm_whatever_is_broken_in_it(format: str, data: st.DataObject) -> None:
    whole = bytearray(MARKED[format][:400])
    for at in data.draw(st.lists(st.integers(0, 399), max_size=12)):
        whole[at] = data.draw(st.integers(0, 255))
    cut = bytes(whole[: data.draw(st.integers(0, 400))])
    with suppress(UserError):
        assert reading.judge(cut) in set(reading.Format)


@pytest.mark.parametrize("format", MARKED)
def test_the_header_is_read_as_pillow_reads_it(format: str) -> None:
    data = MARKED[format]
    assert reading.dimensions(data, reading.judge(data)) == Pillow.open(BytesIO(data)).size


@pytest.mark.parametrize("how", [{"lossless": True}, {"quality": 60}, {"lossless": True, "exact": True}])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_every_kind_of_webp_tells_its_size(mode: str, how: dict[str, object]) -> None:
    data = pictures.encoded(pictures.grain((301, 77), mode), "WEBP", **how)
    assert reading.dimensions(data, reading.judge(data)) == (301, 77)


# A process that is not to be trusted


def program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: str) -> None:
    path = tmp_path / "draw.py"
    path.write_text("import json, os, sys, time\n" + code, encoding="utf-8")
    monkeypatch.setattr(drawing, "PROGRAM", path)


OVERTAKEN = """
sys.stdin.buffer.read()
sys.stdout.buffer.write(b'{"kind": "jpg", "moved": false}\\n' + %r)
"""


@pytest.mark.parametrize(
    "given_back",
    [
        MARKED["JPEG"],
        pictures.plain() + b"more",
        pictures.plain("PNG"),
        pictures.plain(comment=b"a word"),
        pictures.plain(progressive=True),
        b"words",
        b"",
    ],
)
async def test_a_process_that_was_taken_over_brings_nothing_but_pixels_back(
    anew: Drawing, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given_back: bytes
) -> None:
    program(monkeypatch, tmp_path, OVERTAKEN % given_back)
    assert await refusal(anew, pictures.plain()) == "image.errors.broken"


async def test_it_knows_no_token_and_no_setting(
    anew: Drawing, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "a token")
    seen = tmp_path / "seen"
    program(monkeypatch, tmp_path, f"open({str(seen)!r}, 'w').write(json.dumps(dict(os.environ)))")
    await refusal(anew, pictures.plain())
    assert "a token" not in seen.read_text("utf-8")


async def test_where_no_process_can_be_started_that_is_told_and_nothing_of_the_picture(
    anew: Drawing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert await refusal(anew, pictures.plain()) == "image.errors.later"


async def test_one_that_hangs_is_ended_and_the_next_has_its_turn(
    anew: Drawing, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with monkeypatch.context() as patched:
        program(patched, tmp_path, "time.sleep(60)")
        patched.setattr(drawing, "PATIENCE", 0.2)
        assert await refusal(anew, pictures.plain()) == "image.errors.broken"
    assert (await anew.anew(pictures.plain())).kind is Kind.JPG


async def test_one_that_is_not_waited_for_any_more_is_ended(
    anew: Drawing, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    started = tmp_path / "started"
    program(
        monkeypatch,
        tmp_path,
        f"open({str(started)!r}, 'w').write(str(os.getpid()) + '.')\ntime.sleep(60)",
    )
    task = asyncio.create_task(anew.anew(pictures.plain()))
    while not (  # noqa: ASYNC110 # another process writes it
        started.exists() and started.read_text("utf-8").endswith(".")
    ):
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(ProcessLookupError):
        os.kill(int(started.read_text("utf-8")[:-1]), 0)


@pytest.mark.parametrize(
    "deed",
    [
        "x = bytearray(2_000_000_000)",
        "import os; os.write(os.open('/tmp/towards-was-here', os.O_CREAT | os.O_WRONLY), b'x')",
        "import subprocess; subprocess.run(['true'], check=True)",
    ],
)
@linux
async def test_it_gives_up_its_rights_before_it_reads(deed: str) -> None:
    folder = str(drawing.PROGRAM.parent)
    code = f"import sys; sys.path.insert(0, {folder!r}); import draw; draw.give_up_rights(); {deed}"
    if os.geteuid() == 0 and "subprocess" in deed:
        code = code.replace("give_up_rights();", "give_up_rights(); import os; os.setuid(65534);")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-c", code, stderr=asyncio.subprocess.DEVNULL
    )
    assert await process.wait() != 0

"""Has an image drawn anew, by a process that can do no harm to this one."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from pathlib import Path

from bot.errors import UserError
from bot.sharing.images import bare, reading
from bot.sharing.images.models import PIXELS_MAX, REMADE_MAX, SIDE_MAX, Image, Kind

log = logging.getLogger(__name__)

PROGRAM = Path(__file__).with_name("draw.py")
PATIENCE = 30.0  # seconds; its processor time is limited by itself
AT_ONCE = 1  # so that many images at once take no more memory than one


class Drawing:
    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def anew(self, data: bytes) -> Image:
        """The image as it can be posted: the same bytes for the same picture, whoever sent it.

        Raises UserError for what is no image, is too large, or can't be read.
        """
        format = reading.judge(data)
        async with self._turns:
            try:
                image = await _drawn(data, format)
            except OSError as error:  # no memory, or no process left, on this machine
                log.error("no process could be started to draw an image anew", exc_info=error)
                raise UserError("image.errors.later") from error
        if image is None:
            raise UserError("image.errors.broken")
        return image


async def _drawn(data: bytes, format: reading.Format) -> Image | None:
    told = {"format": format, "pixels_max": PIXELS_MAX, "side_max": SIDE_MAX, "bytes_max": REMADE_MAX}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-B", str(PROGRAM), json.dumps(told)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={},  # no token, no path to the key file
    )
    try:
        async with asyncio.timeout(PATIENCE):
            answer, _ = await process.communicate(data)
    except TimeoutError:
        answer = b""
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        log.info("an image could not be drawn anew: its process ended with %s", process.returncode)
        return None
    return _taken(answer)


def _taken(answer: bytes) -> Image | None:
    """What came back, if it is what was asked for: whatever took that process over gets no further."""
    head, _, drawn = answer.partition(b"\n")
    try:
        told = json.loads(head)
        if told["kind"] is None:
            return None
        kind, moved = Kind(told["kind"]), told["moved"] is True
    except (ValueError, KeyError, TypeError):
        log.warning("an image could not be drawn anew: its process answered otherwise than it should")
        return None
    if len(drawn) > REMADE_MAX or not bare.is_bare(drawn, kind):
        log.warning("an image was drawn anew with more in it than pixels, and is not used")
        return None
    return Image(drawn, kind, stood_still=moved)

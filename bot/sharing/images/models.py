from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

BYTES_MAX = 8 * 1024 * 1024
"""Of what somebody sends."""
PIXELS_MAX = 40_000_000
"""Of what somebody sends: more than most cameras take, and 160 MB once it is decoded."""
SIDE_MAX = 2048
"""Pixels of the longer side as it is posted."""
REMADE_MAX = 4 * 1024 * 1024
"""Bytes of what is kept and posted."""
BESIDE_MAX = 2200
"""Characters of a text beside it: fewer than without, for the preview has more to tell."""
DESCRIPTION_MAX = 250
"""Discord's own limit is higher in its documents than in its clients."""


class Kind(StrEnum):
    JPG = "jpg"
    PNG = "png"  # where it is see-through in places


@dataclass(frozen=True)
class Image:
    """An image as it would be posted: pixels, and nothing besides."""

    data: bytes = field(repr=False)
    kind: Kind
    description: str = field(default="", repr=False)
    """In its author's words, for who can't see it; empty for none."""
    stood_still: bool = False
    """It moved before: only its first picture is here."""

    @property
    def name(self) -> str:
        """The file's name, the same for all: what it was called is kept nowhere."""
        return f"image.{self.kind}"

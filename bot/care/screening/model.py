"""The linear model that `make care-train` makes: numbers only, read from `content/care/model.json`.

All are arrays (zlib, base64) of one length: `features` the checksums that are known, in rising order (four
bytes each, the lowest first); `rarity` and each head's `weights` a signed byte for each feature, to be
multiplied by its `step`. A head says how far a message is beyond what was found right for it: from 0 on, it
holds.
"""

from __future__ import annotations

import base64
import binascii
import json
import struct
import zlib
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import mul
from pathlib import Path
from typing import Any

from bot.care.screening.features import Vector
from bot.care.screening.models import Category

VERSION = 1
IMMINENT, NOTICE, HEAVY = "imminent", "notice", "heavy"
HEADS = (IMMINENT, NOTICE, HEAVY, *Category)
_MOST = 1 << 22
"""Bytes of an array that are read"""


@dataclass(frozen=True)
class Head:
    weights: array[int]
    step: float
    offset: float

    def score(self, vector: Vector) -> float:
        at, values = vector
        # map over C functions: a third of the time of a loop, and this is much of a long text's
        total: float = sum(map(mul, map(self.weights.__getitem__, at), values))
        return self.step * total + self.offset


@dataclass(frozen=True)
class Model:
    places: Mapping[int, int]
    """Each known feature's place in the arrays"""
    rarity: Sequence[float]
    heads: Mapping[str, Head]


def load(path: Path) -> Model:
    """Raises ValueError saying what is wrong with the file, OSError where it can't be read."""
    try:
        return _model(json.loads(path.read_text(encoding="utf-8")))
    except (
        KeyError,
        TypeError,
        AttributeError,
        RecursionError,
        struct.error,
        zlib.error,
        binascii.Error,
    ) as error:
        raise ValueError(f"it is damaged ({type(error).__name__})") from None


def _model(data: dict[str, Any]) -> Model:
    if data["version"] != VERSION:
        raise ValueError("it was made for another version; `make care-train` makes it anew")
    packed = unpacked(data["features"])
    features = struct.unpack(f"<{len(packed) // 4}I", packed)
    heads = {
        name: Head(_bytes(head["weights"], len(features)), float(head["step"]), float(head["offset"]))
        for name, head in data["heads"].items()
    }
    if missing := sorted(set(HEADS) - set(heads)):
        raise ValueError(f"it has no {', '.join(missing)}")
    step = float(data["rarity"]["step"])
    rarity = array("f", [number * step for number in _bytes(data["rarity"]["weights"], len(features))])
    return Model({feature: place for place, feature in enumerate(features)}, rarity, heads)


def _bytes(written: str, length: int) -> array[int]:
    numbers = array("b", unpacked(written))
    if len(numbers) != length:
        raise ValueError("it is damaged (length)")
    return numbers


def unpacked(written: str) -> bytes:
    return zlib.decompressobj().decompress(base64.b64decode(written, validate=True), _MOST)


def packed(numbers: bytes) -> str:
    """How an array stands in the file."""
    return base64.b64encode(zlib.compress(numbers, 9)).decode("ascii")

"""The linear model that `make care-train` makes: numbers only, read from `content/care/model.json`.

`rarity` and each head's `weights` are arrays of 2**BITS signed bytes (zlib, base64), to be multiplied by
their `step`. A head says how far a message is beyond what was found right for it: from 0 on, it holds.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.care.screening.features import BITS
from bot.care.screening.models import Category

VERSION = 1
IMMINENT, NOTICE, HEAVY = "imminent", "notice", "heavy"
HEADS = (IMMINENT, NOTICE, HEAVY, *Category)


@dataclass(frozen=True)
class Head:
    weights: array[int]
    step: float
    offset: float

    def score(self, vector: Mapping[int, float]) -> float:
        weights = self.weights
        return self.step * sum(weights[number] * value for number, value in vector.items()) + self.offset


@dataclass(frozen=True)
class Model:
    rarity: tuple[float, ...] | array[float]
    heads: Mapping[str, Head]


def load(path: Path) -> Model:
    """Raises ValueError saying what is wrong with the file, OSError where it can't be read."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["version"] != VERSION or data["bits"] != BITS:
            raise ValueError("it was made for another version; `make care-train` makes it anew")
        step = float(data["rarity"]["step"])
        heads = {
            name: Head(_numbers(head["weights"]), float(head["step"]), float(head["offset"]))
            for name, head in data["heads"].items()
        }
        rarity = array("f", (number * step for number in _numbers(data["rarity"]["weights"])))
    except (KeyError, TypeError, AttributeError, RecursionError, zlib.error, binascii.Error) as error:
        raise ValueError(f"it is damaged ({type(error).__name__})") from None
    if missing := sorted(set(HEADS) - set(heads)):
        raise ValueError(f"it has no {', '.join(missing)}")
    return Model(rarity, heads)


def _numbers(written: str) -> array[int]:
    room = 1 << BITS
    unpacked = zlib.decompressobj().decompress(base64.b64decode(written, validate=True), room + 1)
    if len(unpacked) != room:
        raise ValueError("it is damaged (length)")
    return array("b", unpacked)


def written(numbers: bytes) -> str:
    """How 2**BITS signed bytes stand in the file."""
    return base64.b64encode(zlib.compress(numbers, 9)).decode("ascii")

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.errors import UserError


class Scale(StrEnum):
    """Connected to whom. RCT speaks of distress as disconnection from these three."""

    OTHERS = "others"
    MYSELF = "myself"
    COMMUNITY = "community"


STEPS = (1, 2, 3, 4, 5)
"""From far off to near; the words for them are in content/."""


class Weather(StrEnum):
    SUNNY = "sunny"
    MIXED = "mixed"
    CLOUDY = "cloudy"
    FOGGY = "foggy"
    RAINY = "rainy"
    WINDY = "windy"
    STORMY = "stormy"


WORDS_MAX = 1000
"""Characters: so that words and a name fit in one message, and several people's words in a summary."""


class Display(StrEnum):
    """How someone wants their words to be shown."""

    BY_NAME = "by_name"
    WITHOUT_NAME = "without_name"
    COUNTED = "counted"


class State(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class ThreadState(StrEnum):
    NONE = "none"  # nobody has shown words by name yet
    ASKED = "asked"
    OPEN = "open"
    FAILED = "failed"  # it can't be had: words by name go to the channel itself


class Closed(UserError):
    """The check-in has closed meanwhile."""

    def __init__(self) -> None:
        super().__init__("checkin.errors.closed")


@dataclass(frozen=True)
class CheckIn:
    id: str
    circle_id: str
    occurrence_id: str | None
    channel_id: int
    locale: str
    opens_at: datetime
    closes_at: datetime
    state: State
    message_id: int | None
    thread: ThreadState

    @property
    def stands(self) -> bool:
        """Whether it is open, and people can see its card."""
        return self.state is State.OPEN and self.message_id is not None


@dataclass(frozen=True)
class Answer:
    """What someone gave in a check-in: all of it optional."""

    scales: Mapping[Scale, int]
    weather: Weather | None = None
    words: str | None = None
    display: Display | None = None  # None: not chosen yet, so nothing is shown

    @property
    def empty(self) -> bool:
        return not (self.scales or self.weather or self.words)

    def shown(self, display: Display | None) -> Answer:
        return replace(self, display=display)

    def following(self, earlier: Answer | None) -> Answer:
        """This answer in place of an earlier one: unchanged words stay shown as they were."""
        same = earlier is not None and earlier.words is not None and earlier.words == self.words
        return self.shown(earlier.display if earlier is not None and same else None)


@dataclass(frozen=True)
class Person:
    """Someone's place in a check-in while it is open. `who` is a keyed tag of them, not their id."""

    checkin_id: str
    who: str
    here: bool
    version: str
    sealed: bytes | None  # their Answer, if they gave one


@dataclass(frozen=True)
class NamedWords:
    """Words to show by name. `sealed` is there until they stand on Discord or were taken back."""

    id: str
    checkin_id: str
    who: str | None
    sealed: bytes | None
    channel_id: int | None
    message_id: int | None


def words_in(text: str | None) -> str | None:
    """What someone wrote, without space around it; None where nothing of it could be seen."""
    text = (text or "").strip()
    return text if any(char.isprintable() and not char.isspace() for char in text) else None


def pack(answer: Answer) -> str:
    """The answer as JSON, padded so that its sealed length tells little of the length of its words."""
    text = json.dumps(asdict(answer), ensure_ascii=False)
    size = len(text.encode())
    bucket = 1024
    while bucket < size:
        bucket *= 2
    return text + " " * (bucket - size)


def unpack(text: str) -> Answer:
    data = json.loads(text)
    return Answer(
        scales={Scale(name): step for name, step in data["scales"].items()},
        weather=data["weather"] and Weather(data["weather"]),
        words=data["words"],
        display=data["display"] and Display(data["display"]),
    )

"""What screening can notice, and how it says so."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Tier(IntEnum):
    """How much was noticed; what follows from each is in the table of tiers in the docs.

    From T2 on it counts as noticed: the writer sees a card.
    """

    T0 = 0  # nothing
    T1 = 1  # heavy, or unsure
    T2 = 2  # risk
    T3 = 3  # imminent: within hours or a day


class Category(StrEnum):
    SUICIDE = "suicide"
    SELF_HARM = "self_harm"
    OVERDOSE = "overdose"
    EATING = "eating"
    ABUSE = "abuse"
    VIOLENCE = "violence"  # towards others
    SOMEONE_ELSE = "someone_else"  # the writer fears for another person
    OTHER = "other"


@dataclass(frozen=True)
class Noticed:
    """`reasons` are codes that hold no word of the text: `rule:<code>`, `model:<head>`."""

    tier: Tier
    categories: tuple[Category, ...] = ()
    """The most likely first; empty below T2, where no card is shown."""
    reasons: tuple[str, ...] = ()


NOTHING = Noticed(Tier.T0)

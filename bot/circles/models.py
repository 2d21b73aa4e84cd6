"""A circle: one support group in a Discord server, with its channels, role, zone, language and pace."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.errors import UserError

NAME_LENGTH = 50  # characters


@dataclass(frozen=True)
class Actor:
    """Someone who asks for something in a server: what a permission check needs, nothing more."""

    user_id: int
    role_ids: frozenset[int]
    manages_server: bool  # Discord's Manage Server permission


class Place(StrEnum):
    """A channel by what it is for."""

    CIRCLE = "circle"  # check-ins and prompts
    SHARING = "sharing"  # anonymous shares
    FACILITATORS = "facilitators"  # notices


@dataclass(frozen=True)
class Circle:
    id: str
    guild_id: int
    name: str
    channel_id: int
    sharing_channel_id: int
    facilitators_channel_id: int
    facilitator_role_id: int
    zone: str
    locale: str
    depth_ceiling: int
    created_at: datetime

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @property
    def channels(self) -> dict[Place, int]:
        return {
            Place.CIRCLE: self.channel_id,
            Place.SHARING: self.sharing_channel_id,
            Place.FACILITATORS: self.facilitators_channel_id,
        }

    def is_facilitator(self, actor: Actor) -> bool:
        return actor.manages_server or self.facilitator_role_id in actor.role_ids

    def require_facilitator(self, actor: Actor) -> None:
        if not self.is_facilitator(actor):
            raise UserError("common.errors.facilitators_only", circle=self.name)


@dataclass(frozen=True)
class Draft:
    """A circle being set up (`circle_id` None) or changed, by one person: what they have chosen so far."""

    guild_id: int
    user_id: int
    circle_id: str | None
    name: str
    channels: Mapping[Place, int]
    facilitator_role_id: int | None
    zone: str | None
    locale: str

    @classmethod
    def of(cls, circle: Circle, user_id: int) -> Draft:
        return cls(
            guild_id=circle.guild_id,
            user_id=user_id,
            circle_id=circle.id,
            name=circle.name,
            channels=circle.channels,
            facilitator_role_id=circle.facilitator_role_id,
            zone=circle.zone,
            locale=circle.locale,
        )

    def unchosen(self) -> list[str]:
        """What is still to be chosen: names of places, 'role', 'zone'."""
        return [
            *(place.value for place in Place if place not in self.channels),
            *(["role"] if self.facilitator_role_id is None else []),
            *(["zone"] if self.zone is None else []),
        ]

    def faults(self, others: Collection[Circle]) -> list[UserError]:
        """What can't stay as chosen, given the server's other open circles (this one may be among them)."""
        others = [circle for circle in others if circle.id != self.circle_id]
        found = []
        if any(self.name.casefold() == circle.name.casefold() for circle in others):
            found.append(UserError("circle.errors.name_taken", name=self.name))
        if len(set(self.channels.values())) < len(self.channels):
            found.append(UserError("circle.errors.same_channel"))
        found += [
            UserError("circle.errors.channel_taken", channel=f"<#{channel_id}>", circle=circle.name)
            for place, channel_id in self.channels.items()
            for circle in others
            if channel_id in _not_to_share(circle, place)
        ]
        if self.facilitator_role_id == self.guild_id:  # Discord: the role @everyone has the server's id
            found.append(UserError("circle.errors.everyone"))
        return found

    def named(self, name: str) -> Draft:
        """With a name of at most NAME_LENGTH characters on one line; an empty one changes nothing."""
        return replace(self, name=" ".join(name.split())[:NAME_LENGTH].strip() or self.name)


def _not_to_share(other: Circle, place: Place) -> set[int]:
    """Another circle's channels that can't be this place too; a facilitators' channel may serve several."""
    return {
        id
        for its_place, id in other.channels.items()
        if not (place is Place.FACILITATORS and its_place is Place.FACILITATORS)
    }


@dataclass(frozen=True)
class Notice:
    """Something a circle's facilitators are told: words of content/ and what fills their placeholders."""

    circle: Circle
    key: str
    params: Mapping[str, str | int]

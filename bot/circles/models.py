from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.errors import UserError


@dataclass(frozen=True)
class Actor:
    """Someone who asks for something in a server: what a permission check needs, nothing more."""

    user_id: int
    role_ids: frozenset[int]
    manages_server: bool  # Discord's Manage Server permission


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

    def is_facilitator(self, actor: Actor) -> bool:
        return actor.manages_server or self.facilitator_role_id in actor.role_ids

    def require_facilitator(self, actor: Actor) -> None:
        if not self.is_facilitator(actor):
            raise UserError("common.errors.facilitators_only", circle=self.name)


@dataclass(frozen=True)
class Notice:
    """Something a circle's facilitators are told: words of content/ and what fills their placeholders."""

    circle: Circle
    key: str
    params: Mapping[str, str | int]

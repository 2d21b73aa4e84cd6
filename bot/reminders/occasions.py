"""What one can be reminded of: check-ins and prompts, as their own features tell of them."""

from __future__ import annotations

from bot.checkins.models import CheckIn
from bot.checkins.service import CheckIns
from bot.errors import UserError
from bot.prompts.rounds import Round
from bot.prompts.service import Prompts
from bot.reminders.models import Occasion


class Occasions:
    def __init__(self, checkins: CheckIns, prompts: Prompts) -> None:
        self._checkins = checkins
        self._prompts = prompts

    async def open_now(self) -> list[Occasion]:
        """All that are open, and stand in their channel; the first to close comes first."""
        opened: list[CheckIn | Round] = [*await self._checkins.open_now(), *await self._prompts.open_now()]
        return sorted(map(_occasion, opened), key=lambda each: (each.closes_at, each.id))

    async def get(self, occasion_id: str) -> Occasion | None:
        """None unless it is open, and stands in its channel."""
        opened: CheckIn | Round | None = await self._checkins.get(occasion_id)
        if opened is None:
            opened = await self._round(occasion_id)
        return _occasion(opened) if opened is not None and opened.stands else None

    async def has_come(self, occasion: Occasion, user_id: int) -> bool:
        if occasion.is_prompt:
            return await self._prompts.has_come(occasion.id, user_id)
        return await self._checkins.has_come(occasion.id, user_id)

    async def _round(self, round_id: str) -> Round | None:
        try:
            return await self._prompts.get(round_id)
        except UserError:
            return None


def _occasion(opened: CheckIn | Round) -> Occasion:
    assert opened.message_id is not None
    return Occasion(
        is_prompt=isinstance(opened, Round),
        id=opened.id,
        circle_id=opened.circle_id,
        channel_id=opened.channel_id,
        message_id=opened.message_id,
        opens_at=opened.opens_at,
        closes_at=opened.closes_at,
    )

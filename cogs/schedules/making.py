"""What is pressed and entered while a schedule is made: the draft has it all, so it survives a restart."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.errors import UserError
from bot.schedules.drafts.models import Draft
from bot.schedules.models import IfLater
from bot.schedules.recurrence import Day
from cogs import ui
from cogs.schedules import panel, views
from cogs.schedules.door import Door


class MakingCog(Door, name="schedules in the making"):
    @ui.on_press("schedule:save")
    async def save(self, interaction: ui.Interaction, circle_id: str, draft_id: str) -> None:
        circle, who = await self.circle_here(interaction, circle_id), ui.actor(interaction)
        draft = await self.app.schedules.drafts.get(who, circle, draft_id)
        saved = await self.app.schedules.drafts.save(who, circle, draft_id, interaction.user.display_name)
        what = "saved" if draft.schedule_id is None else "changed"
        await ui.replace(interaction, views.said(self.words(interaction), what, saved))

    @ui.on_press("schedule:not_now")
    async def not_now(self, interaction: ui.Interaction, draft_id: str) -> None:
        await self.app.schedules.drafts.put_aside(ui.actor(interaction), draft_id)
        await ui.replace(interaction, ui.note(self.words(interaction)("schedule.answers.not_now")))

    @ui.on_press("schedule:see")
    async def see(self, interaction: ui.Interaction, circle_id: str, draft_id: str) -> None:
        circle, who = await self.circle_here(interaction, circle_id), ui.actor(interaction)
        glimpse = await self.app.schedules.glimpse_of_draft(who, circle, draft_id)
        for card in await views.seen(self.words(interaction), self.bot, glimpse):
            await ui.answer(interaction, card)

    # The panel

    @ui.on_press("schedule:panel")
    async def back(self, interaction: ui.Interaction, circle_id: str, draft_id: str) -> None:
        await self._choose(interaction, circle_id, draft_id, rule=None)

    @ui.on_press("schedule:what")
    async def choose_what(self, interaction: ui.Interaction, circle_id: str, draft_id: str) -> None:
        circle = await self.circle_here(interaction, circle_id)
        [what] = ui.chosen(interaction)
        kind, deck = panel.what_from(self.words(interaction), what, self.decks(circle))
        await self._choose(interaction, circle_id, draft_id, kind=kind, deck=deck)

    @ui.on_press("schedule:often")
    async def choose_often(self, interaction: ui.Interaction, circle_id: str, draft_id: str) -> None:
        [often] = ui.chosen(interaction)
        await self._choose(interaction, circle_id, draft_id, often=often)

    @ui.on_press("schedule:days")
    async def choose_days(self, interaction: ui.Interaction, circle_id: str, draft_id: str) -> None:
        days = frozenset(Day(day) for day in ui.chosen(interaction))
        await self._choose(interaction, circle_id, draft_id, days=days)

    @ui.on_press("schedule:late")
    async def choose_late(self, interaction: ui.Interaction, circle_id: str, draft_id: str) -> None:
        [chosen] = ui.chosen(interaction)
        then, _, minutes = chosen.partition("_")
        await self._choose(
            interaction,
            circle_id,
            draft_id,
            if_later=IfLater(then),
            late_limit=timedelta(minutes=int(minutes)),
        )

    @ui.on_press("schedule:times")
    async def ask_times(self, interaction: ui.Interaction, circle_id: str, draft_id: str) -> None:
        circle = await self.circle_here(interaction, circle_id)
        draft = await self.app.schedules.drafts.get(ui.actor(interaction), circle, draft_id)
        await ui.open_form(interaction, panel.times_form(self.words(interaction), circle, draft))

    @ui.on_submit("schedule:times")
    async def keep_times(
        self, interaction: ui.Interaction, circle_id: str, draft_id: str, *, values: ui.Values
    ) -> None:
        window = _hours(values["window"])
        typed = {name: (values[name] or "").strip() for name in ("times", "starts", "ends")}
        await self._choose(interaction, circle_id, draft_id, window=window, **typed)

    @ui.on_press("schedule:review")
    async def review(self, interaction: ui.Interaction, circle_id: str, draft_id: str) -> None:
        circle = await self.circle_here(interaction, circle_id)
        draft = await self.app.schedules.drafts.look_over(ui.actor(interaction), circle, draft_id)
        await ui.replace(interaction, await self.draft_card(interaction, circle, draft))

    @ui.on_submit("schedule:edit")
    async def keep_edit(
        self, interaction: ui.Interaction, circle_id: str, draft_id: str, *, values: ui.Values
    ) -> None:
        circle, who = await self.circle_here(interaction, circle_id), ui.actor(interaction)
        rule = self.app.schedules.drafts.read(circle, values["when"])
        window, late = _hours(values["window"]), _minutes(values["late"])
        reason = (values["reason"] or "").strip() or None
        draft = await self.app.schedules.drafts.rewrite(
            who, circle, draft_id, rule=rule, window=window, late_limit=late, reason=reason
        )
        await ui.answer(interaction, await self.draft_card(interaction, circle, draft))

    async def _choose(
        self, interaction: ui.Interaction, circle_id: str, draft_id: str, **chosen: Any
    ) -> Draft:
        """Keep what was chosen, and show the panel as it is now."""
        circle = await self.circle_here(interaction, circle_id)
        draft = await self.app.schedules.drafts.choose(ui.actor(interaction), circle, draft_id, **chosen)
        await ui.replace(interaction, panel.card(self.showing(interaction, circle), draft))
        return draft


def _hours(typed: str | None) -> timedelta | None:
    """Raises UserError; a length that can't be is told by the service."""
    number = _number(typed)
    return None if number is None else timedelta(hours=number)


def _minutes(typed: str | None) -> timedelta | None:
    number = _number(typed)
    return None if number is None else timedelta(minutes=number)


def _number(typed: str | None) -> int | None:
    typed = (typed or "").strip()
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 5):
        raise UserError("schedule.errors.no_number")
    return int(typed)

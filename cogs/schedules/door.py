"""What the doors to schedules share."""

from __future__ import annotations

from bot.circles.models import Circle
from bot.schedules.drafts.models import Draft
from cogs import ui
from cogs.schedules import panel
from cogs.schedules.views import Decks, Showing


class Door(ui.Cog):
    def decks(self, circle: Circle) -> Decks:
        return self.app.prompts.decks(circle.locale)

    def showing(self, interaction: ui.Interaction, circle: Circle) -> Showing:
        return Showing(self.words(interaction), circle, self.decks(circle))

    async def draft_card(self, interaction: ui.Interaction, circle: Circle, draft: Draft) -> ui.Card:
        """A draft before it is saved: what was understood, or the panel where nothing was yet."""
        who, schedules, before = ui.actor(interaction), self.app.schedules, None
        if draft.schedule_id is not None:
            before = await schedules.get(who, circle, draft.schedule_id)
        return panel.draft_card(self.showing(interaction, circle), schedules, who, draft, before)

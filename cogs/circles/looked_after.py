"""How often facilitators used each of their powers: for every member to see, without anyone in it."""

from __future__ import annotations

from collections.abc import Mapping

from discord import ui as items

from bot.circles.models import Circle
from bot.errors import UserError
from cogs import ui

DAYS = 30
CARE = "care."
FOR_ALL = "care.policy_changed"


class LookedAfterCog(ui.Cog, name="how sharing is looked after"):
    @ui.on_press("audit:show")
    async def show(self, interaction: ui.Interaction, circle_id: str) -> None:
        circle = await self.app.circles.get(circle_id)
        if circle.guild_id != interaction.guild_id:
            raise UserError("common.errors.circle_gone")
        counts = await self.app.audit.counts(circle.id, days=DAYS)
        if not circle.is_facilitator(ui.actor(interaction)):
            # Where few are in a circle, that somebody asked for care could point to them.
            counts = {act: n for act, n in counts.items() if not act.startswith(CARE) or act == FOR_ALL}
        whole = await self.app.audit.is_whole(circle.id)
        await ui.replace(interaction, card(self.words(interaction), circle, counts, whole=whole))


def button(text: ui.Words, circle: Circle) -> items.Button[items.LayoutView]:
    return ui.button(text("audit.card.button"), f"audit:show:{circle.id}")


def card(text: ui.Words, circle: Circle, counts: Mapping[str, int], *, whole: bool) -> ui.Card:
    lines = [
        text("audit.card.line", act=text(f"audit.acts.{act}"), count=count)
        for act, count in sorted(counts.items())
    ]
    return ui.Card(
        items.Container(
            items.TextDisplay(text("audit.card.title", circle=circle.name)),
            items.TextDisplay(text("audit.card.intro", days=DAYS)),
            items.TextDisplay("\n".join(lines) or text("audit.card.nothing", days=DAYS)),
            items.TextDisplay(text("audit.card.whole" if whole else "audit.card.broken")),
            ui.row(ui.help_button(text)),
            accent_colour=ui.ACCENT,
        )
    )

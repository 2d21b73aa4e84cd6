"""The commands of `/sharing`, for facilitators. What each does lies with its feature."""

from __future__ import annotations

from discord import app_commands

from cogs import ui
from cogs.sharing import image_views, pause_cards, settings
from cogs.sharing.pausing import turned

WHICH = "Which circle, if there is more than one here"
SHOWN = 25  # the most that Discord shows while somebody types


class SharingGroup(ui.Cog, name="sharing commands"):
    sharing = app_commands.Group(
        name="sharing", description="For facilitators: how sharing goes in this circle", guild_only=True
    )

    @sharing.command(
        name="settings",
        description="For facilitators: when shares are posted, who reads them before, and more",
    )
    @app_commands.describe(circle=WHICH)
    async def settings(self, interaction: ui.Interaction, circle: str | None = None) -> None:
        here = await self.circle_here(interaction, circle)
        here.require_facilitator(ui.actor(interaction))
        rules, text = await self.app.sharing.rules.of(here.id), self.words(interaction)
        remark = image_views.hindered(text, interaction, here, rules)
        await ui.answer(interaction, settings.panel(text, here, rules, remark))

    @sharing.command(
        name="stop", description="For facilitators: stop sharing in this circle at once, for everyone"
    )
    @app_commands.describe(circle=WHICH)
    async def stop(self, interaction: ui.Interaction, circle: str | None = None) -> None:
        here = await self.circle_here(interaction, circle)
        await ui.answer(interaction, await turned(self, interaction, here, stopped=True))

    @sharing.command(name="start", description="For facilitators: let sharing go on after it was stopped")
    @app_commands.describe(circle=WHICH)
    async def start(self, interaction: ui.Interaction, circle: str | None = None) -> None:
        here = await self.circle_here(interaction, circle)
        await ui.answer(interaction, await turned(self, interaction, here, stopped=False))

    @sharing.command(name="pauses", description="For facilitators: how many pauses run here, and lifting one")
    @app_commands.describe(circle=WHICH)
    async def pauses(self, interaction: ui.Interaction, circle: str | None = None) -> None:
        here = await self.circle_here(interaction, circle)
        running = await self.app.sharing.pausing.running(ui.actor(interaction), here)
        await ui.answer(interaction, pause_cards.listed(self.words(interaction), here, running))

    @stop.autocomplete("circle")
    @start.autocomplete("circle")
    @pauses.autocomplete("circle")
    @settings.autocomplete("circle")
    async def offer_circles(self, interaction: ui.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        circles = await self.app.circles.of_guild(interaction.guild_id or 0)
        fitting = [circle for circle in circles if typed.casefold() in circle.name.casefold()]
        return [app_commands.Choice(name=circle.name, value=circle.id) for circle in fitting[:SHOWN]]

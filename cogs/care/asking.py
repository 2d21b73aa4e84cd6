from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.care.cases.models import Noted
from bot.care.screening import Category, Tier
from bot.circles.models import Circle
from bot.errors import UserError
from cogs import ui
from cogs.care import case_views, people
from cogs.care.cards import Seen


class Asking(ui.Cog):
    """What the doors share by which somebody asks for a facilitator, or tells them of a worry."""

    async def begin_to_ask(self, interaction: ui.Interaction, category: str = "", tier: str = "") -> None:
        """Of somebody's circles, the one they are in now, or else theirs to choose. It is deferred."""
        circles = await self.circles(interaction)
        if len(circles) == 1:
            await self.show_ask(interaction, circles[0], category, tier)
            return
        text = self.words(interaction)
        custom_id = f"care:reach_in:{category}:{tier}"
        card = case_views.which(text, text("cases.reach.which"), custom_id, circles)
        await ui.replace(interaction, card)

    async def circles(self, interaction: ui.Interaction) -> Sequence[Circle]:
        """Raises UserError where there is none."""
        user_id, guild_id = interaction.user.id, interaction.guild_id
        found = await people.circles_of(self.bot, user_id, guild_id)
        if not found and guild_id is not None:
            found = await people.circles_of(self.bot, user_id)
        if not found:
            raise UserError("cases.errors.no_circle")
        channel = interaction.channel
        near = {interaction.channel_id, channel.parent_id if isinstance(channel, discord.Thread) else None}
        here = [circle for circle in found if near & set(circle.channels.values())]
        return here if len(here) == 1 else found

    async def show_ask(self, interaction: ui.Interaction, circle: Circle, category: str, tier: str) -> None:
        noted = noted_from(category, tier)
        seen = await self.seen(self.words(interaction), interaction.user.id, noted)
        card = case_views.ask(
            seen,
            circle,
            f"{circle.id}:{category}:{tier}",
            noted,
            on_duty=await people.is_anybody_on_duty(self.bot, circle),
            language=self._language(interaction, circle),
        )
        await ui.replace(interaction, card)

    def _language(self, interaction: ui.Interaction, circle: Circle) -> str | None:
        """What their language is called, where it could be told: it is another than the circle's."""
        own = language_of(str(interaction.locale))
        if own == language_of(circle.locale) or f"cases.language.{own}" not in self.app.content.keys:
            return None
        return self.words(interaction)(f"cases.language.{own}")

    async def seen(self, text: ui.Words, user_id: int, noted: Noted) -> Seen:
        care = self.app.care
        country = await care.country_of(user_id)
        if noted.category is None:
            return Seen(text, care.fitting(country), country)
        return Seen(text, care.fitting_for(country, Category(noted.category)), country)


def noted_from(category: str, tier: str, language: str | None = None) -> Noted:
    about = category if category in set(Category) else None
    how = int(tier) if tier in {str(int(each)) for each in Tier} else None
    return Noted(how, about, language)


def language_of(locale: str) -> str:
    """Without its region, which would tell more: "pt-BR" is "pt"."""
    return locale.split("-")[0]

"""Where something was noticed in what somebody wrote: a card for them alone, after what they came for."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import discord
from discord import ui as items
from discord.ext import commands

from bot.care.language import written_in
from bot.care.screening import Category, Noticed, Tier
from bot.care.service import PATIENCE
from bot.contacts.models import Contact
from bot.content import DEFAULT_LOCALE
from bot.errors import UserError
from bot.sharing.models import Draft
from cogs import ui
from cogs.care import cards
from cogs.care.cards import Seen

log = logging.getLogger(__name__)


class NoticingCog(ui.Cog, name="noticing"):
    """Doors dispatch `written` (interaction, text) after their own answer, `written_to_bot` for a message.

    Nothing of what was noticed is kept: it is in the card, and gone with it.
    """

    @commands.Cog.listener()
    async def on_written(self, interaction: ui.Interaction, text: str) -> None:
        noticed = self.app.care.screening.screen(text, str(interaction.locale))
        contact, draft = None, None
        if noticed.tier is Tier.T3:
            contact, draft = await ui.contact_of(interaction), await self._draft(interaction.user.id, text)
            await self._alert(interaction, draft)
        card = await self._card(interaction.user.id, self.words(interaction), noticed, contact, draft)
        if card is None:
            return
        try:
            await ui.answer(interaction, card)
        except discord.HTTPException:
            log.warning("a card of care could not be shown: the interaction is over")

    @commands.Cog.listener()
    async def on_written_to_bot(self, message: discord.Message) -> None:
        locale = written_in(message.content, self.app.content.begun) or DEFAULT_LOCALE
        noticed = self.app.care.screening.screen(message.content, locale)
        contact = Contact(message.author.id, message.channel.id, locale)
        draft = await self._draft(message.author.id, message.content) if noticed.tier is Tier.T3 else None
        await self._alert(None, draft)
        text = ui.words(self.app.content, locale)
        card = await self._card(message.author.id, text, noticed, contact, draft)
        if card is None:
            return
        try:
            await message.channel.send(view=card)
        except discord.HTTPException:
            log.warning("a card of care could not be shown: direct messages are closed")

    async def _card(
        self,
        user_id: int,
        text: ui.Words,
        noticed: Noticed,
        contact: Contact | None,
        draft: Draft | None,
    ) -> ui.Card | None:
        if noticed.tier is Tier.T0:
            return None
        if await self.app.care.is_quiet(user_id):
            return cards.quiet(text) if noticed.tier is Tier.T3 else None
        if noticed.tier is Tier.T1:
            return cards.heavy(text)
        category = noticed.categories[0] if noticed.categories else Category.OTHER
        if category is Category.ABUSE:
            return cards.is_it_safe(text, noticed.tier)
        seen = await self._seen(user_id, text, category)
        if noticed.tier is Tier.T3:
            return cards.care_card(seen, Tier.T3, category, *await self._to_say(text, contact, draft))
        return cards.care_card(seen, noticed.tier, category)

    async def _to_say(
        self, text: ui.Words, contact: Contact | None, draft: Draft | None
    ) -> list[items.Item[Any]]:
        """What the writer can decide besides: whether it waits, and whether a note follows."""
        told, buttons = [], []
        if contact is not None and draft is not None:
            told.append(text("holds.draft"))
            buttons.append(ui.button(text("holds.wait"), "care:wait"))
        if contact is not None and await self._follow_up(contact):
            told.append(text("holds.follows"))
            buttons.append(ui.button(text("holds.no_note"), "care:no_note"))
        return [items.TextDisplay("\n".join(told)), ui.row(*buttons)] if told else []

    async def _draft(self, user_id: int, written: str) -> Draft | None:
        """What waits for its writer to post it; help comes without that where nobody can say."""
        try:
            return await self.app.sharing.drafts.with_words(user_id, written)
        except Exception:
            log.warning("a card of care is shown without a choice to wait: the database did not answer")
            return None

    async def _alert(self, interaction: ui.Interaction | None, draft: Draft | None) -> None:
        """Tell the facilitators of the circle it was written for, if its rules say so: not who, not what."""
        try:
            if draft is not None and draft.circle_id is not None:
                await self.app.care.cases.alert(await self.app.circles.get(draft.circle_id))
            elif interaction is not None and interaction.guild_id is not None:
                await self.app.care.cases.alert(await self.circle_here(interaction))
        except UserError:
            pass  # nobody can say for which circle it was
        except Exception:
            log.warning("facilitators were not told: the database did not answer")

    async def _follow_up(self, contact: Contact) -> bool:
        try:
            async with asyncio.timeout(PATIENCE):
                await self.app.care.holds.follow_up(contact)
        except Exception:
            log.warning("no note follows a card of care: the database did not answer")
            return False
        return True

    async def _seen(self, user_id: int, text: ui.Words, category: Category) -> Seen:
        country = await self.app.care.country_of(user_id)
        return Seen(text, self.app.care.fitting_for(country, category), country)

    async def _mine(self, interaction: ui.Interaction, category: str) -> Seen:
        return await self._seen(interaction.user.id, self.words(interaction), Category(category))

    # The card's buttons

    @ui.on_press("care:show")
    async def show(self, interaction: ui.Interaction, category: str, tier: str) -> None:
        seen = await self._mine(interaction, category)
        await ui.replace(interaction, cards.care_card(seen, Tier(int(tier)), Category(category)))

    @ui.on_press("care:close")
    async def close(self, interaction: ui.Interaction) -> None:
        """One tap, and it is gone."""
        await interaction.response.defer()
        await interaction.delete_original_response()

    @ui.on_press("care:line")
    async def talk_to_a_line(self, interaction: ui.Interaction, category: str) -> None:
        await ui.answer(interaction, cards.line_card(await self._mine(interaction, category)))

    @ui.on_press("care:young")
    async def young(self, interaction: ui.Interaction) -> None:
        country = await self.app.care.country_of(interaction.user.id)
        text = self.words(interaction)
        found = self.app.care.fitting(country, ("youth", "suicide", "crisis"))
        await ui.answer(interaction, cards.line_card(Seen(text, found, country), text("noticed.young.text")))

    @ui.on_press("care:hard")
    async def what_makes_it_hard(self, interaction: ui.Interaction) -> None:
        await ui.answer(interaction, cards.what_makes_it_hard(self.words(interaction)))

    @ui.on_press("care:hard_because")
    async def because(self, interaction: ui.Interaction) -> None:
        [chosen] = ui.chosen(interaction)
        text = self.words(interaction)
        await ui.replace(interaction, cards.said(text, text(f"noticed.hard_answer.{chosen}")))

    @ui.on_press("care:ground")
    async def ground(self, interaction: ui.Interaction) -> None:
        text = self.words(interaction)
        await ui.answer(interaction, cards.said(text, text("noticed.ground.text")))

    @ui.on_press("care:misread")
    async def misread(self, interaction: ui.Interaction) -> None:
        text = self.words(interaction)
        await ui.replace(interaction, cards.said(text, text("noticed.misread.text")))

    @ui.on_press("care:quiet")
    async def quiet(self, interaction: ui.Interaction) -> None:
        await self.app.care.be_quiet_today(interaction.user.id)
        text = self.words(interaction)
        await ui.replace(interaction, cards.said(text, text("noticed.quiet_today.text")))

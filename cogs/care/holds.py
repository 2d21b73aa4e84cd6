"""What its writer lets wait before it is posted, and the note that follows something imminent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from discord import ui as items

from bot.care.holds.service import FOLLOW_UP, HOLD
from bot.errors import UserError
from cogs import ui
from cogs.care import cards

ANYWHERE = ZoneInfo("UTC")
"""The clock of the quiet hours of somebody who told none: whose circle it is about isn't kept."""


class HoldsCog(ui.Cog, name="holds"):
    @ui.on_press("care:wait")
    async def wait_draft(self, interaction: ui.Interaction) -> None:
        """A share or an anonymous answer: its draft has the words."""
        id = await self.app.care.holds.begin(interaction.user.id)
        await self._wait(interaction, id)

    @ui.on_press("care:hold_wait")
    async def wait(self, interaction: ui.Interaction, id: str) -> None:
        await self._wait(interaction, id)

    async def _wait(self, interaction: ui.Interaction, id: str) -> None:
        contact = await ui.contact_of(interaction)
        if contact is None:
            raise UserError("holds.errors.closed")
        await self.app.care.holds.wait(id, contact)
        text = self.words(interaction)
        await ui.answer(
            interaction,
            ui.Card(
                items.TextDisplay(text("holds.waits")),
                ui.row(
                    ui.button(text("noticed.button.reach"), "care:reach:other"),
                    ui.button(text("noticed.button.line"), "care:line:other"),
                    ui.help_button(text),
                ),
            ),
        )

    @ui.on_press("care:hold_post")
    async def post(self, interaction: ui.Interaction, id: str) -> None:
        held = await self.app.care.holds.words(id, interaction.user.id)
        if held is None:
            raise UserError("holds.errors.gone")
        given = await self.app.prompts.answer(
            held["round"],
            user_id=interaction.user.id,
            name=interaction.user.display_name,
            text=held["text"],
        )
        await self.app.care.holds.take(id, interaction.user.id)
        text = self.words(interaction)
        await ui.replace(interaction, cards.said(text, text("holds.posted")))
        if given.counts:
            interaction.client.dispatch("presence", interaction, given.circle)

    @ui.on_press("care:hold_drop")
    async def drop(self, interaction: ui.Interaction, id: str) -> None:
        held = await self.app.care.holds.take(id, interaction.user.id)
        text = self.words(interaction)
        if held is None:
            raise UserError("holds.errors.gone")
        dropped: list[items.Item[Any]] = [
            items.TextDisplay(text("holds.dropped")),
            items.Container(items.TextDisplay(held["text"])),
        ]
        await ui.replace(interaction, ui.Card(*dropped, ui.row(ui.help_button(text))))

    @ui.renders(HOLD)
    async def ask_again(self, id: str) -> ui.Direct | None:
        contact = await self.app.contacts.find(HOLD, id)
        if contact is None:
            return None
        try:
            held = await self.app.care.holds.words(id, contact.user_id)
        except UserError:
            return None
        # Asked for, half an hour ago: quiet hours are not asked.
        return ui.Direct(contact.channel_id, waited(ui.words(self.app.content, contact.locale), id, held))

    # The note that follows

    @ui.on_press("care:no_note")
    async def no_note(self, interaction: ui.Interaction) -> None:
        await self.app.care.holds.decline(interaction.user.id)
        text = self.words(interaction)
        await ui.answer(interaction, cards.said(text, text("holds.no_note_done")))

    @ui.renders(FOLLOW_UP)
    async def note(self, id: str) -> ui.Direct | None:
        contact = await self.app.contacts.find(FOLLOW_UP, id)
        if contact is None or await self.app.care.is_quiet(contact.user_id):
            return None
        text = ui.words(self.app.content, contact.locale)
        look = ui.button(text("holds.note.look"), "care:note")
        return ui.Direct(
            contact.channel_id, ui.Card(items.TextDisplay(text("holds.note.text")), ui.row(look))
        )

    @ui.on_press("care:note")
    async def look(self, interaction: ui.Interaction) -> None:
        text = self.words(interaction)
        country = await self.app.care.country_of(interaction.user.id)
        seen = cards.Seen(text, self.app.care.fitting(country), country)
        await ui.answer(interaction, cards.line_card(seen, text("holds.note.inside")))


def waited(text: ui.Words, id: str, held: Mapping[str, str] | None) -> ui.Card:
    told = [items.TextDisplay[ui.Card](text("holds.waited"))]
    if held is None:
        buttons = [ui.button(text("holds.wait_longer"), f"care:hold_wait:{id}"), ui.help_button(text)]
        told.append(items.TextDisplay(text("holds.waited_draft")))
        return ui.Card(*told, ui.row(*buttons))
    words = items.Container[ui.Card](items.TextDisplay(held["text"]))
    return ui.Card(*told, words, *ui.rows(*ui.hold_buttons(text, id), ui.help_button(text)))

"""Being told of answers: asked for on the receipt, told in a direct message that gives nothing away."""

from __future__ import annotations

import discord
from discord import ui as items

from bot.circles.models import Circle
from bot.sharing.models import OPEN_DAYS, Share, State
from bot.sharing.told.models import TOLD
from bot.sharing.told.service import KIND
from cogs import ui
from cogs.sharing.desk import Desk


class ToldCog(Desk, name="being told"):
    # With the receipt

    @ui.on_press("told:ask")
    async def ask(self, interaction: ui.Interaction, secret: str) -> None:
        await self.app.sharing.told.require(secret)
        await ui.replace(interaction, asking(self.words(interaction), secret))

    @ui.on_press("told:yes")
    async def yes(self, interaction: ui.Interaction, secret: str) -> None:
        await interaction.response.defer()
        await self.app.sharing.told.require(secret)
        hello = ui.note(self.words(interaction)("told.hello.text"))
        contact, _ = await ui.reach(
            interaction, hello, closed="told.errors.closed", later="told.errors.later"
        )
        await self.app.sharing.told.ask(secret, contact)
        await self._show_receipt(interaction, secret)

    @ui.on_press("told:stop")
    async def stop(self, interaction: ui.Interaction, secret: str) -> None:
        await self.app.sharing.told.stop(secret)
        await self._show_receipt(interaction, secret)

    async def _show_receipt(self, interaction: ui.Interaction, secret: str) -> None:
        held = await self.app.sharing.receipt(secret)
        await ui.replace(interaction, await self.receipt_card(interaction, held))

    # With the notice

    @ui.renders(KIND)
    async def render_notice(self, share_id: str) -> ui.Direct | None:
        found = await self.app.sharing.shares.to_post(share_id)
        circle = found and await self.app.circles.even_closed(found[0].circle_id)
        if not circle:
            return None
        return await self.direct(TOLD, share_id, circle.tz, lambda text: notice(text, share_id))

    @ui.on_press("told:look")
    async def look(self, interaction: ui.Interaction, share_id: str) -> None:
        share = await self.app.sharing.told.look(share_id, interaction.user.id)
        circle = await self.app.circles.even_closed(share.circle_id)
        offers = await self.app.meetings.offers.of_share(share_id, interaction.user.id)
        await ui.answer(interaction, looked(self.words(interaction), share, circle, offers=len(offers)))

    @ui.on_press("told:end")
    async def end(self, interaction: ui.Interaction, share_id: str) -> None:
        await self.app.sharing.told.stop_mine(share_id, interaction.user.id)
        text = self.words(interaction)
        await ui.replace(interaction, ended(text))


def asking(text: ui.Words, secret: str) -> ui.Card:
    return ui.Card(
        items.TextDisplay(text("told.ask.text", days=OPEN_DAYS.days)),
        ui.row(
            ui.button(text("told.ask.yes"), f"told:yes:{secret}", discord.ButtonStyle.success),
            ui.button(text("told.ask.no"), f"share:receipt:{secret}"),
            ui.help_button(text),
        ),
    )


def notice(text: ui.Words, share_id: str) -> ui.Card:
    return ui.Card(
        items.TextDisplay(text("told.notice.text")),
        ui.row(ui.button(text("told.notice.look"), f"told:look:{share_id}")),
    )


def looked(text: ui.Words, share: Share, circle: Circle | None, *, offers: int = 0) -> ui.Card:
    """`offers`: how many readers offer to talk."""
    guild = "@me" if circle is None else circle.guild_id
    link = f"https://discord.com/channels/{guild}/{share.thread_id or share.channel_id}"
    key = "told.look.open" if share.state is State.OPEN else f"share.receipt.{share.state}"
    where = {"channel": f"<#{share.channel_id}>", "name": share.name, "link": link}
    buttons = [ui.button(text("told.receipt.stop"), f"told:end:{share.id}")]
    if share.state is State.OPEN and share.thread_id is not None:
        buttons.insert(0, ui.button(text("told.look.same_voice"), f"told:answer:{share.id}"))
    if offers:
        key_of_offers = "meeting.receipt.one" if offers == 1 else "meeting.receipt.several"
        buttons.insert(0, ui.button(text(key_of_offers), f"meet:look:{share.id}"))
    return ui.Card(
        items.TextDisplay(f"{text(key, **where)}\n{text('told.look.receipt')}"),
        ui.row(*buttons, ui.help_button(text)),
    )


def ended(text: ui.Words) -> ui.Card:
    return ui.Card(items.TextDisplay(text("told.look.ended")), ui.row(ui.help_button(text)))

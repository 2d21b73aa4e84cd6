"""Looking through what is to be sent for what could tell who wrote it, as before a share is posted."""

from __future__ import annotations

from dataclasses import dataclass

from bot.circles.models import Circle
from bot.errors import UserError
from bot.sharing.identifying import finding
from bot.sharing.identifying.finding import Author, Kind
from bot.sharing.models import Body
from cogs import ui
from cogs.sharing import looking
from cogs.sharing.desk import Desk
from cogs.sharing.meetings import forms, reaching, views
from cogs.sharing.views import handed_back, instead, note

OFFER, LETTER = "offer", "letter"


@dataclass(frozen=True)
class Written:
    """What somebody is about to send: its place is `offer` or `letter`, its id that of the draft."""

    place: str
    id: str
    circle: Circle
    text: str
    name: str
    """Of who reads it, or under whose name it is read where that is an offer"""

    @property
    def where(self) -> str:
        return f"{self.place}:{self.id}"


class Drafting(Desk):
    """What both doors need: looking through a text, and sending it."""

    async def take_up(self, interaction: ui.Interaction, place: str, id: str) -> None:
        """Send it, if there is nothing in it to ask about; else show that. The interaction is deferred."""
        written = await self._written(interaction, place, id)
        found = finding.look(Body(written.text), await self._author(interaction, written.circle))
        if not found:
            await self._send(interaction, written)
            return
        await self._show(interaction, written)

    async def _show(self, interaction: ui.Interaction, written: Written) -> None:
        found = finding.look(Body(written.text), await self._author(interaction, written.circle))
        text, post = self.words(interaction), self.circle_words(written.circle)
        card = views.look_over(text, post, written.where, written.name, written.text, found)
        await ui.replace(interaction, card)

    async def _send(self, interaction: ui.Interaction, written: Written) -> None:
        user_id, text = interaction.user.id, self.words(interaction)
        if written.place == OFFER:
            contact = await reaching.contact(interaction, text("meeting.hello.text"))
            offer = await self.app.meetings.offers.send(written.id, user_id, contact)
            await ui.replace(interaction, views.offered(text, offer))
        else:
            side, words = await self.app.meetings.send(written.id, user_id)
            await ui.replace(interaction, views.sent(text, side.handle, written.name, words))

    async def _written(self, interaction: ui.Interaction, place: str, id: str) -> Written:
        user_id = interaction.user.id
        if place == OFFER:
            offer = await self.app.meetings.offers.draft(id, user_id)
            circle = await self.app.circles.get(offer.circle_id)
            found = await self.app.sharing.shares.to_post(offer.share_id)
            if found is None:
                raise UserError("share.errors.share_gone")
            return Written(OFFER, id, circle, offer.words, found[0].name)
        side, words = await self.app.relay.read(id, user_id)
        other = await self.app.relay.other(side)
        return Written(LETTER, id, await self._circle(side.talk.circle_id), words, other.name)

    async def _circle(self, circle_id: str) -> Circle:
        """A meeting goes on after its circle was closed."""
        circle = await self.app.circles.even_closed(circle_id)
        if circle is None:
            raise UserError("common.errors.circle_gone")
        return circle

    async def _change(self, interaction: ui.Interaction, place: str, id: str, words: str) -> None:
        if place == OFFER:
            await self.app.meetings.offers.change(id, interaction.user.id, words)
        else:
            await self.app.relay.change(id, interaction.user.id, words)

    async def _author(self, interaction: ui.Interaction, circle: Circle) -> Author:
        return await looking.author(self.bot, interaction.user, circle)


class MeetingDraftsCog(Drafting, name="drafts of meetings"):
    @ui.on_press("meet:mend")
    async def mend(self, interaction: ui.Interaction, place: str, id: str, kind: str) -> None:
        await interaction.response.defer()
        written = await self._written(interaction, place, id)
        word = instead(self.circle_words(written.circle), Kind(kind))
        author = await self._author(interaction, written.circle)
        mended = finding.mend(Body(written.text), Kind(kind), word, author)
        await self._change(interaction, place, id, mended.text)
        await self._show(interaction, await self._written(interaction, place, id))

    @ui.on_press("meet:edit")
    async def edit(self, interaction: ui.Interaction, place: str, id: str) -> None:
        written = await self._written(interaction, place, id)
        text, custom_id = self.words(interaction), f"meet:rewrite:{written.where}"
        if place == OFFER:
            await ui.open_form(interaction, forms.offer(text, custom_id, written.text))
        else:
            await ui.open_form(interaction, forms.write(text, custom_id, written.name, written.text))

    @ui.on_submit("meet:rewrite")
    async def rewrite(self, interaction: ui.Interaction, place: str, id: str, *, values: ui.Values) -> None:
        words = str(values.get("text") or "")

        async def work() -> None:
            await self._change(interaction, place, id, words)
            await interaction.response.defer()
            await self._show(interaction, await self._written(interaction, place, id))

        await self.keeping(interaction, Body(words), work)

    @ui.on_press("meet:send")
    async def send(self, interaction: ui.Interaction, place: str, id: str) -> None:
        await interaction.response.defer()
        await self._send(interaction, await self._written(interaction, place, id))

    @ui.on_press("meet:let_go")
    async def let_go(self, interaction: ui.Interaction, place: str, id: str) -> None:
        user_id, text = interaction.user.id, self.words(interaction)
        if place == OFFER:
            await self.app.meetings.offers.draft(id, user_id)
            words = await self.app.meetings.offers.take_back(id, user_id)
        else:
            words = await self.app.relay.let_go(id, user_id)
        gone, wordless = text("meeting.found.gone"), text("meeting.found.gone_wordless")
        await ui.replace(interaction, handed_back(text, gone, Body(words)) if words else note(text, wordless))

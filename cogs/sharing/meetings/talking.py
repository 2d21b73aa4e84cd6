from __future__ import annotations

import aiohttp
import discord

from bot.relay.models import Side
from bot.sharing.models import Body
from bot.sharing.reports.models import Kind
from cogs import ui
from cogs.sharing.meetings import drafts, forms, views
from cogs.sharing.views import note


class TalkingCog(drafts.Drafting, name="meetings"):
    """What the two of a meeting can do. Every handle works for the one person it was made for."""

    @ui.renders("meet.letter")
    async def render_letter(self, letter_id: str) -> ui.Direct | None:
        parcel = await self.app.relay.to_deliver(letter_id)
        if parcel is None:
            return None
        text = ui.words(self.app.content, parcel.contact.locale)
        return ui.Direct(parcel.contact.channel_id, views.letter(text, parcel))

    # Writing

    @ui.on_press("meet:write")
    async def write(self, interaction: ui.Interaction, handle: str) -> None:
        _, other = await self.app.meetings.may_write(handle, interaction.user.id)
        form = forms.write(self.words(interaction), f"meet:write:{handle}", other.name)
        await ui.open_form(interaction, form)

    @ui.on_submit("meet:write")
    async def written(self, interaction: ui.Interaction, handle: str, *, values: ui.Values) -> None:
        words = str(values.get("text") or "")

        async def work() -> None:
            id = await self.app.meetings.draft(handle, interaction.user.id, words)
            await interaction.response.defer(ephemeral=True, thinking=True)
            await self.take_up(interaction, drafts.LETTER, id)

        await self.keeping(interaction, Body(words), work)

    @ui.on_press("meet:from_draft")
    async def from_draft(self, interaction: ui.Interaction, handle: str, draft: str) -> None:
        """What they wrote straight into the chat is for the other."""
        user_id, sharing = interaction.user.id, self.app.sharing
        words = (await sharing.drafts.read(draft, user_id)).body.text
        id = await self.app.meetings.draft(handle, user_id, words)
        await sharing.let_go(draft, user_id)
        await interaction.response.defer()
        await self.take_up(interaction, drafts.LETTER, id)

    # Ending

    @ui.on_press("meet:end")
    async def end(self, interaction: ui.Interaction, handle: str) -> None:
        other = await self.app.meetings.end(handle, interaction.user.id)
        text = self.words(interaction)
        await ui.answer(interaction, note(text, text("meeting.sent.ended", name=other.name)))

    @ui.on_press("meet:block")
    async def block(self, interaction: ui.Interaction, handle: str) -> None:
        other = await self.app.meetings.block(handle, interaction.user.id)
        text = self.words(interaction)
        await ui.replace(interaction, note(text, text("meeting.block.done", name=other.name)))

    # More

    @ui.on_press("meet:more")
    async def more(self, interaction: ui.Interaction, handle: str) -> None:
        side, _ = await self.app.meetings.with_whom(handle, interaction.user.id, ended=True)
        shown = interaction.message
        from_message = shown is not None and bool(views.words_of(shown, handle))
        message_id = shown.id if shown is not None and from_message else None
        await ui.answer(interaction, await self._more(interaction, side, message_id))

    async def _more(self, interaction: ui.Interaction, side: Side, message_id: int | None = None) -> ui.Card:
        user_id, text = interaction.user.id, self.words(interaction)
        other = await self.app.relay.other(side)
        chosen = side.talk.is_open and await self.app.meetings.showing(side.handle, user_id)
        return views.more(text, side, other.name, chosen=chosen, message_id=message_id)

    @ui.on_press("meet:hours")
    async def hours(self, interaction: ui.Interaction, handle: str, which: str) -> None:
        side = await self.app.relay.at_any_hour(handle, interaction.user.id, yes=which == "any")
        await ui.replace(interaction, await self._more(interaction, side))

    # Showing who they are

    @ui.on_press("meet:show")
    async def show(self, interaction: ui.Interaction, handle: str) -> None:
        await self.app.meetings.with_whom(handle, interaction.user.id)
        text = self.words(interaction)
        said, go_on = text("meeting.show.ask", who=_who(interaction)), text("meeting.show.go_on")
        await ui.replace(interaction, views.asking(text, said, go_on, f"meet:show_sure:{handle}", handle))

    @ui.on_press("meet:show_sure")
    async def show_sure(self, interaction: ui.Interaction, handle: str) -> None:
        side, _ = await self.app.meetings.with_whom(handle, interaction.user.id)
        text = self.words(interaction)
        said = text("meeting.show.sure", me=side.name, who=_who(interaction))
        yes = text("meeting.show.yes")
        await ui.replace(interaction, views.asking(text, said, yes, f"meet:show_now:{handle}", handle))

    @ui.on_press("meet:show_now")
    async def show_now(self, interaction: ui.Interaction, handle: str) -> None:
        _, other = await self.app.meetings.with_whom(handle, interaction.user.id)
        both = await self.app.meetings.show(handle, interaction.user.id, _who(interaction))
        text = self.words(interaction)
        said = text("meeting.show.both" if both else "meeting.show.waits", name=other.name)
        await ui.replace(interaction, note(text, said))

    @ui.on_press("meet:hide")
    async def hide(self, interaction: ui.Interaction, handle: str) -> None:
        chosen = await self.app.meetings.showing(handle, interaction.user.id)
        await self.app.meetings.stay_hidden(handle, interaction.user.id)
        text = self.words(interaction)
        said = text("meeting.show.hidden" if chosen else "meeting.show.kept")
        await ui.replace(interaction, note(text, said))

    # Telling the facilitators

    @ui.on_press("meet:report")
    async def report(self, interaction: ui.Interaction, handle: str, message_id: str = "") -> None:
        await self.app.meetings.with_whom(handle, interaction.user.id, ended=True)
        custom_id = f"meet:report:{handle}:{message_id}"
        form = forms.report(self.words(interaction), custom_id, with_message=bool(message_id))
        await ui.open_form(interaction, form)

    @ui.on_submit("meet:report")
    async def reported(
        self, interaction: ui.Interaction, handle: str, message_id: str = "", *, values: ui.Values
    ) -> None:
        kind, words = Kind(values["kind"]), str(values.get("text") or "")

        async def work() -> None:
            await interaction.response.defer()  # reading the message back can take a while
            included = bool(values.get("include")) and message_id.isdecimal()
            message = await self._read_back(interaction, handle, int(message_id)) if included else ""
            await self.app.meetings.reports.tell(handle, interaction.user.id, kind, words, message)
            text = self.words(interaction)
            await ui.replace(interaction, note(text, text("meeting.report_form.thanks")))

        await self.keeping(interaction, Body(words), work, looked_at=False)

    async def _read_back(self, interaction: ui.Interaction, handle: str, message_id: int) -> str:
        """A message of the other's, as it stands in this chat: the bot itself keeps none."""
        assert interaction.channel_id is not None
        chat = self.bot.get_partial_messageable(interaction.channel_id)
        try:
            message = await chat.fetch_message(message_id)
        except (discord.HTTPException, aiohttp.ClientError, OSError):
            return ""
        assert self.bot.user is not None
        return views.words_of(message, handle) if message.author.id == self.bot.user.id else ""

    # Facilitators

    @ui.renders("meet.report")
    async def render_report(self, report_id: str) -> ui.Card | None:
        report = await self.app.meetings.reports.shown(report_id)
        circle = report and await self.app.circles.even_closed(report.circle_id)
        return views.report(self.circle_words(circle), circle, report) if report and circle else None

    @ui.on_press("meet:pause")
    async def pause(self, interaction: ui.Interaction, report_id: str) -> None:
        circle = await self.app.meetings.reports.circle_of(report_id)
        circle = await self.circle_here(interaction, circle.id)
        circle.require_facilitator(ui.actor(interaction))
        await ui.open_form(interaction, forms.pause(self.words(interaction), f"meet:pause:{report_id}"))

    @ui.on_submit("meet:pause")
    async def paused(self, interaction: ui.Interaction, report_id: str, *, values: ui.Values) -> None:
        circle = await self.app.meetings.reports.circle_of(report_id)
        await self.circle_here(interaction, circle.id)
        days = int(values["days"])
        pause = await self.app.meetings.reports.pause(ui.actor(interaction), report_id, days)
        text, post = self.words(interaction), self.circle_words(circle)
        if interaction.message is not None:  # so that the others who look after the circle see it is done
            await ui.replace(
                interaction, views.report_paused(post, interaction.message, report_id, pause.number)
            )
        await ui.answer(interaction, note(text, text("meeting.report_card.paused", number=pause.number)))


def _who(interaction: ui.Interaction) -> str:
    """Exactly what the other would read."""
    return f"{interaction.user.mention} (`{interaction.user.name}`)"

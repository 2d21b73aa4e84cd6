from __future__ import annotations

import aiohttp
import discord

from bot.circles.models import Circle
from bot.sharing.models import Answer, Body
from bot.sharing.reports.models import Kind, What
from cogs import ui
from cogs.sharing import membership, posts
from cogs.sharing import report_cards as cards
from cogs.sharing.desk import Desk


class ReportsCog(Desk, name="reports"):
    """Telling facilitators about a post, and what they can do then. Every press is checked anew."""

    # Members

    @ui.on_press("report:share")
    async def of_share(self, interaction: ui.Interaction, share_id: str) -> None:
        await self._open_form(interaction, What.SHARE, share_id)

    @ui.on_press("report:answer")
    async def of_answer(self, interaction: ui.Interaction, answer_id: str) -> None:
        await self._open_form(interaction, What.ANSWER, answer_id)

    async def _open_form(self, interaction: ui.Interaction, what: What, posted_id: str) -> None:
        post = await self.app.sharing.reports.may_tell(what, posted_id, interaction.user.id)
        circle = await self.app.circles.get(post.circle_id)
        of_prompt = isinstance(post, Answer) and post.is_to_prompt
        await membership.require(
            interaction, circle, circle.channel_id if of_prompt else circle.sharing_channel_id
        )
        await ui.open_form(
            interaction, cards.form(self.words(interaction), f"report:tell:{what}:{posted_id}")
        )

    @ui.on_submit("report:tell")
    async def tell(
        self, interaction: ui.Interaction, what: str, posted_id: str, *, values: ui.Values
    ) -> None:
        kind, words = Kind(values["kind"]), str(values.get("words") or "")

        async def work() -> None:
            await self.app.sharing.reports.tell(What(what), posted_id, interaction.user.id, kind, words)
            await ui.replace(interaction, cards.thanks(self.words(interaction), kind))

        await self.keeping(interaction, Body(words), work, looked_at=False)

    # Facilitators

    @ui.on_press("report:down")
    async def down(self, interaction: ui.Interaction, report_id: str) -> None:
        circle = await self._circle(interaction, report_id)
        circle.require_facilitator(ui.actor(interaction))
        shown = await self.app.sharing.reports.shown(report_id)
        assert shown is not None
        form = cards.down_form(self.words(interaction), shown.report, shown.voices)
        await ui.open_form(interaction, form)

    @ui.on_submit("report:down_now")
    async def down_now(self, interaction: ui.Interaction, report_id: str, *, values: ui.Values) -> None:
        circle, actor = await self._circle(interaction, report_id), ui.actor(interaction)
        circle.require_facilitator(actor)
        await interaction.response.defer()  # reading the post back can take a while
        body = await self._read_back(circle, report_id)
        reason = Kind(values["reason"])
        await self.app.sharing.reports.take_down(actor, circle, report_id, reason, body)
        await self._show(interaction, circle, report_id)

    @ui.on_press("report:spoiler")
    async def spoiler(self, interaction: ui.Interaction, report_id: str) -> None:
        circle = await self._circle(interaction, report_id)
        await self.app.sharing.reports.put_behind_spoiler(ui.actor(interaction), circle, report_id)
        await self._show(interaction, circle, report_id)

    @ui.on_press("report:nothing")
    async def nothing(self, interaction: ui.Interaction, report_id: str) -> None:
        circle = await self._circle(interaction, report_id)
        await self.app.sharing.reports.leave(ui.actor(interaction), circle, report_id)
        await self._show(interaction, circle, report_id)

    @ui.on_press("report:pause")
    async def pause(self, interaction: ui.Interaction, report_id: str) -> None:
        circle = await self._circle(interaction, report_id)
        circle.require_facilitator(ui.actor(interaction))
        report = await self.app.sharing.reports.get(report_id)
        await ui.open_form(interaction, cards.pause_form(self.words(interaction), report))

    @ui.on_submit("report:pause_now")
    async def pause_now(self, interaction: ui.Interaction, report_id: str, *, values: ui.Values) -> None:
        circle, days = await self._circle(interaction, report_id), int(values["days"])
        await self.app.sharing.reports.pause(ui.actor(interaction), circle, report_id, days)
        await self._show(interaction, circle, report_id)

    @ui.on_press("report:stop")
    async def stop(self, interaction: ui.Interaction, report_id: str) -> None:
        circle = await self._circle(interaction, report_id)
        await self.app.sharing.rules.change(ui.actor(interaction), circle, stopped=True)
        await self._show(interaction, circle, report_id)

    @ui.on_press("report:start")
    async def start(self, interaction: ui.Interaction, report_id: str) -> None:
        circle = await self._circle(interaction, report_id)
        await self.app.sharing.rules.change(ui.actor(interaction), circle, stopped=False)
        await self._show(interaction, circle, report_id)

    async def _circle(self, interaction: ui.Interaction, report_id: str) -> Circle:
        """The report's circle, if this is its server."""
        report = await self.app.sharing.reports.get(report_id)
        return await self.circle_here(interaction, report.circle_id)

    async def _show(self, interaction: ui.Interaction, circle: Circle, report_id: str) -> None:
        shown = await self.app.sharing.reports.shown(report_id)
        if shown is not None:
            await ui.replace(interaction, cards.card(self.circle_words(circle), circle, shown))

    async def _read_back(self, circle: Circle, report_id: str) -> Body | None:
        """The words of the post, for its author; None where Discord doesn't give them."""
        report = await self.app.sharing.reports.get(report_id)
        channel = self.bot.get_partial_messageable(report.channel_id)
        try:
            message = await channel.fetch_message(report.message_id)
        except (discord.HTTPException, aiohttp.ClientError, OSError):
            return None
        return posts.read_back(self.circle_words(circle), message)

    # The author of what was taken down

    @ui.on_press("report:erase")
    async def erase(self, interaction: ui.Interaction, secret: str) -> None:
        await self.app.sharing.erase_taken_down(secret)
        await ui.replace(interaction, cards.words_erased(self.words(interaction)))

    # What is posted

    @ui.renders("report.card")
    async def render_card(self, report_id: str) -> ui.Card | None:
        shown = await self.app.sharing.reports.shown(report_id)
        circle = shown and await self.app.circles.even_closed(shown.report.circle_id)
        return cards.card(self.circle_words(circle), circle, shown) if shown and circle else None

    @ui.renders("report.spoiler")
    async def render_spoiler(self, report_id: str) -> ui.Card | None:
        report = await self.app.sharing.reports.get(report_id)
        channel = self.bot.get_partial_messageable(report.channel_id)
        return posts.behind_spoiler(await channel.fetch_message(report.message_id))

    @ui.renders("report.gone")
    async def render_gone(self, reference: str) -> ui.Card | None:
        circle = await self.app.circles.even_closed(reference.split(":")[0])
        return None if circle is None else cards.gone(self.circle_words(circle))

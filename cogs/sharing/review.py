from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import urlsplit

import discord
from discord import app_commands

from bot.circles.models import Circle
from bot.errors import UserError
from bot.sharing.images.models import Image, Kind
from bot.sharing.models import Body, Share, State
from bot.sharing.review.models import Reason
from cogs import ui
from cogs.sharing import answered, posts, uploads, views
from cogs.sharing import review_views as cards
from cogs.sharing.desk import Desk
from cogs.sharing.uploads import Upload

CHOICES = 25  # the most that Discord shows while somebody types
LOOKED_AT = 20  # messages of a thread: the bot's own are few


class ReviewCog(Desk, name="shares to read first"):
    """Every press is checked anew: a card can outlive a role, and what it shows can be decided meanwhile."""

    @app_commands.command(
        name="review", description="For facilitators: shares to read before they are posted"
    )
    @app_commands.describe(circle="Which circle, if there is more than one here")
    @app_commands.guild_only()
    async def review(self, interaction: ui.Interaction, circle: str | None = None) -> None:
        card = await self._queue(interaction, await self.circle_here(interaction, circle))
        await (ui.replace if interaction.response.is_done() else ui.answer)(interaction, card)

    @review.autocomplete("circle")
    async def offer_circles(self, interaction: ui.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        found = [
            circle
            for circle in await self.app.circles.of_guild(interaction.guild_id or 0)
            if circle.is_facilitator(ui.actor(interaction)) and typed.casefold() in circle.name.casefold()
        ]
        return [app_commands.Choice(name=circle.name, value=circle.id) for circle in found[:CHOICES]]

    @ui.on_press("review:open")
    async def open(self, interaction: ui.Interaction, circle_id: str) -> None:
        circle = await self._circle(interaction, circle_id)
        await self._show(interaction, await self._queue(interaction, circle))

    @ui.on_press("review:next")
    async def next(self, interaction: ui.Interaction, circle_id: str, after: str) -> None:
        circle = await self._circle(interaction, circle_id)
        await self._show(interaction, await self._queue(interaction, circle, after=after))

    @ui.on_press("review:held")
    async def held(self, interaction: ui.Interaction, circle_id: str, after: str = "") -> None:
        circle = await self._circle(interaction, circle_id)
        await self._show(interaction, await self._queue(interaction, circle, after=after, held=True))

    async def _queue(
        self, interaction: ui.Interaction, circle: Circle, *, after: str = "", held: bool = False
    ) -> ui.Card:
        who, text, review = ui.actor(interaction), self.words(interaction), self.app.sharing.review
        read = await review.read(who, circle, after=after, held=held)
        if read is not None:
            image = await self.app.sharing.images.of_share(read.share.id)
            if image is not None and not interaction.response.is_done():
                await interaction.response.defer(ephemeral=True)  # it is uploaded with the card
            return cards.reading(text, self.circle_words(circle), circle, read, image)
        queue = await review.queue(who, circle)
        return cards.nothing(text, circle, queue, review.next_batch(), held=held, seen=bool(after))

    # Deciding

    @ui.on_press("review:through")
    async def through(self, interaction: ui.Interaction, circle_id: str, share_id: str) -> None:
        circle, share = await self._share(interaction, circle_id, share_id)
        enough = await self.app.sharing.review.let_through(ui.actor(interaction), circle, share_id)
        await self._done(interaction, circle, share, "through" if enough else "voted", undo=enough)

    @ui.on_press("review:spoiler")
    async def spoiler(self, interaction: ui.Interaction, circle_id: str, share_id: str) -> None:
        circle, _ = await self._share(interaction, circle_id, share_id)
        note = await self.app.sharing.review.note(ui.actor(interaction), circle, share_id)
        await ui.open_form(
            interaction, cards.spoiler_form(self.words(interaction), circle_id, share_id, note)
        )

    @ui.on_submit("review:spoiler_write")
    async def spoiler_write(
        self, interaction: ui.Interaction, circle_id: str, share_id: str, *, values: ui.Values
    ) -> None:
        note = str(values.get("note") or "").strip()
        circle, share = await self._share(interaction, circle_id, share_id)
        who = ui.actor(interaction)
        enough = await self.app.sharing.review.behind_spoiler(who, circle, share_id, note)
        await self._done(interaction, circle, share, "through" if enough else "voted", undo=enough)

    @ui.on_press("review:back")
    async def back(self, interaction: ui.Interaction, circle_id: str, share_id: str) -> None:
        await self._share(interaction, circle_id, share_id)
        await ui.open_form(interaction, cards.back_form(self.words(interaction), circle_id, share_id))

    @ui.on_submit("review:back_write")
    async def back_write(
        self, interaction: ui.Interaction, circle_id: str, share_id: str, *, values: ui.Values
    ) -> None:
        words = str(values.get("words") or "")

        async def work() -> None:
            circle, share = await self._share(interaction, circle_id, share_id)
            reason = Reason(values["reason"])
            await self.app.sharing.review.hand_back(ui.actor(interaction), circle, share_id, reason, words)
            await self._done(interaction, circle, share, "back")

        if words.strip():
            await self.keeping(interaction, Body(words), work, looked_at=False)
        else:
            await work()

    @ui.on_press("review:hold")
    async def hold(self, interaction: ui.Interaction, circle_id: str, share_id: str) -> None:
        circle, share = await self._share(interaction, circle_id, share_id)
        await self.app.sharing.review.hold(ui.actor(interaction), circle, share_id)
        await self._done(interaction, circle, share, "hold")

    async def _done(
        self, interaction: ui.Interaction, circle: Circle, share: Share, what: str, *, undo: bool = True
    ) -> None:
        await self._show(interaction, cards.done(self.words(interaction), circle, share, what, undo=undo))

    # What was decided

    @ui.on_press("review:decided")
    async def decided(self, interaction: ui.Interaction, circle_id: str, page: str) -> None:
        circle = await self._circle(interaction, circle_id)
        found = await self.app.sharing.review.decided(ui.actor(interaction), circle)
        await self._show(interaction, cards.decided(self.words(interaction), circle, found, int(page)))

    @ui.on_press("review:undo")
    async def undo(self, interaction: ui.Interaction, circle_id: str, share_id: str) -> None:
        circle, who = await self._circle(interaction, circle_id), ui.actor(interaction)
        share = await self.app.sharing.review.to_undo(who, circle, share_id)
        if share.state is State.OPEN:
            await interaction.response.defer()  # reading it back can take a while
            posted = await self._posted(circle, share)
            await self.app.sharing.review.undo(who, circle, share_id, *posted)
            await self._done(interaction, circle, share, "taken_down", undo=False)
        else:
            await self.app.sharing.review.undo(who, circle, share_id)
            await self._done(interaction, circle, share, "undone", undo=False)

    async def _posted(self, circle: Circle, share: Share) -> tuple[Body, Image | None]:
        """What was shared, from where it stands. Raises UserError where it is gone, or was answered."""
        assert share.message_id is not None
        channel = self.bot.get_partial_messageable(share.channel_id)
        try:
            message = await channel.fetch_message(share.message_id)
        except discord.NotFound:
            raise UserError("review.errors.post_gone") from None
        if share.thread_id is not None and await self._is_answered(share.thread_id):
            raise UserError("review.errors.answered")
        body = posts.read_back(self.circle_words(circle), message)
        if body is None:
            raise UserError("review.errors.post_gone")
        return body, await self._image(message)

    async def _image(self, message: discord.Message) -> Image | None:
        for each in discord.ui.LayoutView.from_message(message, timeout=None).walk_children():
            if isinstance(each, discord.ui.MediaGallery):
                item = each.items[0]
                data = await uploads.fetch(Upload(item.media.url, size=0))
                kind = Kind(PurePosixPath(urlsplit(item.media.url).path).suffix.removeprefix("."))
                return Image(data, kind, item.description or "")
        return None

    async def _is_answered(self, thread_id: int) -> bool:
        """Whether somebody wrote in a share's thread by name; answers without one the service knows of."""
        try:
            history = self.bot.get_partial_messageable(thread_id).history(limit=LOOKED_AT)
            return any([answered.person(message) is not None async for message in history])
        except (discord.NotFound, discord.Forbidden):
            return False  # the thread is gone

    # The author, with their receipt

    @ui.on_press("review:change")
    async def change(self, interaction: ui.Interaction, secret: str) -> None:
        held = await self.app.sharing.receipt(secret)
        circle = await self.app.circles.get(held.posted.circle_id)
        handle, draft = await self.app.sharing.take_up_again(secret, interaction.user.id, circle)
        await self.show_preview(interaction, handle, draft, ui.replace)

    @ui.on_press("review:let_go")
    async def let_go(self, interaction: ui.Interaction, secret: str) -> None:
        held = await self.app.sharing.receipt(secret)
        if held.posted.state is not State.RETURNED:
            raise UserError("review.errors.not_returned")
        image = await self.app.sharing.images.of_share(held.posted.id)
        if image is not None:
            await interaction.response.defer()
        body, text = await self.app.sharing.take_back(secret), self.words(interaction)
        if body is not None:
            back = views.handed_back(text, text("share.let_go.text"), body, image)
            await ui.replace(interaction, back)

    @ui.on_press("review:ask")
    async def ask(self, interaction: ui.Interaction, secret: str) -> None:
        held = await self.app.sharing.ask_again(secret)
        await ui.replace(interaction, await self.receipt_card(interaction, held))

    # What is posted

    @ui.renders("review.notice")
    async def render_notice(self, reference: str) -> ui.Card | None:
        circle_id, what = reference.split(":")
        circle = await self.app.circles.get(circle_id)
        if not await self.app.sharing.review.waits(circle_id):
            return None
        return cards.notice(self.circle_words(circle), circle, what)

    @ui.renders("review.gone")
    async def render_gone(self, reference: str) -> ui.Card | None:
        circle = await self.app.circles.even_closed(reference.split(":")[0])
        return None if circle is None else cards.gone(self.circle_words(circle))

    # Inside

    async def _show(self, interaction: ui.Interaction, card: ui.Card) -> None:
        """In place of the private card that was pressed; anew below a notice, which a whole channel sees."""
        message = interaction.message
        is_private = message is not None and message.flags.ephemeral
        await (ui.replace if is_private else ui.answer)(interaction, card)

    async def _circle(self, interaction: ui.Interaction, circle_id: str) -> Circle:
        circle = await self.app.circles.get(circle_id)
        if circle.guild_id != interaction.guild_id:
            raise UserError("common.errors.circle_gone")
        return circle

    async def _share(
        self, interaction: ui.Interaction, circle_id: str, share_id: str
    ) -> tuple[Circle, Share]:
        circle = await self._circle(interaction, circle_id)
        return circle, await self.app.sharing.review.waiting(ui.actor(interaction), circle, share_id)

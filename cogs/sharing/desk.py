"""What the doors of sharing have in common: previews and receipts, shown in private."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import discord

from bot.care.cases import rules as care
from bot.circles.models import Circle
from bot.errors import UserError
from bot.sharing import text as texts
from bot.sharing.identifying import finding
from bot.sharing.images.models import Image
from bot.sharing.models import Body, Draft, Receipt, Share, State
from bot.sharing.rules import promises
from bot.sharing.rules.models import Review, Rules
from cogs import ui
from cogs.sharing import following, looking, outlook, review_views, uploads, views
from cogs.sharing.uploads import Upload

HANDED_BACK = texts.TEXT_MAX + 400  # what one message takes of a text that is handed back
BEGUN = "begun"  # at the end of a form's custom_id: what it brings replaces the draft it was opened with
Show = Callable[[ui.Interaction, ui.Card], Awaitable[None]]


class Desk(ui.Cog):
    async def show_preview(
        self,
        interaction: ui.Interaction,
        handle: str,
        draft: Draft,
        show: Show,
        *remarks: str,
        left: bool = False,
    ) -> None:
        """`left`: what could tell who wrote it was shown, and is to be left as it is."""
        text = self.words(interaction)
        more = [text("share.preview.dm")] if interaction.guild_id is None else []
        if await self.app.sharing.images.is_there(draft.id) and not interaction.response.is_done():
            # It is uploaded with the preview, which can take longer than Discord waits for an answer.
            await interaction.response.defer(ephemeral=True, thinking=show is ui.answer)
            show = ui.replace
        card = await self.preview(text, handle, draft, interaction.user, *more, *remarks, left=left)
        await show(interaction, card)

    async def preview(
        self,
        text: ui.Words,
        handle: str,
        draft: Draft,
        user: discord.User | discord.Member,
        *more: str,
        left: bool = False,
    ) -> ui.Card:
        """`more` is said below it."""
        assert draft.circle_id is not None
        circle = await self.app.circles.get(draft.circle_id)
        image = await self.app.sharing.images.of_draft(draft.id)
        look = await self._look(draft, user, circle, left, image)
        before = text("waiting.preview.at_once")  # answers are never kept waiting
        if not draft.is_answer:
            before = await self._before(text, circle, user.id)
        more = (before, *more)
        rules = await self.app.sharing.rules.of(circle.id)
        post = self.circle_words(circle)
        known = draft.as_author and await self.is_known(draft.share_id)
        return views.preview(
            text, post, handle, draft, circle, rules=rules, more=more, look=look, image=image, known=known
        )

    async def is_known(self, share_id: str | None) -> bool:
        """Whether its author put their name on a share: in the same voice nobody is hidden then."""
        return share_id is not None and await self.app.sharing.stepping.of(share_id) is not None

    async def put_image(
        self, text: ui.Words, handle: str, draft: Draft, user_id: int, upload: Upload
    ) -> list[str]:
        """Put somebody's image to their draft; what is to be said of it where it can't be taken along.

        Takes seconds. Raises UserError where there is nothing else in the draft, and lets it go; and where
        the draft was posted or let go meanwhile.
        """
        try:
            await self.app.sharing.images.put(handle, user_id, await uploads.fetch(upload))
        except UserError as error:
            if await self.app.sharing.drafts.find(handle, user_id) is None:
                raise
            if texts.says_something(draft.body.text) or await self.app.sharing.images.is_there(draft.id):
                return [text("image.preview.without", why=text(error.key, **error.params))]
            await self.app.sharing.let_go(handle, user_id)
            raise
        return []

    async def _before(self, text: ui.Words, circle: Circle, user_id: int) -> str:
        """What comes between *Post* and the post."""
        reads = await self.app.sharing.review.reads(circle.id, user_id)
        if reads is not Review.NONE:
            rules = await self.app.sharing.rules.of(circle.id)
            return "\n".join([text(f"review.preview.{reads}"), *promises.then(text, circle, rules)])
        return outlook.before(text, await self.app.sharing.waiting.outlook(circle.id))

    async def promised(self, text: ui.Words, circle: Circle | None, guild_id: int | None = None) -> str:
        """What a form tells of who could know and how it is posted; without a circle, what holds in each."""
        rules = self.app.sharing.rules
        if circle is not None:
            its = await rules.of(circle.id)
            told = (
                promises.you(text, its),
                promises.posted(text, circle, its),
                promises.read_first(text, its),
                *care.before_writing(text, await self.app.care.cases.rules.of(circle.id)),
            )
            return "\n".join(f"-# {line}" for line in told)
        circles = self.app.circles
        near = await (circles.all_open() if guild_id is None else circles.of_guild(guild_id))
        return f"-# {promises.you(text, await self.longest_link(near), at_most=True)}"

    async def longest_link(self, circles: Sequence[Circle]) -> Rules:
        """Of these circles' rules those under which the link to a writer lives longest."""
        return promises.longest([await self.app.sharing.rules.of(circle.id) for circle in circles])

    async def _look(
        self,
        draft: Draft,
        user: discord.User | discord.Member,
        circle: Circle,
        left: bool,
        image: Image | None,
    ) -> looking.Look:
        author = await looking.author(self.bot, user, circle)
        described = finding.look(Body(image.description), author) if image else {}
        return looking.Look(
            found=finding.look(draft.body, author),
            crowd=looking.crowd(
                self.bot, circle, circle.channel_id if draft.is_to_prompt else circle.sharing_channel_id
            ),
            left=left,
            described=next(iter(described.values()), ""),
        )

    async def require_or_let_go(self, handle: str, user_id: int, circle: Circle) -> None:
        """Where nothing can be shared in the only circle that a draft can be for, let it go and tell so."""
        try:
            await self.app.sharing.pausing.check(circle.id, user_id)
        except UserError:
            await self.app.sharing.let_go(handle, user_id)
            raise

    async def receipt_card(self, interaction: ui.Interaction, held: Receipt) -> ui.Card:
        circle = await self.app.circles.even_closed(held.posted.circle_id)
        text, more = self.words(interaction), []
        if isinstance(held.posted, Share) and held.posted.state is State.WAITING:
            found = await self.app.sharing.waiting.outlook(held.posted.circle_id, held.posted)
            more += outlook.told(text, found)
        later = await following.on_receipt(self.app, text, held, interaction.user.id)
        buttons = list(later.buttons)
        if isinstance(held.posted, Share):
            told = await self.app.sharing.review.told(held.posted)
            more += review_views.told_lines(text, held.posted, told)
            buttons = [*review_views.told_buttons(text, held.posted, held.secret, told), *buttons]
        return views.receipt(text, held, circle, more=[*more, *later.said], buttons=buttons)

    async def keeping(
        self,
        interaction: ui.Interaction,
        written: Body,
        work: Callable[[], Awaitable[None]],
        *,
        looked_at: bool = True,
    ) -> None:
        """Do what follows a submitted form; if it fails, hand back what was written: the form is gone.

        `looked_at`: by screening; not where it is about what somebody else wrote.
        """
        try:
            await work()
        except Exception as error:
            await ui.report(interaction, error)
            text = self.words(interaction)
            if not (written.text.strip() or written.note):
                return  # a picture alone is still with whoever sent it
            # What was too long for a share can be too long for one message as well.
            too_long = texts.length(written.text) > texts.TEXT_MAX
            for part in (too_long and texts.in_two(written.text, HANDED_BACK)) or (written.text,):
                back = views.handed_back(text, text("share.kept.text"), Body(part, written.note))
                await ui.answer(interaction, back)
        finally:
            if looked_at:
                interaction.client.dispatch("written", interaction, written.text)

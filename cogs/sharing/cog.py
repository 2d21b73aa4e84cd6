from __future__ import annotations

import asyncio

import discord
from discord import app_commands

from bot.circles.models import Circle
from bot.client import TowardsBot
from bot.errors import UserError
from bot.sharing.identifying.finding import Kind
from bot.sharing.images.models import BESIDE_MAX
from bot.sharing.models import Body, Nod, Receipt, State, Wish
from bot.sharing.rules import promises
from bot.sharing.text import TEXT_MAX
from cogs import ui
from cogs.sharing import forms, looking, membership, posts, uploads, views
from cogs.sharing.desk import BEGUN, Desk

NO_CIRCLE_YET = "-"
CHOICES = 25  # the most that Discord shows while somebody types
LOOKS = (1, 3, 10, 30)  # seconds between looks at how a post fares


class SharingCog(Desk, name="sharing"):
    def __init__(self, bot: TowardsBot) -> None:
        super().__init__(bot)
        self._following: dict[str, asyncio.Task[None]] = {}

    async def cog_unload(self) -> None:
        for secret in list(self._following):
            self._leave(secret)

    # Writing

    @app_commands.command(name="share", description="Share something without your name; you see it first")
    @app_commands.describe(circle="Which circle, if there is more than one here")
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def share(self, interaction: ui.Interaction, circle: str | None = None) -> None:
        await self._open_form(interaction, await self._circle_meant(interaction, circle))

    async def _circle_meant(self, interaction: ui.Interaction, named: str | None) -> Circle | None:
        """None where it isn't clear: they are asked once they have written."""
        if interaction.guild_id is None:
            return None
        try:
            return await self.circle_here(interaction, named)
        except UserError as error:
            if named is None and error.key == "common.errors.which_circle":
                return None
            raise

    @share.autocomplete("circle")
    async def offer_circles(self, interaction: ui.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        found = [
            circle
            for circle in await self.app.circles.of_guild(interaction.guild_id or 0)
            if isinstance(interaction.user, discord.Member)
            and membership.sees(interaction.user, circle.sharing_channel_id)
            and typed.casefold() in circle.name.casefold()
        ]
        return [app_commands.Choice(name=circle.name, value=circle.id) for circle in found[:CHOICES]]

    @ui.on_press("share:open")
    async def open(self, interaction: ui.Interaction, circle_id: str) -> None:
        await self._open_form(interaction, await self.app.circles.get(circle_id))

    async def _open_form(self, interaction: ui.Interaction, circle: Circle | None) -> None:
        if circle is not None:
            await membership.require(interaction, circle, circle.sharing_channel_id)
            await self.app.sharing.pausing.may_begin(circle.id, interaction.user.id)
        user_id, text = interaction.user.id, self.words(interaction)
        await self.app.sharing.check_pace(user_id)
        where = NO_CIRCLE_YET if circle is None else circle.id
        begun = circle and await self.app.sharing.drafts.unfinished(user_id, circle.id)
        promised = await self.promised(text, circle, interaction.guild_id)
        images = circle is not None and await self.app.sharing.images.are_welcome(circle.id)
        if begun and begun.wish:
            custom_id = f"share:write:{where}:{BEGUN}"
            has_image = await self.app.sharing.images.is_there(begun.id)
            form = forms.share_form(
                text,
                custom_id,
                promised,
                begun.body,
                begun.wish,
                begun=True,
                images=images,
                has_image=has_image,
            )
        else:
            form = forms.share_form(text, f"share:write:{where}", promised, images=images)
        await ui.open_form(interaction, form)

    @ui.on_submit("share:write")
    async def write(
        self, interaction: ui.Interaction, where: str, begun: str = "", *, values: ui.Values
    ) -> None:
        (body, wish), upload = _written(values), uploads.of_form(interaction, values)

        async def work() -> None:
            circle = None if where == NO_CIRCLE_YET else await self.app.circles.get(where)
            handle, draft = await self.app.sharing.write(
                interaction.user.id,
                body,
                wish=wish,
                circle=circle,
                instead=begun == BEGUN,
                wordless=upload is not None,
            )
            if upload is not None:
                await interaction.response.defer(ephemeral=True, thinking=True)
                remarks = await self.put_image(
                    self.words(interaction), handle, draft, interaction.user.id, upload
                )
                await self.show_preview(interaction, handle, draft, ui.replace, *remarks)
            elif circle is not None:
                await self.show_preview(interaction, handle, draft, ui.answer)
            else:
                await interaction.response.defer(ephemeral=True, thinking=True)
                await self.find_circle(interaction, handle)

        await self.keeping(interaction, body, work)

    async def find_circle(self, interaction: ui.Interaction, handle: str) -> None:
        """Show the preview for the person's only circle, or let them choose among theirs."""
        circles = await membership.circles_of(self.bot, interaction.user.id)
        text = self.words(interaction)
        if len(circles) == 1:
            await self.require_or_let_go(handle, interaction.user.id, circles[0])
            await self._choose_circle(interaction, handle, circles[0])
        elif circles:
            rules = await self.longest_link(circles)
            await ui.replace(interaction, views.choose_circle(text, handle, circles, rules))
        else:
            body = await self.app.sharing.let_go(handle, interaction.user.id)
            await ui.replace(interaction, views.handed_back(text, text("share.dm.no_circle"), body))

    # The preview

    @ui.on_press("share:as_share")
    async def as_share(self, interaction: ui.Interaction, handle: str) -> None:
        """What they wrote straight into the chat is for the circle."""
        await interaction.response.defer()
        await self.find_circle(interaction, handle)

    @ui.on_press("share:circle")
    async def choose_circle(self, interaction: ui.Interaction, handle: str) -> None:
        await self._choose_circle(interaction, handle, await self.app.circles.get(ui.chosen(interaction)[0]))

    async def _choose_circle(self, interaction: ui.Interaction, handle: str, circle: Circle) -> None:
        user_id, images = interaction.user.id, self.app.sharing.images
        had_image = await images.is_there((await self.app.sharing.drafts.read(handle, user_id)).id)
        draft = await self.app.sharing.choose_circle(handle, user_id, circle)
        lost = had_image and not await images.is_there(draft.id)
        remarks = [self.words(interaction)("image.preview.only_words")] if lost else []
        await self.show_preview(interaction, handle, draft, ui.replace, *remarks)

    @ui.on_press("share:wish")
    async def wish(self, interaction: ui.Interaction, handle: str, left: str = "") -> None:
        wish = Wish(ui.chosen(interaction)[0])
        draft = await self.app.sharing.drafts.change(handle, interaction.user.id, wish=wish)
        await self.show_preview(interaction, handle, draft, ui.replace, left=left == views.LEFT)

    @ui.on_press("share:mend")
    async def mend(self, interaction: ui.Interaction, handle: str, kind: str) -> None:
        draft = await self.app.sharing.drafts.read(handle, interaction.user.id)
        circle = await self.app.circles.get(draft.circle_id or "")
        author = await looking.author(self.bot, interaction.user, circle)
        word = views.instead(self.circle_words(circle), Kind(kind))
        draft = await self.app.sharing.drafts.mend(handle, interaction.user.id, Kind(kind), word, author)
        await self.show_preview(interaction, handle, draft, ui.replace)

    @ui.on_press("share:leave")
    async def leave(self, interaction: ui.Interaction, handle: str) -> None:
        draft = await self.app.sharing.drafts.read(handle, interaction.user.id)
        await self.show_preview(interaction, handle, draft, ui.replace, left=True)

    @ui.on_press("share:edit")
    async def edit(self, interaction: ui.Interaction, handle: str) -> None:
        draft = await self.app.sharing.drafts.read(handle, interaction.user.id)
        text, custom_id = self.words(interaction), f"share:rewrite:{handle}"
        if draft.wish is None:
            await ui.open_form(interaction, forms.answer_form(text, custom_id, words=draft.body.text))
        else:
            promised = await self.promised(text, await self.app.circles.get(draft.circle_id or ""))
            form = forms.share_form(
                text,
                custom_id,
                promised,
                draft.body,
                draft.wish,
                images=await self.app.sharing.images.are_welcome(draft.circle_id),
                has_image=await self.app.sharing.images.is_there(draft.id),
            )
            await ui.open_form(interaction, form)

    @ui.on_press("share:note")
    async def note(self, interaction: ui.Interaction, handle: str) -> None:
        draft = await self.app.sharing.drafts.read(handle, interaction.user.id)
        form = forms.note_form(self.words(interaction), f"share:note_write:{handle}", draft.body.note)
        await ui.open_form(interaction, form)

    @ui.on_submit("share:note_write")
    async def note_write(self, interaction: ui.Interaction, handle: str, *, values: ui.Values) -> None:
        draft = await self.app.sharing.drafts.read(handle, interaction.user.id)
        body = Body(draft.body.text, str(values.get("note") or "").strip())
        wordless = not draft.body.text.strip()
        draft = await self.app.sharing.drafts.change(
            handle, interaction.user.id, body=body, wordless=wordless
        )
        await self.show_preview(interaction, handle, draft, ui.replace)

    @ui.on_submit("share:rewrite")
    async def rewrite(self, interaction: ui.Interaction, handle: str, *, values: ui.Values) -> None:
        (body, wish), upload = _written(values), uploads.of_form(interaction, values)

        async def work() -> None:
            user_id = interaction.user.id
            draft = await self.app.sharing.drafts.read(handle, user_id)
            has_image = await self.app.sharing.images.is_there(draft.id)
            draft = await self.app.sharing.drafts.change(
                handle,
                user_id,
                body=body,
                wish=wish if "wish" in values else None,
                wordless=upload is not None or has_image,
                most=BESIDE_MAX if has_image else TEXT_MAX,
            )
            remarks = []
            if upload is not None:
                await interaction.response.defer()
                remarks = await self.put_image(self.words(interaction), handle, draft, user_id, upload)
            await self.show_preview(interaction, handle, draft, ui.replace, *remarks)

        await self.keeping(interaction, body, work)

    @ui.on_press("share:let_go")
    async def let_go(self, interaction: ui.Interaction, handle: str) -> None:
        user_id, text = interaction.user.id, self.words(interaction)
        draft = await self.app.sharing.drafts.read(handle, user_id)
        image = await self.app.sharing.images.of_draft(draft.id)
        if image is not None:
            await interaction.response.defer()  # it is uploaded once more
        body = await self.app.sharing.let_go(handle, user_id)
        said = text("share.let_go.text" if body.text.strip() else "image.let_go")
        await ui.replace(interaction, views.handed_back(text, said, body, image))

    @ui.on_press("share:post")
    async def post(self, interaction: ui.Interaction, handle: str, promised: str = "") -> None:
        """`promised`: the mark of what the preview told of the rules; where they changed, it tells anew."""
        if interaction.guild_id is None:
            await (
                interaction.response.defer()
            )  # whether they are still in the circle has to be asked of Discord
        draft = await self.app.sharing.drafts.find(handle, interaction.user.id)
        if draft is not None and draft.circle_id is not None:
            circle = await self.app.circles.get(draft.circle_id)
            channel = circle.channel_id if draft.is_to_prompt else circle.sharing_channel_id
            await membership.require(interaction, circle, channel)
            rules = await self.app.sharing.rules.of(circle.id)
            if promised != promises.mark(rules, is_answer=draft.is_answer):
                remark = self.words(interaction)("rules.preview.changed")
                await self.show_preview(interaction, handle, draft, ui.replace, remark)
                return
        await self.show_receipt(interaction, await self.app.sharing.post(handle, interaction.user.id))

    # The receipt

    @app_commands.command(
        name="receipt", description="Take back or follow up what you posted without your name"
    )
    @app_commands.describe(code="The code you noted down when you posted")
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def receipt_by_code(self, interaction: ui.Interaction, code: str) -> None:
        held = await self.app.sharing.enter_code(code, interaction.user.id)
        await ui.answer(interaction, await self.receipt_card(interaction, held))

    @ui.on_press("share:receipt")
    async def receipt(self, interaction: ui.Interaction, secret: str) -> None:
        self._leave(secret)
        held = await self.app.sharing.receipt(secret)
        await ui.replace(interaction, await self.receipt_card(interaction, held))

    @ui.on_press("share:try_again")
    async def try_again(self, interaction: ui.Interaction, secret: str) -> None:
        await self.show_receipt(interaction, await self.app.sharing.try_again(secret))

    @ui.on_press("share:take_back")
    async def take_back(self, interaction: ui.Interaction, secret: str) -> None:
        self._leave(secret)
        held = await self.app.sharing.receipt(secret)
        await ui.replace(interaction, views.ask_take_back(self.words(interaction), held))

    @ui.on_press("share:take_back_now")
    async def take_back_now(self, interaction: ui.Interaction, secret: str) -> None:
        image = await self.app.sharing.images.of_share((await self.app.sharing.receipt(secret)).posted.id)
        if image is not None:
            await interaction.response.defer()
        body = await self.app.sharing.take_back(secret)
        await ui.replace(interaction, views.taken_back(self.words(interaction), body, image))

    async def show_receipt(self, interaction: ui.Interaction, held: Receipt) -> None:
        """In place of what was pressed; while it is on its way, what becomes of it is told by itself."""
        await ui.replace(interaction, await self.receipt_card(interaction, held))
        if held.posted.state is State.POSTING:
            self._leave(held.secret)
            task = asyncio.create_task(self._follow(interaction, held.secret))
            self._following[held.secret] = task

    def _leave(self, secret: str) -> None:
        """Something else is to be seen there now."""
        if task := self._following.pop(secret, None):
            task.cancel()

    async def _follow(self, interaction: ui.Interaction, secret: str) -> None:
        """Tell by itself, while the person looks on, whether it was posted. *Look again* tells any time."""
        for seconds in LOOKS:
            await asyncio.sleep(seconds)
            try:
                held = await self.app.sharing.receipt(secret)
                if held.posted.state is not State.POSTING:
                    await ui.replace(interaction, await self.receipt_card(interaction, held))
                    break
            except (UserError, discord.HTTPException):
                break  # taken back meanwhile, or its message is gone
        self._following.pop(secret, None)

    # For everyone

    @ui.on_press("share:nod")
    async def nod(self, interaction: ui.Interaction, kind: str, share_id: str) -> None:
        given = await self.app.sharing.nods.nod(share_id, Nod(kind), interaction.user.id)
        text = self.words(interaction)
        await ui.answer(
            interaction, views.note(text, text(f"share.nods.{'given' if given else 'taken_back'}"))
        )

    @ui.renders("share.welcome")
    async def render_welcome(self, circle_id: str) -> ui.Card:
        circle = await self.app.circles.get(circle_id)
        return posts.welcome(self.circle_words(circle), circle, await self.app.sharing.rules.of(circle.id))

    @ui.renders("share.post")
    async def render_post(self, share_id: str) -> ui.Card | None:
        found = await self.app.sharing.shares.to_post(share_id)
        if found is None:
            return None
        share, body = found
        if share.unsure and (earlier := await posts.find(self.bot, share.channel_id, share.id)):
            await self.app.sharing.shares.found(share.id, earlier)
            return None
        if body is None:
            return None  # taken back: an earlier try's post, if there is one, is erased on delivery
        circle = await self.app.circles.get(share.circle_id)
        image = await self.app.sharing.images.of_share(share.id)
        return posts.share_card(self.circle_words(circle), share, body, image)

    @ui.renders("share.thread_again")
    @ui.renders("share.thread")
    async def render_thread(self, share_id: str) -> ui.Thread | None:
        found = await self.app.sharing.shares.to_post(share_id)
        if found is None:
            return None
        circle = await self.app.circles.get(found[0].circle_id)
        return posts.thread(self.circle_words(circle), found[0])

    @ui.renders("share.nods")
    async def render_nods(self, share_id: str) -> ui.Card | None:
        found = await self.app.sharing.shares.to_post(share_id)
        if found is None or found[0].message_id is None:
            return None
        share = found[0]
        assert share.message_id is not None
        circle = await self.app.circles.even_closed(share.circle_id)
        if circle is None:
            return None
        channel = self.bot.get_partial_messageable(share.channel_id)
        message = await channel.fetch_message(share.message_id)
        return posts.renewed(
            self.circle_words(circle),
            share,
            message,
            await self.app.sharing.nods.of(share.id),
            is_open=share.state is State.OPEN,
        )

    @ui.renders("share.gone")
    async def render_gone(self, reference: str) -> ui.Card | None:
        circle = await self.app.circles.even_closed(reference.split(":")[0])
        return None if circle is None else posts.gone(self.circle_words(circle))


def _written(values: ui.Values) -> tuple[Body, Wish]:
    body = Body(str(values.get("text") or ""), str(values.get("note") or "").strip())
    return body, Wish(values.get("wish") or Wish.LISTEN)

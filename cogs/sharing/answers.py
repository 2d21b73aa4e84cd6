from __future__ import annotations

from bot.errors import UserError
from bot.sharing.models import Body, Place, Share
from cogs import ui
from cogs.sharing import forms, posts
from cogs.sharing.desk import BEGUN, Desk


class AnswersCog(Desk, name="anonymous answers"):
    """Answering without a name: to a share, to one's own share in the same voice, and to a prompt."""

    @ui.on_press("share:answer")
    async def answer(self, interaction: ui.Interaction, share_id: str) -> None:
        place = await self.app.sharing.answers.place(share_id)
        await self._open_form(interaction, place, f"share:answer_write:{share_id}")

    @ui.on_submit("share:answer_write")
    async def answer_write(
        self, interaction: ui.Interaction, share_id: str, begun: str = "", *, values: ui.Values
    ) -> None:
        async def work() -> None:
            place = await self.app.sharing.answers.place(share_id)
            await self._write(interaction, place, values, begun=begun)

        await self.keeping(interaction, Body(str(values["text"])), work)

    @ui.on_press("share:same_voice")
    async def same_voice(self, interaction: ui.Interaction, secret: str) -> None:
        place = await self._own_place(secret)
        await self._open_form(interaction, place, f"share:same_voice_write:{secret}", same_voice=True)

    @ui.on_submit("share:same_voice_write")
    async def same_voice_write(
        self, interaction: ui.Interaction, secret: str, begun: str = "", *, values: ui.Values
    ) -> None:
        async def work() -> None:
            place = await self._own_place(secret)
            await self._write(interaction, place, values, as_author=True, begun=begun)

        await self.keeping(interaction, Body(str(values["text"])), work)

    @ui.on_press("told:answer")
    async def answer_told(self, interaction: ui.Interaction, share_id: str) -> None:
        """In the same voice without the receipt, by whom a notice told that there is something new."""
        await self.app.sharing.told.look(share_id, interaction.user.id)
        place = await self.app.sharing.answers.place(share_id)
        await self._open_form(interaction, place, f"share:answer_write:{share_id}", same_voice=True)

    @ui.on_press("share:answer_prompt")
    async def answer_prompt(self, interaction: ui.Interaction, round_id: str) -> None:
        place = await self._prompt_place(round_id)
        await self._open_form(interaction, place, f"share:answer_prompt_write:{round_id}")

    @ui.on_submit("share:answer_prompt_write")
    async def answer_prompt_write(
        self, interaction: ui.Interaction, round_id: str, begun: str = "", *, values: ui.Values
    ) -> None:
        async def work() -> None:
            await self._write(interaction, await self._prompt_place(round_id), values, begun=begun)

        await self.keeping(interaction, Body(str(values["text"])), work)

    async def _open_form(
        self, interaction: ui.Interaction, place: Place, custom_id: str, *, same_voice: bool = False
    ) -> None:
        await self.app.sharing.pausing.may_begin(place.circle_id, interaction.user.id)
        drafts = self.app.sharing.drafts
        begun = await drafts.unfinished(interaction.user.id, place.circle_id, place.scope)
        form = forms.answer_form(
            self.words(interaction),
            custom_id if begun is None else f"{custom_id}:{BEGUN}",
            share=place.share,
            same_voice=same_voice,
            known=same_voice and place.share is not None and await self.is_known(place.share.id),
            words="" if begun is None else begun.body.text,
            begun=begun is not None,
        )
        await ui.open_form(interaction, form)

    async def _write(
        self,
        interaction: ui.Interaction,
        place: Place,
        values: ui.Values,
        *,
        as_author: bool = False,
        begun: str,
    ) -> None:
        handle, draft = await self.app.sharing.answers.write(
            interaction.user.id, place, str(values["text"]), as_author=as_author, instead=begun == BEGUN
        )
        await self.show_preview(interaction, handle, draft, ui.answer)

    async def _own_place(self, secret: str) -> Place:
        held = await self.app.sharing.receipt(secret)
        if not isinstance(held.posted, Share):
            raise UserError("share.errors.receipt_gone")
        return await self.app.sharing.answers.place(held.posted.id)

    async def _prompt_place(self, round_id: str) -> Place:
        circle, thread_id = await self.app.prompts.thread_of(round_id)
        return Place(circle.id, thread_id, scope=f"prompt:{round_id}")

    @ui.renders("share.answer")
    async def render_answer(self, answer_id: str) -> ui.Card | None:
        found = await self.app.sharing.answers.to_post(answer_id)
        if found is None:
            return None
        answer, body = found
        if answer.unsure and (earlier := await posts.find(self.bot, answer.thread_id, answer.id)):
            await self.app.sharing.answers.found(answer.id, earlier)
            return None
        if body is None:
            return None  # taken back: an earlier try's post, if there is one, is erased on delivery
        circle = await self.app.circles.get(answer.circle_id)
        shown = posts.answer_items(
            self.circle_words(circle),
            id=answer.id,
            name=answer.name,
            as_author=answer.as_author,
            words=body.text,
            more=True,
        )
        return ui.Card(*shown)

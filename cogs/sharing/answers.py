from __future__ import annotations

from bot.errors import UserError
from bot.sharing.models import Body, Place, Share
from cogs import ui
from cogs.sharing import forms, posts
from cogs.sharing.desk import Desk


class AnswersCog(Desk, name="anonymous answers"):
    """Answering without a name: to a share, to one's own share in the same voice, and to a prompt."""

    @ui.on_press("share:answer")
    async def answer(self, interaction: ui.Interaction, share_id: str) -> None:
        place = await self.app.sharing.answers.place(share_id)
        form = forms.answer_form(self.words(interaction), f"share:answer_write:{share_id}", share=place.share)
        await ui.open_form(interaction, form)

    @ui.on_submit("share:answer_write")
    async def answer_write(self, interaction: ui.Interaction, share_id: str, *, values: ui.Values) -> None:
        async def work() -> None:
            await self._write(interaction, await self.app.sharing.answers.place(share_id), values)

        await self.keeping(interaction, Body(str(values["text"])), work)

    @ui.on_press("share:same_voice")
    async def same_voice(self, interaction: ui.Interaction, secret: str) -> None:
        place = await self._own_place(secret)
        form = forms.answer_form(
            self.words(interaction), f"share:same_voice_write:{secret}", share=place.share, same_voice=True
        )
        await ui.open_form(interaction, form)

    @ui.on_submit("share:same_voice_write")
    async def same_voice_write(self, interaction: ui.Interaction, secret: str, *, values: ui.Values) -> None:
        async def work() -> None:
            await self._write(interaction, await self._own_place(secret), values, as_author=True)

        await self.keeping(interaction, Body(str(values["text"])), work)

    @ui.on_press("share:answer_prompt")
    async def answer_prompt(self, interaction: ui.Interaction, round_id: str) -> None:
        await self._prompt_place(round_id)
        form = forms.answer_form(self.words(interaction), f"share:answer_prompt_write:{round_id}")
        await ui.open_form(interaction, form)

    @ui.on_submit("share:answer_prompt_write")
    async def answer_prompt_write(
        self, interaction: ui.Interaction, round_id: str, *, values: ui.Values
    ) -> None:
        async def work() -> None:
            await self._write(interaction, await self._prompt_place(round_id), values)

        await self.keeping(interaction, Body(str(values["text"])), work)

    async def _write(
        self, interaction: ui.Interaction, place: Place, values: ui.Values, *, as_author: bool = False
    ) -> None:
        handle, draft = await self.app.sharing.answers.write(
            interaction.user.id, place, str(values["text"]), as_author=as_author
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
        if body is None:
            return None  # taken back: an earlier try's post, if there is one, is erased on delivery
        circle = await self.app.circles.get(answer.circle_id)
        shown = posts.answer_items(
            self.circle_words(circle),
            name=answer.name,
            as_author=answer.as_author,
            words=body.text,
        )
        return ui.Card(*shown)

"""Notices that want a decision: a time that was missed, and what could not be posted."""

from __future__ import annotations

from bot.schedules.models import Why
from cogs import ui
from cogs.schedules import notices


class DecidingCog(ui.Cog, name="schedules to decide"):
    @ui.renders("schedule.question")
    async def question(self, question_id: str) -> ui.Card | None:
        question = await self.app.schedules.decisions.question(question_id)
        if question is None or not question.waiting:
            return None
        return notices.question(self.circle_words(question.circle), question, question_id)

    @ui.on_press("schedule:late:post")
    async def post(self, interaction: ui.Interaction, circle_id: str, question_id: str, *slot: str) -> None:
        await self._answer(interaction, circle_id, question_id, ":".join(slot), post=True)

    @ui.on_press("schedule:late:skip")
    async def skip(self, interaction: ui.Interaction, circle_id: str, question_id: str, *slot: str) -> None:
        await self._answer(interaction, circle_id, question_id, ":".join(slot), post=False)

    async def _answer(
        self, interaction: ui.Interaction, circle_id: str, question_id: str, slot: str, *, post: bool
    ) -> None:
        circle = await self.circle_here(interaction, circle_id)
        why = Why(interaction.user.display_name)
        question = await self.app.schedules.decisions.answer(
            ui.actor(interaction), circle, question_id, slot, post=post, why=why
        )
        await ui.replace(interaction, notices.question(self.circle_words(circle), question, question_id))

    @ui.renders("schedule.trouble")
    async def trouble(self, trouble_id: str) -> ui.Card | None:
        told = await self.app.schedules.decisions.told(trouble_id)
        return None if told is None else notices.trouble(self.circle_words(told.circle), told)

    @ui.on_press("schedule:again")
    async def try_again(self, interaction: ui.Interaction, circle_id: str, trouble_id: str) -> None:
        circle = await self.circle_here(interaction, circle_id)
        tried = await self.app.schedules.decisions.try_again(ui.actor(interaction), circle, trouble_id)
        await ui.replace(interaction, notices.trying(self.circle_words(circle), tried))

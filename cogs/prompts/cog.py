from __future__ import annotations

from discord import app_commands

from bot.circles.models import Circle
from bot.errors import UserError
from bot.prompts.rounds import Round, State
from bot.schedules.models import Glimpse
from cogs import ui
from cogs.prompts.posts import answer_card, prompt_card, prompt_thread
from cogs.prompts.views import (
    TEXT,
    about_card,
    answer_form,
    answered,
    handed_back,
    held_card,
    private,
    taken_back,
)


class PromptsCog(ui.Cog, name="prompts"):
    prompt = app_commands.Group(
        name="prompt", description="The circle's prompts, and what stands behind them", guild_only=True
    )

    # Being here, with words or without

    @ui.on_press("prompt:here")
    async def here(self, interaction: ui.Interaction, round_id: str) -> None:
        circle = await self.app.prompts.here(round_id, interaction.user.id)
        await self._thank(interaction, circle, "prompt.here.thanks")

    @ui.on_press("prompt:pass")
    async def pass_by(self, interaction: ui.Interaction, round_id: str) -> None:
        circle = await self.app.prompts.pass_by(round_id, interaction.user.id)
        await self._thank(interaction, circle, "prompt.pass.thanks")

    @ui.on_press("prompt:answer")
    async def write(self, interaction: ui.Interaction, round_id: str) -> None:
        round = await self.app.prompts.write(round_id)
        await ui.open_form(interaction, answer_form(self.words(interaction), round))

    @ui.on_submit("prompt:answer")
    async def answer(self, interaction: ui.Interaction, round_id: str, *, values: ui.Values) -> None:
        person = interaction.user
        words, text = self.words(interaction), str(values.get(TEXT) or "")
        if await self.app.care.is_for_the_writer_to_say(person.id, text):
            held = await self.app.care.holds.begin(person.id, {"round": round_id, "text": text})
            await ui.answer(interaction, held_card(words, held))
            interaction.client.dispatch("written", interaction, text)
            return
        try:
            given = await self.app.prompts.answer(
                round_id, user_id=person.id, name=person.display_name, text=text
            )
        except Exception:
            # Whatever went wrong is told by the door. The form is gone, so its words go back to their author.
            await self._show(interaction, handed_back(words, "prompt.answer.handed_back", text))
            raise
        await ui.answer(interaction, answered(words, given))
        interaction.client.dispatch("written", interaction, text)
        if given.counts:
            interaction.client.dispatch("presence", interaction, given.circle)

    @ui.on_press("prompt:take_back")
    async def take_back(self, interaction: ui.Interaction, answer_id: str) -> None:
        words = await self.app.prompts.answers.take_back(answer_id, interaction.user.id)
        await self._show(interaction, taken_back(self.words(interaction), words))

    # What stands behind it

    @prompt.command(
        name="about", description="The idea behind a prompt, and your own answers to it; only you see this"
    )
    async def about_command(self, interaction: ui.Interaction) -> None:
        circle = await self.circle_here(interaction)
        round = await self.app.prompts.near(circle, interaction.channel_id)
        await self.about(interaction, round.id)

    @ui.on_press("prompt:about")
    async def about(self, interaction: ui.Interaction, round_id: str) -> None:
        about = await self.app.prompts.about(round_id, ui.actor(interaction), str(interaction.locale))
        await ui.answer(interaction, about_card(self.words(interaction), about))

    # What the bot posts

    @ui.renders("prompt.card")
    async def card(self, round_id: str) -> ui.Card | None:
        round = await self._round(round_id)
        return None if round is None else prompt_card(self._words_of(round), round)

    @ui.renders("glimpse.prompt")
    async def glimpse(self, glimpse: Glimpse) -> ui.Card:
        """The card as it would be posted then."""
        round = await self.app.prompts.glimpse(glimpse)
        return prompt_card(self._words_of(round), round)

    @ui.renders("prompt.thread")
    async def thread(self, round_id: str) -> ui.Thread | None:
        round = await self._round(round_id)
        return None if round is None else prompt_thread(self._words_of(round), round)

    @ui.renders("prompt.answer")
    async def answer_by_name(self, answer_id: str) -> ui.Card | None:
        found = await self.app.prompts.answers.to_post(answer_id)
        if found is None:
            return None
        answer, words = found
        round = await self._round(answer.round_id)
        return None if round is None else answer_card(self._words_of(round), round, answer, words)

    # Inside

    async def _thank(self, interaction: ui.Interaction, circle: Circle, key: str) -> None:
        text = self.words(interaction)
        await ui.answer(interaction, private(text, text(key)))
        interaction.client.dispatch("presence", interaction, circle)

    async def _show(self, interaction: ui.Interaction, cards: list[ui.Card]) -> None:
        for card in cards:
            await ui.answer(interaction, card)

    async def _round(self, round_id: str) -> Round | None:
        """The round; None where nobody is to see it any more."""
        try:
            round = await self.app.prompts.get(round_id)
        except UserError:
            return None
        return None if round.state is State.UNDELIVERED else round

    def _words_of(self, round: Round) -> ui.Words:
        """The circle's language when the prompt was chosen: a card stays in one language."""
        return ui.words(self.app.content, round.invitation.locale)
